"""None: anyone may come in (RFC 6143 section 7.2.1)."""

from __future__ import annotations

from screenagent.rfb.channel import Channel
from screenagent.rfb.security.base import SecurityType, Wants
from screenagent.rfb.wire import Steps


def _authenticate(channel: Channel) -> Steps[SecurityType]:
    yield from ()
    return NONE


NONE = SecurityType(1, Wants.NOTHING, _authenticate, proves=False)
