"""Cursor with alpha: a pointer's image whose pixels may be half transparent (community rfbproto)."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from screenagent.errors import DesktopProtocolError
from screenagent.rfb.channel import Channel
from screenagent.rfb.encodings.cursor import require_small, show
from screenagent.rfb.encodings.names import encoding_name
from screenagent.rfb.encodings.raw import Raw
from screenagent.rfb.framebuffer import Rectangle
from screenagent.rfb.values import Pixels
from screenagent.rfb.wire import Steps, read_bytes, read_u32


class CursorAlpha:
    """The rectangle's position is the hotspot. Its pixels are R, G, B, A whatever the pixel format, multiplied by alpha."""

    number: ClassVar[int] = -314

    def decode(self, rectangle: Rectangle, channel: Channel) -> Steps[None]:
        """Keep the image on the channel."""
        width, height = rectangle.width, rectangle.height
        require_small(rectangle)
        encoding = yield from read_u32()
        if encoding != Raw.number:
            name = encoding_name(encoding - (1 << 32) if encoding >> 31 else encoding)
            raise DesktopProtocolError(f"The server sent a pointer image in the encoding {name}; only Raw is accepted there.")
        data = yield from read_bytes(4 * width * height)
        show(_straight(np.frombuffer(data, np.uint8).reshape(height, width, 4)), rectangle, channel)


def _straight(pixels: Pixels) -> Pixels:
    """Return RGBA multiplied by alpha as BGRA that is not."""
    colours, alpha = pixels[:, :, 2::-1].astype(np.uint16), pixels[:, :, 3:].astype(np.uint16)
    straight = np.minimum((colours * 255 + alpha // 2) // np.maximum(alpha, 1), 255)
    return np.concatenate((straight, alpha), axis=2).astype(np.uint8)
