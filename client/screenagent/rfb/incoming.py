"""Messages from server to client (RFC 6143 section 7.6, community rfbproto), read by generators; MESSAGES is the register."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from screenagent.errors import DesktopProtocolError
from screenagent.log import get_logger
from screenagent.rfb import outgoing
from screenagent.rfb.channel import Bell, Channel, CutText, Tally, Updated
from screenagent.rfb.encodings import PIXEL_ENCODINGS, Decoders, offered
from screenagent.rfb.framebuffer import Rectangle
from screenagent.rfb.values import Damage
from screenagent.rfb.wire import Steps, read_bytes, read_u8, read_u16, read_u32, skip

CUT_TEXT_BOUND = 1 << 28
"""A server that announces more than this (256 MiB) is not believed; between the option and this, the text is skipped."""

_PLENTY = 1 << 20
_HEADER = struct.Struct("!HHHHi")
_FENCE_REQUEST, _FENCE_UNDERSTOOD = 1 << 31, 0b11
"""Block before and block after, which reading one message after the other does by itself."""
logger = get_logger("rfb")


def read_update(channel: Channel, decoders: Decoders) -> Steps[None]:
    """Read a FramebufferUpdate, publish it as a whole, and see to it that the next one comes."""
    began, before = channel.clock(), channel.consumed
    yield 1
    count = yield from read_u16()
    framebuffer = channel.framebuffer
    channel.painted.clear()
    channel.afterwards.clear()
    channel.resized = channel.cursor_changed = channel.last_rectangle = False
    for _ in range(count):
        x, y, width, height, number = _HEADER.unpack((yield _HEADER.size))
        channel.check()
        start = channel.consumed
        yield from decoders.find(number).decode(Rectangle(x, y, width, height), channel)
        _count(channel, number, width * height, channel.consumed - start)
        if channel.last_rectangle:
            break
    channel.painter.finish()
    damage = _without_what_was_asked(channel)
    time = channel.clock()
    framebuffer.publish(channel.painted, time)
    if channel.resized:
        damage = [Rectangle(0, 0, framebuffer.width, framebuffer.height)]
    reported = [Damage(*area, time) for area in damage]
    if channel.cursor_changed:
        reported.append(Damage(0, 0, 0, 0, time, cursor=True))
    channel.events += (Updated(tuple(reported)), *channel.afterwards)
    offer = channel.chooser.measured(channel.consumed - before, time - began)
    if offer is not None:
        channel.outgoing += outgoing.set_encodings(offered(offer))
    channel.outgoing += channel.pace.updated(framebuffer, resized=channel.resized)


def _without_what_was_asked(channel: Channel) -> list[Rectangle]:
    """Return what was painted but for what was only sent once more and is the same."""
    painted, asked, differs = channel.painted, channel.asked, channel.framebuffer.differs
    if channel.resized:
        channel.asked = channel.copied = None
    if asked is None or channel.resized:
        return painted
    if sum(area.common(asked) for area in painted) >= asked.width * asked.height:
        channel.asked = None
    return [area for area in painted if not area.common(asked) or differs(area)]


def _count(channel: Channel, number: int, pixels: int, size: int) -> None:
    tally = channel.tallies.get(number)
    if tally is None:
        tally = channel.tallies[number] = Tally()
    tally.rectangles += 1
    tally.bytes += size
    if number in PIXEL_ENCODINGS:
        tally.pixels += pixels
    channel.rectangles += 1


def read_colour_map(channel: Channel, decoders: Decoders) -> Steps[None]:
    """Read SetColourMapEntries; a picture made of the old colours is asked for anew. Some servers send it for true colour too."""
    yield 1
    first, count = (yield from read_u16()), (yield from read_u16())
    entries = np.frombuffer((yield from read_bytes(6 * count)), ">u2").reshape(count, 3)
    if channel.translator.set_colours(first, entries):
        width, height = channel.framebuffer.width, channel.framebuffer.height
        channel.outgoing += outgoing.update_request(0, 0, width, height, incremental=False)


def read_bell(channel: Channel, decoders: Decoders) -> Steps[None]:
    """Read a Bell, which is its own type byte."""
    channel.events.append(Bell())
    yield from ()


def read_cut_text(channel: Channel, decoders: Decoders) -> Steps[None]:
    """Read a ServerCutText; one that is too long is skipped without being kept. A negative size is ExtendedClipboard's."""
    yield 3
    (size,) = struct.unpack("!i", (yield 4))
    if abs(size) > CUT_TEXT_BOUND:
        raise DesktopProtocolError(f"The server announced a clipboard text of {abs(size)} bytes; that cannot be right.")
    if size < 0:
        heard = yield from channel.clipboard.read(-size)
        if len(channel.outgoing) < _PLENTY:  # what is waiting to be sent answers this as well
            channel.outgoing += heard.answer
        if heard.text is not None:
            channel.events.append(CutText(heard.text))
        return
    if size > channel.options.cut_text_limit:
        logger.warning("the clipboard text of %s has %d bytes and was skipped", channel.peer, size)
        yield from skip(size)
        return
    data = yield from read_bytes(size)
    channel.events.append(CutText(data.decode("latin-1")))


def read_fence(channel: Channel, decoders: Decoders) -> Steps[None]:
    """Read a ServerFence, and answer where it asks: by then all that came before it has been handled."""
    yield 3
    flags, size = (yield from read_u32()), (yield from read_u8())
    if size > outgoing.FENCE_LIMIT:
        raise DesktopProtocolError(f"The server sent a fence of {size} bytes; at most {outgoing.FENCE_LIMIT} are allowed.")
    payload = yield from read_bytes(size)
    if flags & _FENCE_REQUEST:
        channel.outgoing += outgoing.fence(flags & _FENCE_UNDERSTOOD, payload)
    channel.outgoing += channel.pace.fenced(channel.framebuffer)


def read_end_of_continuous_updates(channel: Channel, decoders: Decoders) -> Steps[None]:
    """Read an EndOfContinuousUpdates, which is its own type byte."""
    channel.outgoing += channel.pace.ended(channel.framebuffer)
    yield from ()


Reader = Callable[[Channel, Decoders], Steps[None]]

MESSAGES: Mapping[int, Reader] = MappingProxyType(
    {
        0: read_update,
        1: read_colour_map,
        2: read_bell,
        3: read_cut_text,
        150: read_end_of_continuous_updates,
        248: read_fence,
    },
)
