"""From the first byte to ServerInit (RFC 6143 sections 7.1 to 7.3), versions 3.3, 3.7 and 3.8."""

from __future__ import annotations

import re
import struct

from screenagent.errors import AuthenticationFailed, DesktopProtocolError
from screenagent.rfb.channel import Channel
from screenagent.rfb.errors import WrongPassword
from screenagent.rfb.security import SecurityType, choose
from screenagent.rfb.wire import Steps, read_sized, read_u8, read_u32

NAME_LIMIT = 1 << 16
REASON_LIMIT = 1 << 14

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
    if minor == 3:
        channel.stage = "its security type"
        offered = [(yield from read_u32())]
    else:
        channel.stage = "its security types"
        offered = list((yield (yield from read_u8())))
    if offered == ([0] if minor == 3 else []):
        reason = yield from _read_reason(channel)
        raise refused(channel.peer, reason)
    security = choose(offered, channel)
    if minor >= 7:
        channel.outgoing.append(security.number)
    yield from security.authenticate(channel)
    if security.proves or minor >= 8:
        yield from _read_result(channel, security, with_reason=minor >= 8)
    channel.outgoing.append(channel.options.shared)
    channel.stage = "the description of its screen"
    width, height = _INIT.unpack((yield _INIT.size))
    channel.framebuffer.resize(width, height)
    name = yield from read_sized("a desktop name", NAME_LIMIT)
    channel.name = name.decode("utf-8", "replace")


def _agree_on_version(channel: Channel) -> Steps[int]:
    greeting = yield GREETING_SIZE
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


def _read_result(channel: Channel, security: SecurityType, *, with_reason: bool) -> Steps[None]:
    channel.stage = "the result of the security check"
    result = yield from read_u32()
    if result == 0:
        return
    if result not in (1, 2):
        raise DesktopProtocolError(f"{channel.peer} sent {result} as the result of the security check.")
    reason = "too many attempts" if result == 2 else "the password is wrong"
    if with_reason:
        reason = yield from _read_reason(channel)
    if not security.needs_password:
        raise refused(channel.peer, reason)
    hint = "Check the VNC password (its first 8 characters count)."
    if "too many" in reason.lower():
        raise refused(channel.peer, reason)
    raise WrongPassword(f"{channel.peer} refused the password: {reason}", hint=hint)


def refused(peer: str, reason: str) -> AuthenticationFailed:
    """Return the error for a server that ends the handshake with a reason of its own."""
    hint = "The reason is the server's own: its settings or its log tell more."
    if "too many" in reason.lower():
        hint = "After several wrong passwords a server refuses everybody for a while: wait a minute, then give the right one."
    return AuthenticationFailed(f"{peer} refuses the connection: {reason}", hint=hint)


def _read_reason(channel: Channel) -> Steps[str]:
    channel.stage = "its reason for refusing"
    reason = yield from read_sized("a reason text", REASON_LIMIT)
    return reason.decode("utf-8", "replace")
