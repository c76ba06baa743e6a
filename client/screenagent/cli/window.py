"""`screenagent gui` becomes `screenagent-gui`: the command line itself never imports Qt."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

from screenagent.errors import SettingsError

_START = "import sys; from screenagent.gui.main_window import main; sys.exit(main())"


def command(*, task: str, config: Path | None, backend: str | None, desktop_home: Path | None) -> list[str]:
    """Return the command line of the window with these options."""
    line = [sys.executable, "-c", _START]
    for option, value in (("--config", config), ("--backend", backend), ("--desktop-home", desktop_home), ("--task", task)):
        if value:
            line += [option, str(value)]
    return line


def replace_by_window(*, task: str, config: Path | None, backend: str | None, desktop_home: Path | None) -> None:
    """Replace this process by the window; does not return.

    Raises:
        SettingsError: PyQt5 is not installed.
    """
    if importlib.util.find_spec("PyQt5") is None:
        hint = "Install it with: pip install 'screenagent[gui]'; or use screenagent run, which needs no window."
        raise SettingsError("The window needs PyQt5, which is not installed.", hint=hint)
    line = command(task=task, config=config, backend=backend, desktop_home=desktop_home)
    sys.stdout.flush()
    os.execv(line[0], line)
