"""What an encoding is."""

from __future__ import annotations

from typing import ClassVar, Protocol

from screenagent.rfb.channel import Channel
from screenagent.rfb.framebuffer import Rectangle
from screenagent.rfb.wire import Steps


class Decoder(Protocol):
    """Reads the body of one rectangle; made anew for every connection."""

    number: ClassVar[int]
    """As in the rectangle's header; negative for pseudo-encodings."""

    def decode(self, rectangle: Rectangle, channel: Channel) -> Steps[None]:
        """Read the body and apply it. The rectangle comes unchecked from the wire. Raises DesktopProtocolError.

        Pixels are painted through `channel.painter`, or on the framebuffer itself after the painter has finished.
        """
        ...
