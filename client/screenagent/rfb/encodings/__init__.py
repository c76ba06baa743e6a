"""The register of encodings: one file each, and one line in _PIXELS or PSEUDO_ENCODINGS."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from screenagent.errors import DesktopProtocolError, SettingsError, did_you_mean
from screenagent.rfb import clipboard, pace
from screenagent.rfb.encodings.base import Decoder
from screenagent.rfb.encodings.confirmations import KeyCodes, MoreButtons
from screenagent.rfb.encodings.copyrect import CopyRect
from screenagent.rfb.encodings.cursor import CursorImage
from screenagent.rfb.encodings.cursoralpha import CursorAlpha
from screenagent.rfb.encodings.cursorposition import CursorPosition, PointerPosition
from screenagent.rfb.encodings.desktopname import DesktopName
from screenagent.rfb.encodings.desktopsize import DesktopSize
from screenagent.rfb.encodings.extendeddesktopsize import ExtendedDesktopSize
from screenagent.rfb.encodings.hextile import Hextile
from screenagent.rfb.encodings.lastrect import LastRect
from screenagent.rfb.encodings.names import encoding_name
from screenagent.rfb.encodings.raw import Raw
from screenagent.rfb.encodings.rre import Rre
from screenagent.rfb.encodings.tight import Tight, TightPng
from screenagent.rfb.encodings.trle import Trle
from screenagent.rfb.encodings.xcursor import XCursor
from screenagent.rfb.encodings.zlib import Zlib
from screenagent.rfb.encodings.zrle import Zrle
from screenagent.rfb.offer import Offer

__all__ = ["CHOOSABLE", "PIXEL_ENCODINGS", "Decoders", "encoding_name", "offered"]

_PIXELS: tuple[tuple[str, type[Decoder]], ...] = (
    ("raw", Raw),
    ("copyrect", CopyRect),
    ("rre", Rre),
    ("hextile", Hextile),
    ("zlib", Zlib),
    ("trle", Trle),
    ("zrle", Zrle),
    ("tight", Tight),
    ("tight-png", TightPng),
)
PSEUDO_ENCODINGS: tuple[type[Decoder], ...] = (
    CursorAlpha,
    CursorImage,
    XCursor,
    CursorPosition,
    PointerPosition,
    ExtendedDesktopSize,
    DesktopSize,
    DesktopName,
    LastRect,
    KeyCodes,
    MoreButtons,
)
EXTENSIONS = (pace.FENCE, pace.CONTINUOUS_UPDATES, clipboard.NUMBER)
"""What is offered by its number alone and then comes as messages (`incoming.MESSAGES`), not as rectangles."""

CHOOSABLE: Mapping[str, int] = MappingProxyType({name: decoder.number for name, decoder in _PIXELS})
"""The encodings that a server can be asked for, by the names of the settings."""
PIXEL_ENCODINGS = frozenset(CHOOSABLE.values())

_WORST_QUALITY, _FASTEST_COMPRESSION = -32, -256


def offered(offer: Offer) -> tuple[int, ...]:
    """Return the numbers for SetEncodings, the best first. Raises SettingsError for a name that there is not."""
    pixels = [_number(name) for name in offer.encodings]
    levels = [] if offer.quality is None else [_WORST_QUALITY + offer.quality]
    levels += [] if offer.compression is None else [_FASTEST_COMPRESSION + offer.compression]
    return (*pixels, *(decoder.number for decoder in PSEUDO_ENCODINGS), *EXTENSIONS, *levels)


def _number(name: str) -> int:
    if name not in CHOOSABLE:
        hint = f"Known are: {', '.join(CHOOSABLE)}."
        raise SettingsError(f'There is no VNC encoding "{name}"{did_you_mean(name, CHOOSABLE)}.', hint=hint)
    return CHOOSABLE[name]


class Decoders:
    """The decoders of one connection; some keep state from one rectangle to the next."""

    def __init__(self) -> None:
        every = (*(decoder for _, decoder in _PIXELS), *PSEUDO_ENCODINGS)
        self._by_number = {decoder.number: decoder() for decoder in every}

    def find(self, number: int) -> Decoder:
        """Return the decoder, or raise DesktopProtocolError that names the encoding."""
        try:
            return self._by_number[number]
        except KeyError:
            raise DesktopProtocolError(
                f"The server used the encoding {encoding_name(number)}, which it was not asked for."
            ) from None
