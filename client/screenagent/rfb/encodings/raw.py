"""Raw: the pixels, row by row (RFC 6143 section 7.7.1)."""

from __future__ import annotations

from typing import ClassVar

from screenagent.rfb.channel import Channel
from screenagent.rfb.framebuffer import Rectangle
from screenagent.rfb.wire import CHUNK, Steps


class Raw:
    """Painted in bands of whole rows as they come in."""

    number: ClassVar[int] = 0

    def decode(self, rectangle: Rectangle, channel: Channel) -> Steps[None]:
        """Paint the rectangle."""
        channel.framebuffer.require_inside(rectangle, "a Raw rectangle")
        x, y, width, height = rectangle
        if not width or not height:
            return
        channel.painter.finish()
        translator = channel.translator
        row = translator.size * width
        rows = max(1, CHUNK // row)
        for top in range(0, height, rows):
            count = min(rows, height - top)
            words = translator.words((yield row * count), width * count)
            channel.framebuffer.area(Rectangle(x, y + top, width, count))[:] = words.reshape(count, width)
        channel.painted.append(rectangle)
