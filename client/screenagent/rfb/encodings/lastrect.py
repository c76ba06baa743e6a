"""LastRect: the update ends here (community rfbproto, LastRect pseudo-encoding)."""

from __future__ import annotations

from typing import ClassVar

from screenagent.rfb.channel import Channel
from screenagent.rfb.framebuffer import Rectangle
from screenagent.rfb.wire import Steps


class LastRect:
    """Lets a server begin an update before it knows the number of rectangles."""

    number: ClassVar[int] = -224

    def decode(self, rectangle: Rectangle, channel: Channel) -> Steps[None]:
        """End the update."""
        channel.last_rectangle = True
        yield from ()
