"""CopyRect: pixels that the client already has (RFC 6143 section 7.7.2)."""

from __future__ import annotations

import struct
from typing import ClassVar

from screenagent.rfb.channel import Channel
from screenagent.rfb.framebuffer import Rectangle
from screenagent.rfb.wire import Steps

_SOURCE = struct.Struct("!HH")


class CopyRect:
    """The copy sees what earlier rectangles of the same update have painted."""

    number: ClassVar[int] = 1

    def decode(self, rectangle: Rectangle, channel: Channel) -> Steps[None]:
        """Copy the source's pixels to the rectangle."""
        channel.framebuffer.require_inside(rectangle, "a CopyRect rectangle")
        source_x, source_y = _SOURCE.unpack((yield _SOURCE.size))
        source = rectangle._replace(x=source_x, y=source_y)
        channel.framebuffer.require_inside(source, "a CopyRect source")
        if rectangle.width and rectangle.height:
            channel.painter.finish()
            channel.framebuffer.copy(source_x, source_y, rectangle)
            if channel.copied is None:
                channel.copied, channel.copied_since = rectangle, channel.clock()
            else:
                channel.copied = channel.copied.with_(rectangle)
            channel.painted.append(rectangle)
