"""Plain: user name and password as they are (VeNCrypt subtype 256 in the community rfbproto document), so better inside TLS."""

from __future__ import annotations

import struct

from screenagent.rfb.channel import Channel
from screenagent.rfb.security.base import SecurityType, Wants
from screenagent.rfb.wire import Steps


def _authenticate(channel: Channel) -> Steps[SecurityType]:
    yield from ()
    username, password = (channel.username or "").encode(), (channel.password or "").encode()
    channel.outgoing += struct.pack("!II", len(username), len(password)) + username + password
    return PLAIN


PLAIN = SecurityType(256, Wants.LOGIN, _authenticate)
