"""Cursor position: where the pointer is when something other than this client has moved it.

VMware's pseudo-encoding 0x574D5666, in the community rfbproto document; sent by TigerVNC and others.
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
