"""ExtendedDesktopSize: the screen's size and its screens, and the answer to a SetDesktopSize (community rfbproto)."""

from __future__ import annotations

from typing import ClassVar

from screenagent.rfb.abilities import SCREEN_SIZE, unpack_screens
from screenagent.rfb.channel import Channel, SizeAnswered
from screenagent.rfb.encodings.desktopsize import resize
from screenagent.rfb.framebuffer import Rectangle
from screenagent.rfb.wire import Steps, read_bytes, read_u8

_ANSWER = 1


class ExtendedDesktopSize:
    """The rectangle's x says why it comes, y how a request ended; where that is a refusal, nothing else in it counts.

    It comes with every answer to a non-incremental request, so that only another size may lead to such a request.
    """

    number: ClassVar[int] = -308

    def decode(self, rectangle: Rectangle, channel: Channel) -> Steps[None]:
        """Resize the picture where the size is another one, and keep the screens."""
        reason, status, width, height = rectangle
        count = yield from read_u8()
        yield 3
        screens = unpack_screens((yield from read_bytes(SCREEN_SIZE * count)))
        if reason == _ANSWER:
            channel.afterwards.append(SizeAnswered(status))
            if status:
                return
        channel.abilities.screens = screens
        if (width, height) != (channel.framebuffer.width, channel.framebuffer.height):
            resize(channel, width, height)
