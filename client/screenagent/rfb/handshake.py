"""From the first byte to ServerInit (RFC 6143 sections 7.1 to 7.3), versions 3.3, 3.7 and 3.8."""

from __future__ import annotations

import re
import struct

from screenagent.errors import DesktopProtocolError
from screenagent.rfb.channel import Channel
from screenagent.rfb.said import readable
from screenagent.rfb.security import SECURITY_TYPES, pick, security_name
from screenagent.rfb.security.refusal import read_offer, read_reason, read_result, refused
from screenagent.rfb.wire import Steps, read_sized, read_u32

NAME_LIMIT = 1 << 16

GREETING_SIZE = 12
_LINE_LIMIT = 80
_GREETING = re.compile(rb"RFB (\d{3})\.(\d{3})\n")
_INIT = struct.Struct("!HH16x")
_OTHERS = {
    b"HTTP": "a web server",
    b"SSH-": "an SSH server",
    b"220": "a mail or FTP server",
    b"* OK": "a mail server",
    b"+OK": "a mail server",
    b"\x15\x03": "a server that wants TLS",
}
"""What other servers begin with."""


def shake_hands(channel: Channel) -> Steps[None]:
    """Agree on version and security, then take over the screen's size and name. Raises the errors of `screenagent.errors`."""
    minor = yield from _agree_on_version(channel)
    asked = channel.clock()
    if minor == 3:
        channel.stage = "its security type"
        offered = [(yield from read_u32())]
        if offered == [0]:
            raise refused(channel.peer, (yield from read_reason(channel)))
    else:
        channel.stage = "its security types"
        offered = yield from read_offer(channel)
    channel.answered(asked)
    security = pick(SECURITY_TYPES, offered, channel)
    if minor >= 7:
        channel.outgoing.append(security.number)
    judged = yield from security.authenticate(channel)
    if judged.proves or minor >= 8:
        yield from read_result(channel, judged, offered, with_reason=minor >= 8)
    inside = "" if judged is security else f" with {security_name(judged.number)}"
    channel.security = security_name(security.number) + inside
    channel.outgoing.append(channel.options.shared)
    channel.stage = "the description of its screen"
    asked = channel.clock()
    width, height = _INIT.unpack((yield _INIT.size))
    channel.answered(asked)
    channel.framebuffer.resize(width, height)
    name = yield from read_sized("a desktop name", NAME_LIMIT)
    channel.name = readable(name)


def _agree_on_version(channel: Channel) -> Steps[int]:
    greeting = bytes((yield GREETING_SIZE))
    match = _GREETING.fullmatch(greeting)
    if match is None:
        yield from _read_strange_line(channel, greeting)
        raise not_a_vnc_server(channel.peer, channel.strange)
    version = int(match[1]), int(match[2])
    if version < (3, 3):
        raise DesktopProtocolError(f"{channel.peer} speaks RFB {version[0]}.{version[1]}; 3.3 is the oldest understood.")
    minor = 8 if version >= (3, 8) else 7 if version == (3, 7) else 3
    channel.outgoing += b"RFB 003.%03d\n" % minor
    return minor


def _read_strange_line(channel: Channel, start: bytes) -> Steps[None]:
    """Read the first line of a server that speaks something else, when it is text, for the error to quote."""
    channel.strange = start
    while len(channel.strange) < _LINE_LIMIT and channel.strange.isascii() and channel.strange.decode().isprintable():
        channel.strange += yield 1


def not_a_vnc_server(peer: str, answer: bytes) -> DesktopProtocolError:
    """Return the error for an answer that is not an RFB greeting."""
    shown = answer.partition(b"\n")[0].rstrip(b"\r").decode("latin-1").encode("unicode_escape").decode("ascii")
    kind = next((kind for start, kind in _OTHERS.items() if answer.startswith(start)), "")
    hint = f"That is {kind}; the VNC server" if kind else "The VNC server"
    hint += " listens on another port, usually 5900 or a little above."
    return DesktopProtocolError(f'{peer} is not a VNC server: it answered "{shown}".', hint=hint)
