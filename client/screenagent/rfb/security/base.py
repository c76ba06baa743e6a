"""What a security type is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from screenagent.rfb.channel import Channel
from screenagent.rfb.wire import Steps


@dataclass(frozen=True)
class SecurityType:
    """A way to prove who we are (RFC 6143 section 7.2)."""

    number: int
    needs_password: bool
    proves: bool
    """False when, before version 3.8, no result follows it."""
    authenticate: Callable[[Channel], Steps[None]]
