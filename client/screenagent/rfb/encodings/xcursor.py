"""X Cursor: a pointer's image of two colours, from servers that have no other (community rfbproto)."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from screenagent.rfb.channel import Channel
from screenagent.rfb.encodings.cursor import require_small, show, unpack_bits
from screenagent.rfb.framebuffer import Rectangle
from screenagent.rfb.values import Pixels
from screenagent.rfb.wire import Steps, read_bytes


class XCursor:
    """The rectangle's position is the hotspot. Two colours, which bitmap chooses between them, and which pixels are shown.

    An empty image has no body.
    """

    number: ClassVar[int] = -240

    def decode(self, rectangle: Rectangle, channel: Channel) -> Steps[None]:
        """Keep the image on the channel."""
        width, height = rectangle.width, rectangle.height
        require_small(rectangle)
        pixels: Pixels = np.zeros((height, width, 4), np.uint8)
        if pixels.size:
            size = (width + 7) // 8 * height
            primary, secondary = (yield from read_bytes(3)), (yield from read_bytes(3))
            chosen = unpack_bits((yield from read_bytes(size)), width, height)
            shown = unpack_bits((yield from read_bytes(size)), width, height)
            colours = np.array([[*secondary[::-1], 0], [*primary[::-1], 0]], np.uint8)
            pixels[:] = colours[chosen]
            pixels[:, :, 3] = shown * np.uint8(255)
        show(pixels, rectangle, channel)
