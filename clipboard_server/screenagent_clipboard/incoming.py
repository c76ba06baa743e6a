"""The body of a request on its way in: bounded in size, in time, and together with all others in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from starlette.requests import Request

from screenagent_clipboard.budget import Budget, Room
from screenagent_clipboard.limits import Limits
from screenagent_clipboard.refusals import Busy, Refused


class Arrival:
    """Reads one request's body, once."""

    def __init__(self, request: Request, limits: Limits) -> None:
        self._receive = request.receive
        self._limits = limits
        declared = request.headers.get("content-length", "")
        if declared and "transfer-encoding" in request.headers:
            raise Refused(400, "The request tells its length in two ways.", close=True)
        self._declared = int(declared) if declared else None
        self._held_back = request.headers.get("expect", "").lower() == "100-continue"
        self._clock = asyncio.get_running_loop().time
        self._deadline = self._clock() + limits.body_time
        self._to_drop = limits.dropped
        self.unread = True

    @asynccontextmanager
    async def body(self, budget: Budget) -> AsyncIterator[bytearray]:
        """Yield the whole body; what it takes from `budget` is kept until the end of the block. Raises Refused."""
        kept = bytearray()
        room: Room | None = None
        try:
            if self._declared is not None and self._declared > self._limits.body:
                raise await self._too_large()
            while self.unread:
                kept += await self._piece()
                if len(kept) > self._limits.body:
                    kept.clear()
                    if room is not None:
                        room.shrink(0)
                    raise await self._too_large()
                if room is None and len(kept) > self._limits.small:
                    room = await self._room(budget, kept)
            if room is not None:
                room.shrink(len(kept))
            yield kept
        finally:
            if room is not None:
                room.shrink(0)

    async def drop(self) -> None:
        """Read what still comes, within bounds, and forget it: most clients look for an answer only when all is sent."""
        if self._held_back:
            return
        with suppress(Refused):
            while self.unread and self._to_drop > 0:
                await self._piece()

    async def _room(self, budget: Budget, kept: bytearray) -> Room:
        asked = self._clock()
        try:
            room = await budget.take(self._declared or self._limits.body, self._limits.turn_time)
        except Busy as busy:
            kept.clear()
            await self.drop()
            raise Busy(str(busy), close=self.unread) from None
        self._deadline += self._clock() - asked
        return room

    async def _too_large(self) -> Refused:
        await self.drop()
        return Refused(413, f"The request is too large; at most {self._limits.body} bytes are taken.", close=self.unread)

    async def _piece(self) -> bytes:
        self._held_back = False
        left = self._deadline - self._clock()
        try:
            message = await asyncio.wait_for(self._receive(), min(left, self._limits.pause_time))
        except asyncio.TimeoutError:
            raise Refused(408, "The request arrived too slowly.", close=True) from None
        if message["type"] != "http.request":
            raise Refused(400, "The request broke off.")
        self.unread = message.get("more_body", False)
        piece: bytes = message.get("body", b"")
        self._to_drop -= len(piece)
        return piece
