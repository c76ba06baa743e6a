"""`screenagent.rfb` as a client that `talk` describes."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence

from talk import Choice, converse

from screenagent.rfb import Client, Damage, Options

_PATIENCE, _TRIES = 10.0, 6


class Ours:
    """Frames are asked for by `refresh`; one is there when an update has painted as many pixels as the screen has."""

    def __init__(self) -> None:
        self._client: Client | None = None
        self._whole = threading.Event()
        self._pixels = 0

    def connect(self, host: str, port: int, choice: Choice) -> None:
        """See `talk.Peer`."""
        self.disconnect()
        options = Options(
            reconnect=False, encodings=choice.encodings or None, quality=choice.quality, compression=choice.compression
        )
        self._client = Client(host, port, options=options, on_damage=self._painted)
        self._client.connect()
        width, height = self._client.size
        self._pixels = width * height

    def frame(self) -> None:
        """See `talk.Peer`."""
        assert self._client is not None
        self._whole.clear()
        for _ in range(_TRIES):  # see until_whole in client_libvncclient.c
            self._client.refresh()
            if self._whole.wait(_PATIENCE):
                return
        raise TimeoutError("no full frame came")

    def counts(self) -> Mapping[str, float]:
        """See `talk.Peer`."""
        if self._client is None:
            return {}
        counted = self._client.statistics()
        return {"updates": counted.updates, "bytes": counted.bytes_in}

    def disconnect(self) -> None:
        """See `talk.Peer`."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _painted(self, parts: Sequence[Damage]) -> None:
        if sum(part.width * part.height for part in parts) < self._pixels:
            return
        areas: Counter[float] = Counter()
        for part in parts if parts[0].time != parts[-1].time else ():  # of several updates
            areas[part.time] += part.width * part.height
        if not areas or max(areas.values()) >= self._pixels:
            self._whole.set()


if __name__ == "__main__":
    converse(Ours())
