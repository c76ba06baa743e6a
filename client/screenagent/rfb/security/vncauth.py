"""VNC authentication: a challenge encrypted with the password (RFC 6143 section 7.2.2)."""

from __future__ import annotations

from screenagent.rfb.channel import Channel
from screenagent.rfb.security.base import SecurityType, Wants
from screenagent.rfb.wire import Steps

_MIRRORED = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))


def encrypt_challenge(password: str, challenge: bytes) -> bytes:
    """Return `challenge` under DES with the password's first 8 bytes as key, the bits of each in reverse order."""
    from cryptography.hazmat.primitives.ciphers import Cipher, modes

    try:
        from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
    except ImportError:  # cryptography before 43
        from cryptography.hazmat.primitives.ciphers.algorithms import TripleDES

    key = password.encode().ljust(8, b"\0")[:8].translate(_MIRRORED)
    encryptor = Cipher(TripleDES(key * 3), modes.ECB()).encryptor()
    return encryptor.update(challenge) + encryptor.finalize()


def _authenticate(channel: Channel) -> Steps[SecurityType]:
    channel.stage = "the password challenge"
    challenge = bytes((yield 16))
    channel.outgoing += encrypt_challenge(channel.password or "", challenge)
    return VNC_AUTH


VNC_AUTH = SecurityType(2, Wants.PASSWORD, _authenticate)
