"""What this machine lacks is named with the command that brings it."""

import importlib.util

import pytest

from screenagent.cli.checks import Verdict
from screenagent.cli.checks.machine import fonts, packages, programs

ELSEWHERE = "llm_api: {use: OCR}\nremote_vnc_server: {host: desk}\n"
REMOTE = "llm_api: {LLaVA: {target_url: 'http://gpu:40000'}}\nremote_vnc_server: {host: desk}\n"
CHINESE = "automaton: {language: zh}\n"


@pytest.fixture
def no_fonts(tmp_path, monkeypatch):
    """A font configuration that knows no folder."""
    file = tmp_path / "fonts.conf"
    file.write_text(f"<fontconfig><cachedir>{tmp_path}</cachedir></fontconfig>", encoding="ascii")
    monkeypatch.setenv("FONTCONFIG_FILE", str(file))


@pytest.mark.usefixtures("no_fonts")
@pytest.mark.parametrize(
    ("text", "verdict"), [("", Verdict.PROBLEM), (ELSEWHERE, Verdict.NOTE), (ELSEWHERE + CHINESE, Verdict.PROBLEM)]
)
def test_no_font_for_chinese(examine, text, verdict):
    [found] = examine(fonts, text)
    assert found.verdict is verdict
    assert "No font on this machine has Chinese characters" in found.text
    assert found.command.endswith("fonts-noto-cjk")


def test_missing_programs_of_the_embedded_desktop(examine, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    [found] = examine(programs)
    assert found.verdict is Verdict.PROBLEM
    assert "thunar" in found.text
    assert "tigervnc-standalone-server" in found.command
    assert found.status == 16


def test_programs_matter_to_the_embedded_desktop_alone(examine):
    [found] = examine(programs, ELSEWHERE)
    assert found.verdict is Verdict.SKIPPED


def test_without_fc_list_fonts_are_not_judged(examine, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    [found] = examine(fonts)
    assert found.verdict is Verdict.NOTE
    assert "fontconfig" in found.command


def test_missing_python_packages(examine, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in ("rapidocr", "uvicorn") else find(name))
    [found] = examine(packages)
    assert found.text == "These settings need uvicorn, rapidocr, which are not installed."
    assert found.command.endswith("-m pip install 'screenagent[clipboard,ocr]'")
    assert [finding.verdict for finding in examine(packages, REMOTE)] == [Verdict.OK]
