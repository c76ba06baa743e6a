"""The register of security types: one file each, and one line in SECURITY_TYPES, the strongest first."""

from __future__ import annotations

from screenagent.rfb.security.anonymous_tls import ANONYMOUS_TLS
from screenagent.rfb.security.apple import APPLE
from screenagent.rfb.security.base import SecurityType
from screenagent.rfb.security.choice import pick
from screenagent.rfb.security.names import security_name
from screenagent.rfb.security.none import NONE
from screenagent.rfb.security.vencrypt import VENCRYPT
from screenagent.rfb.security.vncauth import VNC_AUTH

__all__ = ["SECURITY_TYPES", "SecurityType", "pick", "security_name"]

SECURITY_TYPES: tuple[SecurityType, ...] = (VENCRYPT, ANONYMOUS_TLS, APPLE, VNC_AUTH, NONE)
