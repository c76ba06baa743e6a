"""Messages from server to client (RFC 6143 section 7.6), each read by a generator; MESSAGES is the register."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from types import MappingProxyType

from screenagent.errors import DesktopProtocolError
from screenagent.log import get_logger
from screenagent.rfb import outgoing
from screenagent.rfb.channel import Bell, Channel, CutText, Updated
from screenagent.rfb.encodings import Decoders
from screenagent.rfb.framebuffer import Rectangle
from screenagent.rfb.values import Damage
from screenagent.rfb.wire import Steps, read_bytes, read_u16, read_u32, skip

CUT_TEXT_BOUND = 1 << 28
"""A server that announces more than this (256 MiB) is not believed; between the option and this, the text is skipped."""

_PROBE = Rectangle(0, 0, 1, 1)
_HEADER = struct.Struct("!HHHHi")
logger = get_logger("rfb")


def read_update(channel: Channel, decoders: Decoders) -> Steps[None]:
    """Read a FramebufferUpdate, publish it as a whole, and ask for the next one."""
    yield 1
    count = yield from read_u16()
    framebuffer = channel.framebuffer
    channel.painted.clear()
    channel.resized = channel.cursor_changed = channel.last_rectangle = False
    for _ in range(count):
        *area, number = _HEADER.unpack((yield _HEADER.size))
        yield from decoders.find(number).decode(Rectangle(*area), channel)
        channel.rectangles += 1
        if channel.last_rectangle:
            break
    damage = channel.painted
    if channel.probing and not channel.resized:
        damage = [area for area in damage if area != _PROBE or framebuffer.differs(area)]
    channel.probing = False
    time = channel.clock()
    framebuffer.publish(channel.painted, time)
    if channel.resized:
        damage = [Rectangle(0, 0, framebuffer.width, framebuffer.height)]
    reported = [Damage(*area, time) for area in damage]
    if channel.cursor_changed:
        reported.append(Damage(0, 0, 0, 0, time, cursor=True))
    channel.events.append(Updated(tuple(reported)))
    whole = (0, 0, framebuffer.width, framebuffer.height)
    channel.outgoing += outgoing.update_request(*whole, incremental=not channel.resized)


def read_colour_map(channel: Channel, decoders: Decoders) -> Steps[None]:
    """Skip SetColourMapEntries: our pixels are true colour, but some servers send it all the same."""
    yield 3
    count = yield from read_u16()
    yield from skip(6 * count)


def read_bell(channel: Channel, decoders: Decoders) -> Steps[None]:
    """Read a Bell, which is its own type byte."""
    channel.events.append(Bell())
    yield from ()


def read_cut_text(channel: Channel, decoders: Decoders) -> Steps[None]:
    """Read a ServerCutText; one that is too long is skipped without being kept."""
    yield 3
    size = yield from read_u32()
    if size > CUT_TEXT_BOUND:
        raise DesktopProtocolError(f"The server announced a clipboard text of {size} bytes; that cannot be right.")
    if size > channel.options.cut_text_limit:
        logger.warning("the clipboard text of %s has %d bytes and was skipped", channel.peer, size)
        yield from skip(size)
        return
    data = yield from read_bytes(size)
    channel.events.append(CutText(data.decode("latin-1")))


Reader = Callable[[Channel, Decoders], Steps[None]]

MESSAGES: Mapping[int, Reader] = MappingProxyType(
    {0: read_update, 1: read_colour_map, 2: read_bell, 3: read_cut_text},
)
