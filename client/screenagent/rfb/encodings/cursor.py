"""Cursor: the pointer's image, which the server then no longer paints into the picture (RFC 6143 section 7.8.1)."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from screenagent.errors import DesktopProtocolError
from screenagent.rfb.channel import Channel
from screenagent.rfb.framebuffer import Rectangle
from screenagent.rfb.values import Cursor
from screenagent.rfb.wire import Steps, read_bytes

LIMIT = 1024
"""Pixels of the widest and highest pointer accepted."""


class CursorImage:
    """The rectangle's position is the hotspot; pixels are followed by a bit mask whose rows fill whole bytes."""

    number: ClassVar[int] = -239

    def decode(self, rectangle: Rectangle, channel: Channel) -> Steps[None]:
        """Keep the image on the channel."""
        hotspot_x, hotspot_y, width, height = rectangle
        if width > LIMIT or height > LIMIT:
            raise DesktopProtocolError(
                f"The server sent a pointer image of {width}x{height} pixels; at most {LIMIT}x{LIMIT} are accepted."
            )
        row = (width + 7) // 8
        colours = yield from read_bytes(4 * width * height)
        mask = yield from read_bytes(row * height)
        pixels = np.frombuffer(colours, np.uint8).reshape(height, width, 4).copy()
        bits = np.unpackbits(np.frombuffer(mask, np.uint8).reshape(height, row), axis=1)
        pixels[:, :, 3] = bits[:, :width] * np.uint8(255)
        pixels.flags.writeable = False
        channel.cursor = Cursor(pixels, hotspot_x, hotspot_y)
        channel.cursor_changed = True
