"""`screenagent gui` hands over to the window."""

import importlib.util
import sys
from pathlib import Path

from screenagent.cli.window import command as window_command


def test_the_options_go_along():
    line = window_command(task="do it", config=Path("a b.yml"), backend="rfb", desktop_home=Path("h"))

    assert line[0] == sys.executable
    assert line[3:] == ["--config", "a b.yml", "--backend", "rfb", "--desktop-home", "h", "--task", "do it"]


def test_without_pyqt5_it_says_so(command, monkeypatch):
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *more: None if name == "PyQt5" else real(name, *more))
    done = command("gui")

    assert done.exit_code == 2
    assert "PyQt5" in done.stderr
    assert "pip install" in done.stderr
