"""Apple Remote Desktop: user name and password under a key from a Diffie-Hellman exchange (community rfbproto document).

Nothing proves whose key the server's is, and the session that follows is in the clear: a tunnel protects from both.
"""

from __future__ import annotations

import os
import struct

from screenagent.errors import AuthenticationFailed, DesktopProtocolError
from screenagent.rfb.channel import Channel
from screenagent.rfb.security.base import SecurityType, Wants
from screenagent.rfb.wire import Steps

_SMALLEST, _LARGEST = 64, 512
"""Bytes of the prime; macOS uses 128."""
_FIELD = 64


def _authenticate(channel: Channel) -> Steps[SecurityType]:
    import secrets

    channel.stage = "its half of the key exchange"
    generator, size = struct.unpack("!HH", (yield 4))
    if not _SMALLEST <= size <= _LARGEST:
        raise DesktopProtocolError(
            f"{channel.peer} announced a key of {size} bytes; {_SMALLEST} to {_LARGEST} are accepted for Apple's login."
        )
    prime = int.from_bytes((yield size), "big")
    public = int.from_bytes((yield size), "big")
    if prime.bit_length() <= 8 * (_SMALLEST - 1) or not prime & 1 or not 1 < public < prime - 1 or generator < 2:
        raise DesktopProtocolError(f"{channel.peer} sent numbers that make no key for Apple's login.")
    private = 2 + secrets.randbelow(prime - 3)
    shared = pow(public, private, prime).to_bytes(size, "big")
    channel.outgoing += _encrypt(shared, _field("user name", channel.username) + _field("password", channel.password))
    channel.outgoing += pow(generator, private, prime).to_bytes(size, "big")
    return APPLE


def _field(what: str, value: str | None) -> bytes:
    data = (value or "").encode()
    if len(data) >= _FIELD:
        raise AuthenticationFailed(f"Apple's login takes a {what} of at most {_FIELD - 1} bytes; this one has {len(data)}.")
    return data + b"\0" + os.urandom(_FIELD - len(data) - 1)


def _encrypt(shared: bytes, data: bytes) -> bytes:
    import hashlib

    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    key = hashlib.md5(shared, usedforsecurity=False).digest()  # what the protocol says
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return encryptor.update(data) + encryptor.finalize()


APPLE = SecurityType(30, Wants.LOGIN, _authenticate)
