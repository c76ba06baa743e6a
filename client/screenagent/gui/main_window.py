"""The window's start, in order:

1. the command line is read and the machine is checked (PyQt5, system libraries, display); Qt is not imported before that;
2. settings are read and the controller is made: nothing is opened yet;
3. Qt starts, the window shows at once;
4. the desktop opens in the background and its progress stands where the picture will be;
5. closing, Ctrl+C and SIGTERM all take one road: stop the run, release what is held, disconnect, end.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from screenagent.errors import ScreenAgentError


def main(argv: Sequence[str] | None = None) -> int:
    """Show the window until it is closed; returns the exit status."""
    options = _parser().parse_args(argv)
    try:
        from screenagent.gui import preflight

        preflight.check()
        from screenagent.gui import startup

        return startup.run(options.config, options.backend, options.desktop_home, options.task)
    except ScreenAgentError as error:
        sys.stderr.write(f"screenagent-gui: {error}\n")
        return error.exit_status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="screenagent-gui", description="The ScreenAgent window.")
    parser.add_argument("-c", "--config", type=Path, metavar="FILE", help="settings file")
    parser.add_argument("--backend", choices=("rfb", "vncdotool"), help="how the desktop is reached")
    parser.add_argument("--desktop-home", type=Path, metavar="DIR", help="keep the embedded desktop's home folder here")
    parser.add_argument("--task", default="", metavar="TEXT", help="put this into the task field")
    return parser
