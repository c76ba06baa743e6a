"""TLS: anonymous TLS at once, and the choice of security types again inside it, as GNOME's and older servers have it."""

from __future__ import annotations

from dataclasses import replace

from screenagent.rfb.channel import Channel
from screenagent.rfb.security.base import SecurityType, Shield, Wants
from screenagent.rfb.security.choice import pick
from screenagent.rfb.security.none import NONE
from screenagent.rfb.security.refusal import read_offer
from screenagent.rfb.security.vencrypt import anonymous_layer
from screenagent.rfb.security.vncauth import VNC_AUTH
from screenagent.rfb.wire import Steps

_INSIDE = tuple(replace(security, shield=Shield.ENCRYPTED) for security in (VNC_AUTH, NONE))


def _authenticate(channel: Channel) -> Steps[SecurityType]:
    channel.layer = anonymous_layer(channel)
    channel.stage = "its security types inside TLS"
    chosen = pick(_INSIDE, (yield from read_offer(channel)), channel)
    channel.outgoing.append(chosen.number)
    return (yield from chosen.authenticate(channel))


ANONYMOUS_TLS = SecurityType(18, Wants.NOTHING, _authenticate, shield=Shield.ENCRYPTED)
