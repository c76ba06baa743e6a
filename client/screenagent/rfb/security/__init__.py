"""The register of security types: one file each, and one line in SECURITY_TYPES, the strongest first."""

from __future__ import annotations

from collections.abc import Sequence

from screenagent.rfb.channel import Channel
from screenagent.rfb.errors import PasswordMissing
from screenagent.rfb.security.advice import nothing_usable, password_missing_hint
from screenagent.rfb.security.base import SecurityType
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
        raise PasswordMissing(f"{channel.peer} asks for a password and none was given.", hint=password_missing_hint(offered))
    raise nothing_usable(channel.peer, offered, [security.number for security in SECURITY_TYPES])
