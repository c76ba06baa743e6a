"""DesktopSize: the screen has a new size (RFC 6143 section 7.8.2)."""

from __future__ import annotations

from typing import ClassVar

from screenagent.rfb.channel import Channel
from screenagent.rfb.framebuffer import Rectangle
from screenagent.rfb.wire import Steps


class DesktopSize:
    """The rectangle's size is the screen's; what other rectangles of this update painted before it is void."""

    number: ClassVar[int] = -223

    def decode(self, rectangle: Rectangle, channel: Channel) -> Steps[None]:
        """Resize the picture."""
        resize(channel, rectangle.width, rectangle.height)
        yield from ()


def resize(channel: Channel, width: int, height: int) -> None:
    """Give the picture a new size. Raises DesktopProtocolError for one that is out of bounds."""
    channel.painter.finish()
    channel.framebuffer.resize(width, height)
    channel.painted.clear()
    channel.resized = True
