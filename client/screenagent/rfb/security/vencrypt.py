"""VeNCrypt 0.2: TLS, anonymous or with a certificate, and a login inside it (community rfbproto document)."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace

from screenagent.errors import DesktopProtocolError
from screenagent.log import get_logger
from screenagent.rfb.address import is_this_machine
from screenagent.rfb.channel import Channel, Layer
from screenagent.rfb.errors import EncryptionMissing, TlsFailed, UnsupportedSecurity
from screenagent.rfb.security.base import SecurityType, Shield, Wants
from screenagent.rfb.security.choice import pick
from screenagent.rfb.security.names import offer
from screenagent.rfb.security.none import NONE
from screenagent.rfb.security.plain import PLAIN
from screenagent.rfb.security.vncauth import VNC_AUTH
from screenagent.rfb.wire import Steps, read_bytes, read_u8

logger = get_logger("rfb")
_VERSION = b"\0\2"


def certified_layer(channel: Channel) -> Layer:
    """Return TLS that judges the server's certificate by the options."""
    from screenagent.rfb import tls

    return tls.certified(channel)


def anonymous_layer(channel: Channel) -> Layer:
    """Return TLS with a server that shows no certificate."""
    from screenagent.rfb import tls

    logger.info("%s is encrypted, but shows no certificate: it could be anybody", channel.peer)
    return tls.anonymous(channel)


def _authenticate(channel: Channel) -> Steps[SecurityType]:
    channel.stage = "its version of VeNCrypt"
    version = bytes((yield 2))
    if version < _VERSION:
        raise UnsupportedSecurity(f"{channel.peer} speaks VeNCrypt {version[0]}.{version[1]}; 0.2 is the oldest understood.")
    channel.outgoing += _VERSION
    channel.stage = "its consent to VeNCrypt 0.2"
    if (yield 1)[0] != 0:
        raise DesktopProtocolError(f"{channel.peer} does not agree to VeNCrypt 0.2.")
    channel.stage = "its kinds of VeNCrypt"
    count = yield from read_u8()
    offered = struct.unpack(f"!{count}I", (yield from read_bytes(4 * count)))
    chosen = pick(_SUBTYPES, offered, channel)
    if chosen is PLAIN and not is_this_machine(channel.peer):
        raise EncryptionMissing(
            f"{channel.peer} wants user name and password in the clear, for all to hear; it offers: {offer(offered)}.",
            hint="Switch X509Plain or TLSPlain on at the server, or reach it through an SSH tunnel.",
        )
    channel.outgoing += struct.pack("!I", chosen.number)
    return (yield from chosen.authenticate(channel))


def _inside(number: int, shield: Shield, open_layer: Callable[[Channel], Layer], login: SecurityType) -> SecurityType:
    def authenticate(channel: Channel) -> Steps[SecurityType]:
        channel.stage = "its consent to TLS"
        if (yield 1)[0] != 1:
            raise TlsFailed(
                f"{channel.peer} offers TLS and cannot do it.", hint="Its certificate or key may be missing: its log tells more."
            )
        channel.layer = open_layer(channel)
        yield from login.authenticate(channel)
        return security

    security = replace(login, number=number, authenticate=authenticate, proves=True, shield=shield)
    return security


_SUBTYPES = (
    _inside(262, Shield.CERTIFIED, certified_layer, PLAIN),
    _inside(261, Shield.CERTIFIED, certified_layer, VNC_AUTH),
    _inside(260, Shield.CERTIFIED, certified_layer, NONE),
    _inside(259, Shield.ENCRYPTED, anonymous_layer, PLAIN),
    _inside(258, Shield.ENCRYPTED, anonymous_layer, VNC_AUTH),
    _inside(257, Shield.ENCRYPTED, anonymous_layer, NONE),
    VNC_AUTH,
    PLAIN,
    NONE,
)
"""The strongest first. A certificate that is refused ends the connection: no weaker one is tried in its place."""

VENCRYPT = SecurityType(19, Wants.NOTHING, _authenticate, shield=Shield.CERTIFIED)
