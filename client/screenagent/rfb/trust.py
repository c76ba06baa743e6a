"""What is asked of a server before it is trusted with a password and with input."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

TlsUse: TypeAlias = Literal["off", "offered", "unverified", "verified"]

_DIGEST = 32


@dataclass(frozen=True)
class Tls:
    """How much encryption is wanted, and which certificates are good. Raises ValueError for what contradicts itself."""

    use: TlsUse = "offered"
    """``offered``: where the server has it; a certificate must be good, but a server may also have none, or no TLS.
    ``verified``: not without a good certificate, so that nobody in between can pass for the server.
    ``unverified``: not without TLS, which keeps listeners out; whose it is does not matter. ``off``: never."""
    fingerprint: str | None = None
    """SHA-256 of the one certificate that is good, 64 hexadecimal digits with or without colons; implies ``verified``."""
    authorities: Path | None = None
    """PEM file of the authorities whose certificates are good, in place of the system's; implies ``verified``."""
    server_name: str | None = None
    """The name that the certificate must hold, where it is not the host that is connected to, as with a tunnel."""

    def __post_init__(self) -> None:
        if self.fingerprint is not None:
            digest_of(self.fingerprint)
        if self.fingerprint is not None and self.authorities is not None:
            raise ValueError("a fingerprint or authorities, not both")
        if self.use in ("off", "unverified") and (self.fingerprint is not None or self.authorities is not None):
            raise ValueError(f"a certificate to be checked does not go with {self.use}")

    @property
    def verified(self) -> bool:
        """Whether a server has to show a good certificate."""
        return self.use == "verified" or self.fingerprint is not None or self.authorities is not None


def digest_of(fingerprint: str) -> bytes:
    """Return the SHA-256 digest that `fingerprint` writes in hexadecimal, with or without colons. Raises ValueError."""
    try:
        digest = bytes.fromhex(fingerprint.replace(":", " "))
    except ValueError:
        digest = b""
    if len(digest) != _DIGEST:
        raise ValueError("is not a SHA-256 fingerprint: 64 hexadecimal digits, with or without colons.")
    return digest
