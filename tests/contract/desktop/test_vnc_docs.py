"""What docs/vnc.md shows works as it stands there, but for the address."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from support.vnc_command import vnc

PASSWORD = "sesame42"
TEXT = (Path(__file__).parents[3] / "docs" / "vnc.md").read_text(encoding="utf-8")
LINES = [line for line in re.search(r"```\n(.*?)```", TEXT, re.DOTALL)[1].splitlines() if line]
REPLAY, LIBRARY = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize("line", LINES)
def test_every_command_line_can_be_meant(line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    start = line.index("screenagent vnc ")
    words = shlex.split(re.split(r" [|<>]", line[start:])[0])[2:]

    done = vnc("127.0.0.1::9", *words[1:], stdin=b"text")

    assert words[0] == "localhost:1"
    assert done.exit_code == 11, done.stderr


def test_the_library_s_example_runs(xserver, monkeypatch, capsys):
    monkeypatch.setenv("VNC_PASSWORD", PASSWORD)

    exec(LIBRARY.replace('"localhost:1"', f'"127.0.0.1::{xserver.port}"'), {"__name__": "example"})

    printed = capsys.readouterr().out
    assert "(800, 600)" in printed
    assert "800x600 at (0, 0)" in printed
    assert "Statistics(" in printed


def test_the_replay_s_example_runs(start_xtigervnc, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    server = start_xtigervnc((64, 48), "-SecurityTypes", "None")
    try:
        assert vnc(f"127.0.0.1::{server.port}", "record", "menu", "--seconds", "0.2").exit_code == 0
    finally:
        server.stop()

    exec(REPLAY, {"__name__": "example"})

    assert capsys.readouterr().out == "(48, 64, 4)\n"
