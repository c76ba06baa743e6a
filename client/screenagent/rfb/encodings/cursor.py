"""Cursor: the pointer's image, which the server then no longer paints into the picture (RFC 6143 section 7.8.1)."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import numpy.typing as npt

from screenagent.errors import DesktopProtocolError
from screenagent.rfb.channel import Channel
from screenagent.rfb.framebuffer import Rectangle
from screenagent.rfb.values import Cursor, Pixels
from screenagent.rfb.wire import Steps, read_bytes

LIMIT = 1024
"""Pixels of the widest and highest pointer accepted."""


class CursorImage:
    """The rectangle's position is the hotspot; pixels are followed by a bit mask whose rows fill whole bytes."""

    number: ClassVar[int] = -239

    def decode(self, rectangle: Rectangle, channel: Channel) -> Steps[None]:
        """Keep the image on the channel."""
        width, height = rectangle.width, rectangle.height
        require_small(rectangle)
        colours = yield from read_bytes(channel.translator.size * width * height)
        mask = yield from read_bytes((width + 7) // 8 * height)
        words = channel.translator.words(colours, width * height)
        pixels = words.astype("<u4").view(np.uint8).reshape(height, width, 4)
        pixels[:, :, 3] = unpack_bits(mask, width, height) * np.uint8(255)
        show(pixels, rectangle, channel)


def require_small(rectangle: Rectangle) -> None:
    """Raise DesktopProtocolError for a pointer image that is beyond any sense."""
    if rectangle.width > LIMIT or rectangle.height > LIMIT:
        raise DesktopProtocolError(
            f"The server sent a pointer image of {rectangle.width}x{rectangle.height} pixels; "
            f"at most {LIMIT}x{LIMIT} are accepted."
        )


def unpack_bits(data: bytes, width: int, height: int) -> npt.NDArray[np.uint8]:
    """Return (height, width) zeros and ones of a bitmap whose rows fill whole bytes."""
    rows = np.frombuffer(data, np.uint8).reshape(height, (width + 7) // 8)
    return np.unpackbits(rows, axis=1)[:, :width]


def show(pixels: Pixels, rectangle: Rectangle, channel: Channel) -> None:
    """Keep (height, width, 4) BGRA `pixels` as the pointer's image."""
    pixels.flags.writeable = False
    channel.cursor = Cursor(pixels, rectangle.x, rectangle.y)
    channel.cursor_changed = True
