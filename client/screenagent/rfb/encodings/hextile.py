"""Hextile: tiles of 16x16, each raw or a background with rectangles of one colour (RFC 6143 section 7.7.4)."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from screenagent.errors import DesktopProtocolError
from screenagent.rfb.channel import Channel
from screenagent.rfb.encodings.patches import paint_patches
from screenagent.rfb.framebuffer import Rectangle
from screenagent.rfb.pixels import Translator, Words
from screenagent.rfb.wire import Steps

TILE = 16
_RAW, _BACKGROUND, _FOREGROUND, _SUBRECTANGLES, _COLOURED = 1, 2, 4, 8, 16
_MANY = 1 << 16
"""Bytes of subrectangles that are kept before they are painted."""


class Hextile:
    """Background and foreground hold from tile to tile within a rectangle."""

    number: ClassVar[int] = 5

    def decode(self, rectangle: Rectangle, channel: Channel) -> Steps[None]:
        """Paint the rectangle: the tiles first, their subrectangles when there are many of them."""
        channel.framebuffer.require_inside(rectangle, "a Hextile rectangle")
        channel.painter.finish()
        area = channel.framebuffer.area(rectangle)
        words, size = channel.translator.words, channel.translator.size
        background, foreground = np.uint32(0), bytes(size)
        kept = _Subrectangles(channel.translator)
        for top in range(0, rectangle.height, TILE):
            for left in range(0, rectangle.width, TILE):
                tile = area[top : top + TILE, left : left + TILE]
                kind = (yield 1)[0]
                if kind & _RAW:
                    tile[:] = words((yield size * tile.size), tile.size).reshape(tile.shape)
                    continue
                if kind & _BACKGROUND:
                    background = words((yield size), 1)[0]
                tile[:] = background
                if kind & _FOREGROUND:
                    foreground = bytes((yield size))
                if kind & _SUBRECTANGLES and (count := (yield 1)[0]):
                    coloured = bool(kind & _COLOURED)
                    kept.add(left, top, b"" if coloured else foreground, (yield count * (2 + coloured * size)))
                if kept.size > _MANY:
                    kept.paint(area)
        kept.paint(area)
        if area.size:
            channel.painted.append(rectangle)


class _Subrectangles:
    """Those of several tiles."""

    def __init__(self, translator: Translator) -> None:
        self._translator = translator
        self._clear()

    def _clear(self) -> None:
        self.size = 0
        self._colours: list[bytes] = []
        self._places: list[bytes] = []
        self._tiles: list[tuple[int, int, int]] = []

    def add(self, left: int, top: int, colour: bytes, data: memoryview) -> None:
        """Keep the subrectangles of the tile at (left, top): all of one `colour`, or, if it is empty, each with its own."""
        if colour:
            places, count = bytes(data), len(data) // 2
            colours = colour * count
        else:
            step = self._translator.size + 2
            table = np.frombuffer(data, np.uint8).reshape(-1, step)
            places, count = table[:, -2:].tobytes(), len(table)
            colours = table[:, :-2].tobytes()
        self._colours.append(colours)
        self._places.append(places)
        self._tiles.append((left, top, count))
        self.size += len(data)

    def paint(self, area: Words) -> None:
        """Paint and forget them."""
        if not self._tiles:
            return
        left, top, counts = np.array(self._tiles).T
        places = np.frombuffer(b"".join(self._places), np.uint8).astype(np.intp)
        place, extent = places[::2], places[1::2]
        across, down, width, height = place >> 4, place & 15, (extent >> 4) + 1, (extent & 15) + 1
        if (across + width > TILE).any() or (down + height > TILE).any():
            raise DesktopProtocolError("The server sent a Hextile tile with a part that is not inside the tile.")
        x, y = np.repeat(left, counts) + across, np.repeat(top, counts) + down
        paint_patches(area, self._translator.words(b"".join(self._colours), len(place)), x, y, width, height)
        self._clear()
