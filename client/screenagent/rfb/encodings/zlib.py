"""Zlib: Raw pixels in a zlib stream that goes on from rectangle to rectangle (community rfbproto, Zlib encoding)."""

from __future__ import annotations

from typing import ClassVar

from screenagent.rfb.channel import Channel
from screenagent.rfb.framebuffer import Rectangle
from screenagent.rfb.inflate import Inflater, length_bound
from screenagent.rfb.pixels import Words
from screenagent.rfb.wire import Steps, read_sized


class Zlib:
    """Keeps the stream."""

    number: ClassVar[int] = 6

    def __init__(self) -> None:
        self._inflater = Inflater()

    def decode(self, rectangle: Rectangle, channel: Channel) -> Steps[None]:
        """Paint the rectangle."""
        channel.framebuffer.require_inside(rectangle, "a Zlib rectangle")
        width, height = rectangle.width, rectangle.height
        translator = channel.translator
        size = translator.size * width * height
        data = yield from read_sized("a Zlib rectangle", length_bound(size))

        def inflate(area: Words) -> None:
            pixels = self._inflater.exactly(data, size, "a Zlib rectangle")
            area[:] = translator.words(pixels, width * height).reshape(height, width)

        channel.painter.paint(rectangle, inflate, lane=0, held=len(data))
        if size:
            channel.painted.append(rectangle)
