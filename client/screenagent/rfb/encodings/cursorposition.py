"""Cursor position: where the pointer is when something other than this client has moved it.

There are two pseudo-encodings of the same form: VMware's 0x574D5666 of the community rfbproto document, which TigerVNC sends, and
TightVNC's PointerPos, which LibVNCServer's programs send.
"""

from __future__ import annotations

from typing import ClassVar

from screenagent.rfb.channel import Channel, PointerMoved
from screenagent.rfb.framebuffer import Rectangle
from screenagent.rfb.wire import Steps


class CursorPosition:
    """The rectangle's position is the pointer's; it has no body."""

    number: ClassVar[int] = 0x574D5666

    def decode(self, rectangle: Rectangle, channel: Channel) -> Steps[None]:
        """Report the position."""
        channel.events.append(PointerMoved(rectangle.x, rectangle.y))
        yield from ()


class PointerPosition(CursorPosition):
    """PointerPos."""

    number: ClassVar[int] = -232
