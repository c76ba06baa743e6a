"""Empty rectangles by which a server confirms that it takes more input than RFC 6143 knows (community rfbproto)."""

from __future__ import annotations

from typing import ClassVar

from screenagent.rfb.channel import Channel
from screenagent.rfb.framebuffer import Rectangle
from screenagent.rfb.wire import Steps


class KeyCodes:
    """QEMU extended key event: keys may be told by scan code."""

    number: ClassVar[int] = -258

    def decode(self, rectangle: Rectangle, channel: Channel) -> Steps[None]:
        """Note it."""
        channel.abilities.key_codes = True
        yield from ()


class MoreButtons:
    """ExtendedMouseButtons: there is a ninth mouse button."""

    number: ClassVar[int] = -316

    def decode(self, rectangle: Rectangle, channel: Channel) -> Steps[None]:
        """Note it."""
        channel.abilities.more_buttons = True
        yield from ()
