"""One sum of bytes that all large bodies and texts in memory share."""

from __future__ import annotations

import asyncio
from collections import deque

from screenagent_clipboard.refusals import Busy


class Budget:
    """Bytes to take and give back. Who asks first is served first, however much it asks for."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._free = size
        self._line: deque[tuple[int, asyncio.Future[None]]] = deque()

    async def take(self, size: int, patience: float) -> Room:
        """Return room for `size` bytes; raise Busy when there is none within `patience` seconds."""
        size = min(size, self._size)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line.append((size, turn))
        self._serve()
        try:
            await asyncio.wait({turn}, timeout=patience)
            if not turn.done():
                raise Busy("The service has too many large requests in hand; try again in a moment.")
        except BaseException:
            if turn.done():
                self._free += size
            turn.cancel()
            self._serve()
            raise
        return Room(self, size)

    def give_back(self, size: int) -> None:
        """Make `size` bytes free for the next in line."""
        self._free += size
        self._serve()

    def _serve(self) -> None:
        while self._line:
            size, turn = self._line[0]
            if not turn.cancelled():
                if size > self._free:
                    return
                self._free -= size
                turn.set_result(None)
            self._line.popleft()


class Room:
    """Bytes taken from a budget."""

    def __init__(self, budget: Budget, size: int) -> None:
        self._budget = budget
        self._size = size

    def shrink(self, size: int) -> None:
        """Keep `size` bytes at most."""
        surplus = self._size - size
        if surplus > 0:
            self._size = size
            self._budget.give_back(surplus)
