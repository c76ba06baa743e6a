"""The register of security types: one file each, and one line in SECURITY_TYPES, the strongest first."""

from __future__ import annotations

from collections.abc import Sequence

from screenagent.errors import AuthenticationFailed
from screenagent.rfb.channel import Channel
from screenagent.rfb.security.base import SecurityType
from screenagent.rfb.security.names import is_apple, security_name
from screenagent.rfb.security.none import NONE
from screenagent.rfb.security.vncauth import VNC_AUTH

__all__ = ["SECURITY_TYPES", "SecurityType", "choose"]

SECURITY_TYPES: tuple[SecurityType, ...] = (VNC_AUTH, NONE)


def choose(offered: Sequence[int], channel: Channel) -> SecurityType:
    """Return the best type that the server offers and we have the password for. Raises AuthenticationFailed."""
    known = [security for security in SECURITY_TYPES if security.number in offered]
    for security in known:
        if channel.password is not None or not security.needs_password:
            return security
    if known:
        raise AuthenticationFailed(f"{channel.peer} asks for a password and none was given.", hint="Set its VNC password.")
    names = ", ".join(security_name(number) for number in dict.fromkeys(offered))
    if any(is_apple(number) for number in offered):
        hint = (
            "This is macOS screen sharing. In System Settings, Sharing, Screen Sharing, allow viewers to use a VNC password, "
            "and set that password here."
        )
    else:
        usable = " or ".join(security_name(security.number) for security in SECURITY_TYPES)
        hint = f"Switch on {usable} in the server's settings."
    raise AuthenticationFailed(f"{channel.peer} offers no security type that can be used, only: {names}.", hint=hint)
