"""Small programs that checks run and wait for."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from screenagent.ports import Cancel

_SECONDS = 30.0


@dataclass(frozen=True)
class Done:
    """How a program ended: its exit status (below 0: the signal that ended it) and what it printed."""

    status: int
    out: str
    err: str


def run(command: Sequence[str], cancel: Cancel) -> Done:
    """Run `command` and return how it ended; it is killed on cancelling or after half a minute.

    Raises:
        Cancelled: on cancelling.
    """
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    started = subprocess.Popen(command, stdin=nothing, stdout=pipe, stderr=pipe, text=True, errors="replace")
    with started as process, cancel.on_cancel(process.kill):
        try:
            out, err = process.communicate(timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
    cancel.check()
    return Done(process.returncode, out, err)
