"""ZRLE: tiles of 64x64 in a zlib stream that goes on from rectangle to rectangle (RFC 6143 section 7.7.6)."""

from __future__ import annotations

from typing import ClassVar

from screenagent.errors import DesktopProtocolError
from screenagent.rfb import native
from screenagent.rfb.channel import Channel
from screenagent.rfb.encodings import tiles
from screenagent.rfb.framebuffer import Rectangle
from screenagent.rfb.inflate import Inflater, length_bound
from screenagent.rfb.pixels import Translator, Words
from screenagent.rfb.wire import CHUNK, Steps, read_u32

TILE = 64
_RAW, _SOLID, _MOST_PACKED, _PLAIN_RLE, _FIRST_PALETTE_RLE = 0, 1, 16, 128, 130
_WHAT = "a ZRLE rectangle"


class Zrle:
    """Keeps the stream."""

    number: ClassVar[int] = 16

    def __init__(self) -> None:
        self._inflater = Inflater()

    def decode(self, rectangle: Rectangle, channel: Channel) -> Steps[None]:
        """Paint the rectangle; it is decompressed while it comes in."""
        channel.framebuffer.require_inside(rectangle, _WHAT)
        width, height = rectangle.width, rectangle.height
        translator, painter = channel.translator, channel.painter
        most = _most_bytes(width, height, translator.compact_size)
        left = yield from read_u32()
        if left > length_bound(most):
            raise DesktopProtocolError(f"The server announced {_WHAT} of {left} bytes for {rectangle}; that cannot be right.")
        data = bytearray()

        def inflate(piece: bytes) -> None:
            data.extend(self._inflater.at_most(piece, most - len(data), _WHAT))

        while left > CHUNK:
            piece = bytes((yield CHUNK))
            left -= CHUNK
            painter.prepare(lambda piece=piece: inflate(piece), lane=0, held=CHUNK)  # type: ignore[misc]
        last = bytes((yield left))

        def decode(area: Words) -> None:
            inflate(last)
            data.append(0)
            paint_tiles(data, translator, area)

        painter.paint(rectangle, decode, lane=0, held=len(last))
        if width and height:
            channel.painted.append(rectangle)


def _most_bytes(width: int, height: int, size: int) -> int:
    """Return the bytes of the worst encoding of a rectangle: runs of one pixel, and the largest palettes."""
    tile_count = -(-width // TILE) * -(-height // TILE)
    return width * height * (size + 1) + tile_count * (1 + 127 * size)


def paint_tiles(data: bytearray, translator: Translator, area: Words) -> None:
    """Paint the (height, width) `area`; `data` ends in a byte that is no part of it. Raises DesktopProtocolError."""
    height, width = area.shape
    try:
        end = (native.zrle or _paint)(data, translator, area)
    except (IndexError, ValueError, TypeError):  # what numpy says where data ends too early, or an index has no colour
        raise DesktopProtocolError(f"The server sent {_WHAT} of {width}x{height} that is too short or makes no sense.") from None
    if end != len(data) - 1:
        raise DesktopProtocolError(f"The server sent {_WHAT} of {width}x{height} with {len(data) - 1 - end} bytes too many.")


def _paint(data: bytearray, translator: Translator, picture: Words) -> int:
    """Paint tile after tile; return where the last ends."""
    height, width = picture.shape
    size, compact = translator.compact_size, translator.compact
    runs = tiles.Runs(data, translator)
    position = 0
    for top in range(0, height, TILE):
        band = picture[top : top + TILE]
        for left in range(0, width, TILE):
            tile = band[:, left : left + TILE]
            count = tile.size
            kind = data[position]
            position += 1
            if kind == _RAW:
                tile[:] = compact(data, count, position).reshape(tile.shape)
                position += size * count
            elif kind == _SOLID:
                tile[:] = compact(data, 1, position)
                position += size
            elif kind <= _MOST_PACKED:
                palette = compact(data, kind, position)
                position += size * kind
                tile[:] = tiles.packed(data, position, palette, tile.shape[1], tile.shape[0])
                position += tiles.packed_size(kind, tile.shape[1], tile.shape[0])
            elif kind == _PLAIN_RLE:
                words, position = runs.plain(position, count)
                tile[:] = words.reshape(tile.shape)
            elif kind >= _FIRST_PALETTE_RLE:
                palette = compact(data, kind - 128, position)
                words, position = runs.with_palette(position + size * (kind - 128), count, palette)
                tile[:] = words.reshape(tile.shape)
            else:
                raise tiles.unknown_tile(kind)
    return position
