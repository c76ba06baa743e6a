"""What is checked before Qt starts, and how the entry says it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from screenagent.gui import preflight

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11 is looked for on Linux")


def start(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DISPLAY", "WAYLAND", "QT_"))}
    return subprocess.run(
        [sys.executable, "-c", code], env={**kept, **environment}, capture_output=True, text=True, timeout=60, check=False
    )


ENTRY = "import sys; from screenagent.gui.main_window import main; sys.exit(main([]))"


def test_an_offscreen_platform_needs_no_display() -> None:
    preflight.check({"QT_QPA_PLATFORM": "offscreen"})


@LINUX
def test_without_a_display_one_sentence_says_so() -> None:
    ended = start(ENTRY)
    assert ended.returncode == 1
    assert ended.stderr.startswith("screenagent-gui: There is no display: DISPLAY is not set.")
    assert "screenagent run" in ended.stderr
    assert "Traceback" not in ended.stderr


@LINUX
def test_a_display_that_does_not_answer_is_named() -> None:
    with pytest.raises(preflight.WindowImpossible, match=r"(:4711|system library)"):
        preflight.check({"DISPLAY": ":4711"})


@LINUX
def test_a_missing_system_library_is_named_with_the_command_that_brings_it(tmp_path: Path) -> None:
    plugins = tmp_path / "Qt5" / "plugins" / "platforms"
    plugins.mkdir(parents=True)
    (plugins / "libqxcb.so").write_bytes(b"not a library")
    with pytest.raises(preflight.WindowImpossible, match="system library") as raised:
        preflight._load_plugin(tmp_path)
    assert "apt-get install" in raised.value.hint
    assert "libxcb-icccm4" in raised.value.hint


def test_without_pyqt_the_command_that_installs_it_is_named() -> None:
    ended = start("import sys; sys.modules['PyQt5'] = None\n" + ENTRY)
    assert ended.returncode == 1
    assert "PyQt5, which is not installed" in ended.stderr
    assert "pip install 'screenagent[gui]'" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_entry_imports_no_qt_before_the_check() -> None:
    code = "import sys, screenagent.gui.main_window as entry; entry._parser(); sys.exit('PyQt5' in sys.modules)"
    assert start(code).returncode == 0


def test_opencv_stays_out_of_the_windows_process() -> None:
    code = "import sys, screenagent.gui.startup; sys.exit('cv2' in sys.modules)"
    assert start(code, QT_QPA_PLATFORM="offscreen").returncode == 0


@pytest.mark.parametrize("argv", [["--help"], ["--backend", "telnet"], ["--nonsense"]])
def test_the_command_line_is_checked_first(argv: list[str]) -> None:
    from screenagent.gui.main_window import main

    with pytest.raises(SystemExit) as raised:
        main(argv)
    assert raised.value.code == (0 if argv == ["--help"] else 2)
