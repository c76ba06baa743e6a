"""VNC authentication: a challenge encrypted with the password (RFC 6143 section 7.2.2)."""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers import Cipher, modes

from screenagent.rfb.channel import Channel
from screenagent.rfb.security.base import SecurityType
from screenagent.rfb.wire import Steps

try:
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
except ImportError:  # cryptography before 43
    from cryptography.hazmat.primitives.ciphers.algorithms import TripleDES

_MIRRORED = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))


def encrypt_challenge(password: str, challenge: bytes) -> bytes:
    """Return `challenge` under DES with the password's first 8 bytes as key, the bits of each in reverse order."""
    key = password.encode().ljust(8, b"\0")[:8].translate(_MIRRORED)
    encryptor = Cipher(TripleDES(key * 3), modes.ECB()).encryptor()
    return encryptor.update(challenge) + encryptor.finalize()


def _authenticate(channel: Channel) -> Steps[None]:
    channel.stage = "the password challenge"
    challenge = yield 16
    channel.outgoing += encrypt_challenge(channel.password or "", challenge)


VNC_AUTH = SecurityType(2, needs_password=True, proves=True, authenticate=_authenticate)
