"""The other half of the security types, written for the tests: certificates, TLS from `ssl`, and a VNC server in memory."""

from __future__ import annotations

import datetime
import hashlib
import ipaddress
import ssl
import struct
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from screenagent.rfb.security.vncauth import encrypt_challenge

CHALLENGE = bytes(range(16))
PASSWORD, USERS = "secret-1", {"anna": "a much longer secret, ümlaut"}
PLAIN, TLS_NONE, TLS_VNC, TLS_PLAIN, X509_NONE, X509_VNC, X509_PLAIN = range(256, 263)
_SCREEN = struct.pack("!HH16xI", 4, 3, 4) + b"name"
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Certificate:
    """A certificate with its key, as objects and as the files that a server reads."""

    body: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    file: Path
    key_file: Path

    @property
    def fingerprint(self) -> str:
        """SHA-256, as OpenSSL prints it."""
        return hashlib.sha256(self.body.public_bytes(serialization.Encoding.DER)).digest().hex(":").upper()


def certify(
    folder: Path, name: str, *, signer: Certificate | None = None, authority: bool = False, days: int = 30, host: str = "desk"
) -> Certificate:
    """Make a certificate for `host`, signed by itself or by `signer`; with negative `days` it has run out."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    try:
        alternative: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        alternative = x509.DNSName(host)
    now = datetime.datetime.now(datetime.timezone.utc)
    body = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer.body.subject if signer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 100 * _DAY)
        .not_valid_after(now + days * _DAY)
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .sign(signer.key if signer else key, hashes.SHA256())
    )
    file, key_file = folder / f"{name}.crt", folder / f"{name}.key"
    file.write_bytes(body.public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    key_file.write_bytes(key.private_bytes(*form))
    return Certificate(body, key, file, key_file)


def server_context(certificate: Certificate | None, version: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    """Return a server's TLS: with a certificate, or anonymous without one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if certificate:
        context.load_cert_chain(certificate.file, certificate.key_file)
        context.maximum_version = version or ssl.TLSVersion.MAXIMUM_SUPPORTED
    else:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("aNULL:@SECLEVEL=0")
    return context


class FarEnd:
    """A server's end of TLS, in memory. `heard` is all that it could read so far."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._arrived, self._leaving = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._arrived, self._leaving, server_side=True)
        self.stands = False
        self.heard = b""

    def take(self, data: bytes) -> bytes:
        """Take what the client put on the wire; return what it means."""
        self._arrived.write(data)
        heard = b""
        try:
            if not self.stands:
                self._tls.do_handshake()
                self.stands = True
            while piece := self._tls.read():
                heard += piece
        except ssl.SSLError:
            pass
        self.heard += heard
        return heard

    def give(self, data: bytes = b"") -> bytes:
        """Return what goes on the wire: `data`, and what TLS itself has to say."""
        while data and self.stands:
            data = data[self._tls.write(data) :]
        return self._leaving.read()

    def farewell(self) -> bytes:
        """Return the end of TLS (close_notify)."""
        try:
            self._tls.unwrap()
        except ssl.SSLWantReadError:
            pass
        return self._leaving.read()

    def is_left(self, data: bytes) -> bool:
        """Whether `data` answers the farewell."""
        self._arrived.write(data)
        self._tls.unwrap()
        return True


Script = Generator[int, bytes, None]


class Server:
    """A VNC server in memory, of any version from 3.7 on, that speaks VeNCrypt, TLS and VNC passwords.

    `top` are its security types, `subtypes` those of VeNCrypt, `inner` those inside TLS (18). `entered` tells that the client
    was let in, `chosen` what it chose, `logins` what it said in Plain, and `clear` all that it sent unencrypted.
    """

    def __init__(
        self,
        *subtypes: int,
        certificate: Certificate | None = None,
        minor: int = 8,
        top: Sequence[int] = (19,),
        inner: Sequence[int] = (1, 2),
        consent: bytes = b"\x01",
        users: Mapping[str, str] = USERS,
    ) -> None:
        self._subtypes, self._certificate, self._minor = subtypes, certificate, minor
        self._top, self._inner, self._consent, self._users = bytes(top), bytes(inner), consent, users
        self._inbox, self._outbox, self._wire = b"", b"", b""
        self.far: FarEnd | None = None
        self.entered, self.clear = False, b""
        self.chosen: list[int] = []
        self.logins: list[tuple[str, str]] = []
        self._steps = self._converse()
        self._wanted = next(self._steps)

    def feed(self, data: bytes) -> None:
        """Take what the client sent."""
        secured = self.far
        if secured:
            data = secured.take(data)
        else:
            self.clear += data
        self._inbox += data
        while 0 <= self._wanted <= len(self._inbox) and self.far is secured:
            piece, self._inbox = self._inbox[: self._wanted], self._inbox[self._wanted :]
            self._wanted = self._next(piece)
        if self.far is not secured:
            rest, self._inbox = self._inbox, b""
            self.clear = self.clear[: len(self.clear) - len(rest)]
            self.feed(rest)

    def to_send(self) -> bytes:
        """Return what goes to the client now."""
        data, self._wire = self._wire, b""
        if self.far is None or self.far.stands:
            ready, self._outbox = self._outbox, b""
        else:
            ready = b""
        return data + (self.far.give(ready) if self.far else ready)

    def _next(self, piece: bytes) -> int:
        try:
            return self._steps.send(piece)
        except StopIteration:
            return -1

    def _converse(self) -> Script:
        self._outbox += b"RFB 003.%03d\n" % self._minor
        yield 12
        self._outbox += bytes([len(self._top)]) + self._top
        kind = (yield 1)[0]
        self.chosen.append(kind)
        if kind == 19:
            kind = yield from self._vencrypt()
        elif kind == 18:
            kind = yield from self._anonymous_tls()
        if kind in (2, TLS_VNC, X509_VNC):
            self._outbox += CHALLENGE
            good = (yield 16) == encrypt_challenge(PASSWORD, CHALLENGE)
        elif kind in (PLAIN, TLS_PLAIN, X509_PLAIN):
            good = yield from self._plain()
        else:
            good = True
        if kind != 1 or self._minor >= 8:
            self._outbox += struct.pack("!I", not good)
        if not good:
            self._outbox += struct.pack("!I", 2) + b"no" if self._minor >= 8 else b""
            return
        self.entered = True
        yield 1
        self._outbox += _SCREEN

    def _vencrypt(self) -> Generator[int, bytes, int]:
        self._outbox += b"\0\2"
        assert (yield 2) == b"\0\2"
        self._outbox += b"\0" + struct.pack(f"!B{len(self._subtypes)}I", len(self._subtypes), *self._subtypes)
        kind = int(struct.unpack("!I", (yield 4))[0])
        self.chosen.append(kind)
        if kind > PLAIN:
            self._outbox += self._consent
            self._secure(self._certificate if kind >= X509_NONE else None)
        return kind

    def _anonymous_tls(self) -> Generator[int, bytes, int]:
        self._secure(None)
        self._outbox += bytes([len(self._inner)]) + self._inner
        kind = (yield 1)[0]
        self.chosen.append(kind)
        return kind

    def _secure(self, certificate: Certificate | None) -> None:
        self._wire, self._outbox = self._outbox, b""
        self.far = FarEnd(server_context(certificate))

    def _plain(self) -> Generator[int, bytes, bool]:
        name_size, word_size = struct.unpack("!II", (yield 8))
        name, word = (yield name_size).decode(), (yield word_size).decode()
        self.logins.append((name, word))
        return self._users.get(name) == word
