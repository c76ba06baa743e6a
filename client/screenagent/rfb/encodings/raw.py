"""Raw: the pixels, row by row (RFC 6143 section 7.7.1)."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

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
        rows = max(1, CHUNK // (4 * width))
        for top in range(0, height, rows):
            band = Rectangle(x, y + top, width, min(rows, height - top))
            data = yield 4 * width * band.height
            channel.framebuffer.paint(band, np.frombuffer(data, np.uint8).reshape(band.height, width, 4))
        channel.painted.append(rectangle)
