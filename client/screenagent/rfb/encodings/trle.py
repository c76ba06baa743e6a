"""TRLE: tiles of 16x16 as they are, each able to use the palette of the one before (RFC 6143 section 7.7.5)."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from screenagent.errors import DesktopProtocolError
from screenagent.rfb.channel import Channel
from screenagent.rfb.encodings import tiles
from screenagent.rfb.framebuffer import Rectangle
from screenagent.rfb.pixels import WORD, Translator, Words
from screenagent.rfb.wire import Steps

TILE = 16
_RAW, _SOLID, _MOST_PACKED, _PACKED_AGAIN, _PLAIN_RLE, _PALETTE_RLE_AGAIN = 0, 1, 16, 127, 128, 129


class Trle:
    """Reads tile by tile and run by run, as nothing tells beforehand how long they are."""

    number: ClassVar[int] = 15

    def decode(self, rectangle: Rectangle, channel: Channel) -> Steps[None]:
        """Paint the rectangle."""
        channel.framebuffer.require_inside(rectangle, "a TRLE rectangle")
        channel.painter.finish()
        area = channel.framebuffer.area(rectangle)
        palette = np.zeros(0, WORD)
        for top in range(0, rectangle.height, TILE):
            for left in range(0, rectangle.width, TILE):
                palette = yield from _read_tile(area[top : top + TILE, left : left + TILE], palette, channel.translator)
        if area.size:
            channel.painted.append(rectangle)


def _read_tile(tile: Words, palette: Words, translator: Translator) -> Steps[Words]:
    """Paint a tile; return the palette that the next one may use."""
    kind = (yield 1)[0]
    height, width = tile.shape
    if kind == _RAW:
        tile[:] = (yield from _read_pixels(tile.size, translator)).reshape(tile.shape)
        return palette
    if kind == _PLAIN_RLE:
        yield from _read_runs(tile, translator)
        return palette
    if kind == _SOLID:
        tile[:] = yield from _read_pixels(1, translator)
        return palette
    if kind <= _MOST_PACKED or kind > _PALETTE_RLE_AGAIN:
        palette = yield from _read_pixels(kind & 127, translator)
    elif kind not in (_PACKED_AGAIN, _PALETTE_RLE_AGAIN):
        raise tiles.unknown_tile(kind)
    elif not len(palette):
        raise DesktopProtocolError("The server sent a TRLE tile with the palette of a tile before it, and there was none.")
    try:
        if kind < _PLAIN_RLE:
            data = bytes((yield tiles.packed_size(len(palette), width, height)))
            tile[:] = tiles.packed(data, 0, palette, width, height)
        else:
            yield from _read_palette_runs(tile, palette)
    except IndexError:
        raise DesktopProtocolError("The server sent a TRLE tile with a colour that its palette does not have.") from None
    return palette


def _read_pixels(count: int, translator: Translator) -> Steps[Words]:
    data = bytes((yield translator.compact_size * count))
    return translator.compact(data + b"\0", count)


def _read_runs(tile: Words, translator: Translator) -> Steps[None]:
    filled, words = 0, np.empty(tile.size, WORD)
    while filled < len(words):
        word = (yield from _read_pixels(1, translator))[0]
        length = yield from _read_length(len(words) - filled)
        words[filled : filled + length] = word
        filled += length
    tile[:] = words.reshape(tile.shape)


def _read_palette_runs(tile: Words, palette: Words) -> Steps[None]:
    filled, words = 0, np.empty(tile.size, WORD)
    while filled < len(words):
        index = (yield 1)[0]
        length = (yield from _read_length(len(words) - filled)) if index & 128 else 1
        words[filled : filled + length] = palette[index & 127]
        filled += length
    tile[:] = words.reshape(tile.shape)


def _read_length(most: int) -> Steps[int]:
    length, value = 1, 255
    while value == 255:
        value = (yield 1)[0]
        length += value
        if length > most:
            raise tiles.overrun()
    return length
