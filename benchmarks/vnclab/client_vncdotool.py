"""vncdotool's threaded interface as a client that `talk` describes. It has one encoding at a time and keeps no counts."""

from __future__ import annotations

from collections.abc import Mapping

from talk import Choice, converse
from vncdotool import api
from vncdotool.client import VNCDoToolClient
from vncdotool.const import Encoding


class Vncdotool:
    """Frames are asked for by `refreshScreen`."""

    def __init__(self) -> None:
        self._client: api.ThreadedVNCClientProxy | None = None

    def connect(self, host: str, port: int, choice: Choice) -> None:
        """See `talk.Peer`."""
        self.disconnect()
        VNCDoToolClient.encoding = Encoding[choice.encodings[0].upper()] if choice.encodings else Encoding.RAW
        self._client = api.connect(f"{host}::{port}")
        self.frame()

    def frame(self) -> None:
        """See `talk.Peer`."""
        assert self._client is not None
        self._client.refreshScreen()

    def counts(self) -> Mapping[str, float]:
        """See `talk.Peer`."""
        return {}

    def disconnect(self) -> None:
        """See `talk.Peer`."""
        if self._client is not None:
            self._client.disconnect()
            self._client = None


if __name__ == "__main__":
    try:
        converse(Vncdotool())
    finally:
        api.shutdown()
