"""What must hold for whatever a server sends.

Nothing but a DesktopError comes out; in little time and memory; and the outcome is the same in whatever pieces the bytes come,
with threads that decode and without, and with the decoder in C and without.
"""

from __future__ import annotations

import contextlib
import itertools
import random
import sys
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any
from unittest import mock

from fuzz.conversation import Conversation
from screenagent import rfb
from screenagent.errors import DesktopError
from screenagent.rfb import Options, native, painter
from screenagent.rfb.session import Session

MOST_SECONDS = 10.0
MOST_MEMORY = 64 << 20
"""Bytes that one outcome may take beyond what was held before; the screen and the texts accepted are small."""
_SCREEN = 1 << 15
_FOLDER = str(Path(rfb.__file__).parent)
_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")

Feature = tuple[str, int, int]
"""Two lines of a file of the client's, of which one came after the other."""


class Finding(AssertionError):
    """Something that must hold does not."""


@dataclass(frozen=True)
class Outcome:
    """All that can be seen of a session from outside."""

    error: str
    message: str
    shown: tuple[int, int, int, int]
    """Width, height, number and checksum of the picture."""
    rest: tuple[Any, ...]


def judge(conversation: Conversation) -> Outcome:
    """Return what comes of it. Raises Finding."""
    before = _reset_peak()
    began = time.monotonic()
    outcome = _outcome(conversation)
    _require(outcome == _outcome(conversation, _cuts(conversation)), "another outcome in other pieces", conversation)
    with mock.patch.object(painter, "SMALL", 0):
        threaded = _outcome(conversation, threads=1)
    # Which of two errors is met first may be another one, and how far it came until then.
    _require(
        (outcome.error, outcome.shown) == (threaded.error, threaded.shown),
        f"another outcome with threads: {outcome.message!r} and {threaded.message!r}",
        conversation,
    )
    if native.zrle is not None and b"\0\0\0\x10" in conversation.data:
        with mock.patch.object(native, "zrle", None):
            pure = _outcome(conversation)
        _require(_but_words(outcome) == _but_words(pure), "another outcome without the decoder in C", conversation)
    seconds, taken = time.monotonic() - began, _peak() - before
    _require(seconds < MOST_SECONDS, f"{seconds:.1f} s", conversation)
    _require(taken < MOST_MEMORY, f"{taken / 1e6:.0f} MB", conversation)
    return outcome


def features(conversation: Conversation) -> set[Feature]:
    """Return which lines of the client follow upon which when it reads this."""
    found: set[Feature] = set()

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        name = frame.f_code.co_filename
        if not name.startswith(_FOLDER):
            return None
        last = frame.f_lineno

        def line(frame: FrameType, event: str, argument: Any) -> Any:
            nonlocal last
            found.add((name, last, frame.f_lineno))
            last = frame.f_lineno
            return line

        return line

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        with mock.patch.object(native, "zrle", None):
            _outcome(conversation)
    finally:
        sys.settrace(before)
    return found


def _but_words(outcome: Outcome) -> Outcome:
    return replace(outcome, message="")


def _require(holds: bool, what: str, conversation: Conversation) -> None:
    if not holds:
        raise Finding(f"{what} ({conversation.name})")


def _cuts(conversation: Conversation) -> list[int]:
    """Where the bytes are cut: everywhere when they are few, else at random."""
    size = len(conversation.data)
    if size < 300:
        return list(range(1, size))
    chance = random.Random(conversation.name)
    return sorted(chance.randrange(size) for _ in range(chance.choice((1, 5, 40))))


def _outcome(conversation: Conversation, cuts: Sequence[int] = (), threads: int = 0) -> Outcome:
    options = Options(
        encodings=("raw",),
        pixel_format=conversation.pixel_format,  # type: ignore[arg-type]
        pixel_limit=_SCREEN,
        cut_text_limit=20_000,
    )
    data = conversation.data
    with _crew(threads) as crew:
        session = Session("fuzzed", username="ann", password="secret", options=options, clock=lambda: 0.0, crew=crew)
        error: DesktopError | None = None
        try:
            for start, end in itertools.pairwise((0, *cuts, len(data))):
                session.feed(data[start:end])
                session.to_send()
            session._channel.painter.finish()
        except DesktopError as failure:
            error = failure
        _require(isinstance(session.end(), DesktopError), "an end that is no error", conversation)
        name, message = ("", "") if error is None else (type(error).__name__, error.message)
        snapshot, cursor = session.framebuffer.snapshot(), session.cursor
        height, width = snapshot.pixels.shape[:2]
        pointer = cursor and (cursor.pixels.shape, zlib.crc32(cursor.pixels.tobytes()), cursor.hotspot_x, cursor.hotspot_y)
        shown = (width, height, snapshot.number, zlib.crc32(snapshot.pixels[:, :, :3].tobytes()))
        rest = (session.name, pointer, session.ready, session.stage, str(session.take_events()))
        session.close()
    return Outcome(name, message, shown, rest)


@contextlib.contextmanager
def _crew(threads: int) -> Iterator[painter.Crew | None]:
    crew = painter.Crew(threads) if threads else None
    try:
        yield crew
    finally:
        if crew is not None:
            crew.close()


def _reset_peak() -> int:
    """Begin to measure anew; return the bytes that are held now."""
    _RESET.write_text("5")
    return _peak()


def _peak() -> int:
    return next(int(line.split()[1]) * 1024 for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM"))
