"""One clipboard for many callers at once.

Sets run one after another, each to its end, so that none reads back the text of another. Callers who ask for the text while a
read waits for its turn share that read, and callers who ask for the state share a check: a program that holds the clipboard and
hangs costs one deadline however many ask, and a text is in memory once however many it is sent to.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from starlette.concurrency import run_in_threadpool

from screenagent_clipboard.budget import Budget, Room
from screenagent_clipboard.limits import Limits
from screenagent_clipboard.mechanism import ClipboardUnavailable, Mechanism
from screenagent_clipboard.refusals import Busy

_TAKEN_SECONDS = 3.0


class Reading:
    """The answer to everybody who shares a read; the last of them to leave gives its room back."""

    def __init__(self) -> None:
        self.answer = b""
        self.readers = 0
        self.room: Room | None = None

    def leave(self) -> None:
        """Tell that one reader is done with it."""
        self.readers -= 1
        self.clear_up()

    def clear_up(self) -> None:
        """Give the room back when nobody waits for the answer any more."""
        if self.room is not None and self.readers <= 0:
            self.room.shrink(0)


class SharedClipboard:
    """Takes turns at a clipboard. Everything raises ClipboardUnavailable, or Busy when a turn does not come in time."""

    def __init__(self, clipboard: Mechanism, budget: Budget, limits: Limits) -> None:
        self.name = clipboard.name
        self._clipboard = clipboard
        self._budget = budget
        self._limits = limits
        self._turns = asyncio.Lock()
        self._next_read: tuple[Reading, asyncio.Task[None]] | None = None
        self._check: asyncio.Task[None] | None = None

    async def set(self, text: bytes, given_up: Callable[[], Awaitable[bool]]) -> None:
        """Make `text`, as UTF-8, the content of the clipboard, unless its caller has `given_up` when its turn comes."""
        async with self._turn():
            if not await given_up():
                await run_in_threadpool(_set, self._clipboard, text)

    async def read(self) -> Reading:
        """Return the answer with what the clipboard holds after this call; `leave` it when it is sent."""
        if self._next_read is None:
            reading = Reading()
            self._next_read = reading, asyncio.create_task(self._read(reading))
        reading, task = self._next_read
        reading.readers += 1
        try:
            await asyncio.shield(task)
        except BaseException:
            reading.leave()
            raise
        return reading

    async def check(self) -> None:
        """Raise ClipboardUnavailable when it could not be used now. Needs no turn: it changes nothing."""
        if self._check is None or self._check.done():
            self._check = asyncio.create_task(run_in_threadpool(self._clipboard.check))
        await asyncio.shield(self._check)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        try:
            await asyncio.wait_for(self._turns.acquire(), self._limits.turn_time)
        except asyncio.TimeoutError:
            raise Busy("The clipboard is in use by too many callers; try again in a moment.") from None
        try:
            yield
        finally:
            self._turns.release()

    async def _read(self, reading: Reading) -> None:
        try:
            reading.room = await self._budget.take(self._limits.body, self._limits.turn_time)
            async with self._turn():
                self._next_read = None
                reading.answer = await run_in_threadpool(_answer, self._clipboard)
            reading.room.shrink(len(reading.answer) if len(reading.answer) > self._limits.small else 0)
        finally:
            if self._next_read is not None and self._next_read[0] is reading:
                self._next_read = None
            reading.clear_up()


def _set(clipboard: Mechanism, encoded: bytes) -> None:
    """Copy, then read back until the text is there: not every mechanism reports a failure, and xclip returns a moment early."""
    text = encoded.decode()
    clipboard.copy(text)
    limit = time.monotonic() + _TAKEN_SECONDS
    while clipboard.paste() != text:
        if time.monotonic() > limit:
            raise ClipboardUnavailable("it did not keep the text; another program may have taken it over")
        time.sleep(0.01)


def _answer(clipboard: Mechanism) -> bytes:
    # Windows lets programs put half characters there.
    return json.dumps({"success": True, "text": clipboard.paste()}, ensure_ascii=False).encode(errors="replace")
