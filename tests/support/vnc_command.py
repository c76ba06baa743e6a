"""`screenagent vnc`, called in this process or started as one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import IO, Any

from typer.testing import CliRunner

from screenagent.cli import app

PATIENCE = 60.0
_SETTINGS = {"COLUMNS": "120", "NO_COLOR": "1"}


def vnc(*words: object, password: str = "", stdin: bytes | None = None) -> Any:
    """Run it and return the result, with exit_code, stdout, stdout_bytes and stderr."""
    environment = {**_SETTINGS, "VNC_PASSWORD": password or None}
    return CliRunner().invoke(app, ["vnc", *map(str, words)], prog_name="screenagent", env=environment, input=stdin)


def start_vnc(*words: object, password: str = "", stdout: int | IO[Any] = subprocess.PIPE) -> subprocess.Popen[str]:
    """Start it with nothing on standard input; use the process as a context manager."""
    command = [sys.executable, "-m", "screenagent", "vnc", *map(str, words)]
    environment = {**os.environ, **_SETTINGS, "VNC_PASSWORD": password}
    return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE, text=True)


def ending(process: subprocess.Popen[str], number: int) -> tuple[int, str, str]:
    """Send the signal and wait for the end; return the exit status and what was still printed."""
    process.send_signal(number)
    try:
        printed, said = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    return process.returncode, printed, said
