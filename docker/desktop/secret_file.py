"""A secret that is given as a file: a bounded reader, whose every problem is a sentence without the secret."""

from __future__ import annotations

import stat
from pathlib import Path

_LONGEST = 4096


class Unreadable(Exception):
    """The file holds no secret that can be used; the message is a sentence about the variable that names it."""


def read(variable: str, file: str) -> str:
    """Return the one line of the file or pipe that `variable` names. Raises Unreadable."""
    if not file.startswith("/"):  # perhaps the secret itself, so that it is not repeated
        raise Unreadable(f"{variable} must name a file by its whole path, which begins with /.")
    try:
        return _line(Path(file))
    except OSError as problem:
        reason = f"which cannot be read: {problem.strerror or problem}"
    except ValueError as problem:
        reason = str(problem)
    raise Unreadable(f"{variable} names {file}, {reason}.")


def _line(path: Path) -> str:
    """Return the line in it; raises ValueError with the rest of a sentence about the file."""
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
        raise ValueError("which is neither a file nor a pipe")
    with path.open("rb") as opened:
        content = opened.read(_LONGEST + 1)
    if len(content) > _LONGEST:
        raise ValueError(f"which holds more than {_LONGEST} bytes")
    try:
        text = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise ValueError("which cannot be read: it is no text") from None
    if not text:
        raise ValueError("which is empty")
    if len(text.splitlines()) > 1:
        raise ValueError("which holds several lines; the secret must stand there alone")
    return text
