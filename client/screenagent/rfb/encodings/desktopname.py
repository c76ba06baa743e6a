"""DesktopName: the desktop is called otherwise now (community rfbproto)."""

from __future__ import annotations

from typing import ClassVar

from screenagent.rfb.channel import Channel, Renamed
from screenagent.rfb.framebuffer import Rectangle
from screenagent.rfb.handshake import NAME_LIMIT
from screenagent.rfb.said import readable
from screenagent.rfb.wire import Steps, read_sized


class DesktopName:
    """The rectangle's body is the name; its position and size mean nothing."""

    number: ClassVar[int] = -307

    def decode(self, rectangle: Rectangle, channel: Channel) -> Steps[None]:
        """Keep the name, and report it where it is another one."""
        name = readable((yield from read_sized("a desktop name", NAME_LIMIT)))
        if name != channel.name:
            channel.name = name
            channel.events.append(Renamed(name))
