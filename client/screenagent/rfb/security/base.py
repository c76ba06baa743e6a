"""What a security type is."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

from screenagent.rfb.channel import Channel
from screenagent.rfb.wire import Steps


class Wants(enum.Enum):
    """What has to be known to get in."""

    NOTHING = "nothing"
    PASSWORD = "a password"
    LOGIN = "a user name and its password"


class Shield(enum.IntEnum):
    """What a security type does for all that follows it."""

    CLEAR = 0
    """Nothing: whoever listens reads it."""
    ENCRYPTED = 1
    """Nobody reads it, but anybody in between could be the server."""
    CERTIFIED = 2
    """The server shows a certificate."""


@dataclass(frozen=True)
class SecurityType:
    """A way to prove who we are (RFC 6143 section 7.2)."""

    number: int
    wants: Wants
    authenticate: Callable[[Channel], Steps[SecurityType]]
    """Carry it out; return the type that the server's verdict is on, which is itself or one agreed on inside it."""
    proves: bool = True
    """False when, before version 3.8, no result follows it."""
    shield: Shield = Shield.CLEAR
