"""asyncvnc as a client that `talk` describes. It offers Zlib alone, so that most servers send Raw, and keeps no counts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack

import asyncvnc
from talk import Choice, converse


class Asyncvnc:
    """Frames are asked for as its `screenshot` does, but not converted to RGBA."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._client: asyncvnc.Client | None = None
        self._open = AsyncExitStack()

    def connect(self, host: str, port: int, choice: Choice) -> None:
        """See `talk.Peer`."""
        self.disconnect()
        self._client = self._loop.run_until_complete(self._open.enter_async_context(asyncvnc.connect(host, port)))
        self.frame()

    def frame(self) -> None:
        """See `talk.Peer`."""
        self._loop.run_until_complete(self._frame())

    async def _frame(self) -> None:
        assert self._client is not None
        video = self._client.video
        video.data = None
        video.refresh()
        while not video.is_complete():
            await self._client.read()

    def counts(self) -> Mapping[str, float]:
        """See `talk.Peer`."""
        return {}

    def disconnect(self) -> None:
        """See `talk.Peer`."""
        self._loop.run_until_complete(self._open.aclose())
        self._client = None


if __name__ == "__main__":
    converse(Asyncvnc())
