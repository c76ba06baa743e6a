"""The register of encodings: one file each, and one line in ENCODINGS, the best first."""

from __future__ import annotations

from collections.abc import Sequence

from screenagent.errors import DesktopProtocolError
from screenagent.rfb.encodings.base import Decoder
from screenagent.rfb.encodings.copyrect import CopyRect
from screenagent.rfb.encodings.cursor import CursorImage
from screenagent.rfb.encodings.cursorposition import CursorPosition
from screenagent.rfb.encodings.desktopsize import DesktopSize
from screenagent.rfb.encodings.lastrect import LastRect
from screenagent.rfb.encodings.names import encoding_name
from screenagent.rfb.encodings.raw import Raw

ENCODINGS: tuple[type[Decoder], ...] = (CopyRect, Raw, CursorImage, CursorPosition, DesktopSize, LastRect)


class Decoders:
    """The decoders of one connection; some keep state from one rectangle to the next."""

    def __init__(self, encodings: Sequence[type[Decoder]] = ENCODINGS) -> None:
        self._by_number = {encoding.number: encoding() for encoding in encodings}

    @property
    def numbers(self) -> tuple[int, ...]:
        """What to offer the server, the best first."""
        return tuple(self._by_number)

    def find(self, number: int) -> Decoder:
        """Return the decoder, or raise DesktopProtocolError that names the encoding."""
        try:
            return self._by_number[number]
        except KeyError:
            raise DesktopProtocolError(
                f"The server used the encoding {encoding_name(number)}, which it was not asked for."
            ) from None
