"""How a server says no during the handshake (RFC 6143 sections 7.1.2 and 7.1.3)."""

from __future__ import annotations

from collections.abc import Sequence

from screenagent.errors import AuthenticationFailed, DesktopProtocolError
from screenagent.rfb.channel import Channel
from screenagent.rfb.errors import TooManyAttempts, WrongPassword
from screenagent.rfb.said import readable
from screenagent.rfb.security.base import SecurityType, Wants
from screenagent.rfb.security.names import offer
from screenagent.rfb.wire import Steps, read_sized, read_u8, read_u32

REASON_LIMIT = 1 << 14
_LOCKED_OUT = 2
_HINTS = {
    Wants.PASSWORD: "Check the VNC password (its first 8 characters count).",
    Wants.LOGIN: "Check user name and password: they are those of an account on that machine.",
}
_PROOFS = {Wants.PASSWORD: "password", Wants.LOGIN: "user name or the password"}


def read_offer(channel: Channel) -> Steps[list[int]]:
    """Read the server's list of security types, as from version 3.7 on. Raises AuthenticationFailed when it refuses."""
    offered = list((yield (yield from read_u8())))
    if not offered:
        raise refused(channel.peer, (yield from read_reason(channel)))
    return offered


def read_reason(channel: Channel) -> Steps[str]:
    """Read the reason that follows a refusal."""
    channel.stage = "its reason for refusing"
    reason = yield from read_sized("a reason text", REASON_LIMIT)
    return readable(reason)


def read_result(channel: Channel, security: SecurityType, offered: Sequence[int], *, with_reason: bool) -> Steps[None]:
    """Read the verdict on what `security` has proved; `offered` is what the server had to choose from.

    Raises WrongPassword, TooManyAttempts, AuthenticationFailed.
    """
    channel.stage = "the result of the security check"
    result = yield from read_u32()
    if result == 0:
        return
    if result not in (1, _LOCKED_OUT):
        raise DesktopProtocolError(f"{channel.peer} sent {result} as the result of the security check.")
    reason = "too many attempts" if result == _LOCKED_OUT else f"the {_PROOFS.get(security.wants, 'answer')} is wrong"
    if with_reason:
        reason = yield from read_reason(channel)
    if security.wants is Wants.NOTHING or result == _LOCKED_OUT or _is_lock_out(reason):
        raise refused(channel.peer, reason, locked_out=result == _LOCKED_OUT)
    hint = f"{_HINTS[security.wants]} The server offers: {offer(offered)}."
    raise WrongPassword(f"{channel.peer} refused the {_PROOFS[security.wants]}: {reason}", hint=hint)


def refused(peer: str, reason: str, *, locked_out: bool = False) -> AuthenticationFailed:
    """Return the error for a server that ends the handshake with a reason of its own."""
    message = f"{peer} refuses the connection: {reason}"
    if locked_out or _is_lock_out(reason):
        hint = "After several failed logins a server refuses everybody for a while: wait a minute, then log in rightly."
        return TooManyAttempts(message, hint=hint)
    return AuthenticationFailed(message, hint="The reason is the server's own: its settings or its log tell more.")


def _is_lock_out(reason: str) -> bool:
    return "too many" in reason.lower()
