"""One line on stderr that tells what takes long, and goes away again where that is a terminal."""

from __future__ import annotations

import contextlib
import shutil
import sys
import time
from typing import TextIO

from screenagent.log import redact

_CLEAR = "\r\x1b[K"


class Progress:
    """On a terminal a line that is written over, with the seconds it has stood; elsewhere a line each."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._text = ""
        self._since = 0.0

    def say(self, text: str) -> None:
        """Tell what goes on from now."""
        self._text, self._since = redact(text), time.monotonic()
        self._write(self._line() if self._terminal else f"... {self._text}\n")

    def tick(self) -> None:
        """Bring the seconds up to date."""
        if self._terminal and self._text:
            self._write(self._line())

    def clear(self) -> None:
        """Take the line away."""
        if self._terminal and self._text:
            self._write(_CLEAR)
        self._text = ""

    def _line(self) -> str:
        seconds = time.monotonic() - self._since
        waited = f" ({seconds:.0f} s)" if seconds >= 1 else ""
        room = shutil.get_terminal_size().columns - len(waited) - 5
        return f"{_CLEAR}... {self._text[:room]}{waited}"

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)
            self._stream.flush()
