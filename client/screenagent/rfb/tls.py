"""TLS without a socket: a `Layer` between the conversation and the wire. Imported only once a server wants it."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import ssl
import sys
import threading
from pathlib import Path

from screenagent.errors import DesktopError, SettingsError
from screenagent.rfb.address import host_of
from screenagent.rfb.channel import Channel
from screenagent.rfb.errors import CertificateRefused, TlsFailed
from screenagent.rfb.trust import digest_of

_PIECE = 1 << 14
"""The most that one TLS record holds."""
_NOT_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "UNEXPECTED_MESSAGE", "RECORD_LAYER_FAILURE")
_WRONG_NAME = (62, 64)
"""X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH of OpenSSL."""


def certified(channel: Channel) -> TlsLayer:
    """Return the layer for a server with a certificate, judged as the options say. Raises SettingsError."""
    tls = channel.options.tls
    context = _context()
    pin = digest_of(tls.fingerprint) if tls.fingerprint else None
    if pin is not None or tls.use == "unverified":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif tls.authorities is None:
        context.load_default_certs()
    else:
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        _load(context, tls.authorities)
    return _begin(channel, context, tls.server_name or host_of(channel.peer), pin)


def anonymous(channel: Channel) -> TlsLayer:
    """Return the layer for a server without a certificate: nobody can listen, but anybody could be the server."""
    context = _context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2  # the last with anonymous key exchange
    try:
        context.set_ciphers("aNULL:!eNULL:@SECLEVEL=0")
    except ssl.SSLError:
        raise TlsFailed(
            f"{channel.peer} wants TLS without a certificate, which this machine's OpenSSL cannot.",
            hint="Give the server a certificate, so that it offers a security type with X509.",
        ) from None
    return _begin(channel, context, None, None)


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION
    return context


def _load(context: ssl.SSLContext, authorities: Path) -> None:
    try:
        context.load_verify_locations(authorities)
    except ssl.SSLError:
        raise SettingsError(f"{authorities} holds no certificates.", hint="It must be a PEM file.") from None
    except OSError as error:
        raise SettingsError(f"The certificates in {authorities} cannot be read: {error.strerror}.") from None


def _begin(channel: Channel, context: ssl.SSLContext, name: str | None, pin: bytes | None) -> TlsLayer:
    """Take over what waits to be sent in the clear, so that it stays ahead of the handshake."""
    clear = bytes(channel.outgoing)
    channel.outgoing.clear()
    try:
        return TlsLayer(channel.peer, context, name=name, pin=pin, clear=clear)
    except ValueError:
        raise SettingsError(f'"{name}" is not a name that a certificate can hold.') from None


class TlsLayer:
    """The client's end of TLS; a server's certificate is judged before anything is sent through it. Safe in any thread.

    `clear` is what has to go over the wire ahead of the handshake; `pin` is the SHA-256 digest of the one good certificate.
    """

    def __init__(
        self, peer: str, context: ssl.SSLContext, *, name: str | None = None, pin: bytes | None = None, clear: bytes = b""
    ) -> None:
        self._peer, self._pin = peer, pin
        self._lock = threading.Lock()
        self._arrived, self._leaving = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._leaving.write(clear)
        self._waiting = bytearray()
        self._stands = self._over = False
        self._tls = context.wrap_bio(self._arrived, self._leaving, server_hostname=name)

    @property
    def waits_for(self) -> str:
        """What the server has to send before anything can be read, as it stands after "did not send"."""
        return "" if self._stands else "its part of the TLS handshake"

    def receive(self, data: bytes | memoryview) -> bytes:
        """Take what came over the wire; return what is readable of it. Raises CertificateRefused and TlsFailed."""
        with self._lock:
            self._arrived.write(data)
            try:
                if not self._stands:
                    self._shake_hands()
                return self._read()
            except ssl.SSLError as error:
                raise self._failure(error) from error

    def send(self, data: bytes) -> bytes:
        """Take what is to be sent; return what is to go over the wire now. Data waits for the end of the handshake."""
        with self._lock:
            self._waiting += data
            try:
                if self._stands:
                    self._write()
                else:
                    self._shake_hands()
            except ssl.SSLError as error:
                raise self._failure(error) from error
            return self._leaving.read()

    def _shake_hands(self) -> None:
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return
        self._check_pin()
        self._stands = True
        self._write()

    def _check_pin(self) -> None:
        if self._pin is None:
            return
        certificate = _certificate(self._tls)
        if certificate is None or not hmac.compare_digest(hashlib.sha256(certificate).digest(), self._pin):
            raise CertificateRefused(
                f"{self._peer} shows another certificate than the one that is expected of it. {_shown(certificate)}",
                hint="Either the server has got a new certificate: its keeper can tell its fingerprint. "
                "Or somebody in between pretends to be the server.",
                fingerprint=_fingerprint(certificate),
            )

    def _read(self) -> bytes:
        pieces: list[bytes] = []
        with contextlib.suppress(ssl.SSLWantReadError):
            while self._stands and not self._over:
                piece = self._tls.read(_PIECE)
                pieces.append(piece)
                if not piece:
                    self._take_leave()
        return b"".join(pieces)

    def _take_leave(self) -> None:
        """Answer the server's farewell, after which it closes the connection."""
        self._over = True
        with contextlib.suppress(ssl.SSLError):
            self._tls.unwrap()

    def _write(self) -> None:
        waiting = memoryview(bytes(self._waiting))
        self._waiting.clear()
        while waiting and not self._over:
            waiting = waiting[self._tls.write(waiting) :]

    def _failure(self, error: ssl.SSLError) -> DesktopError:
        if isinstance(error, ssl.SSLCertVerificationError):
            return self._refusal(error)
        reason = error.reason or ""
        said = reason.replace("_", " ").lower() or "no reason is known"
        if self._stands:
            return TlsFailed(f"{self._peer} broke the encryption: {said}.")
        if reason in _NOT_TLS:
            return TlsFailed(f"{self._peer} sent something else than its part of the TLS handshake ({said}).")
        return TlsFailed(f"The TLS handshake with {self._peer} failed: {said}.", hint="The server's own log may tell more.")

    def _refusal(self, error: ssl.SSLCertVerificationError) -> CertificateRefused:
        certificate = _certificate(self._tls)
        why = error.verify_message.rstrip(".")
        hint = (
            "Compare the fingerprint with the server's own (there: openssl x509 -in CERTIFICATE -noout -fingerprint -sha256). "
            "If they agree, pin it; or name the authority that has signed the certificate."
        )
        if error.verify_code in _WRONG_NAME:
            hint += " If the server is known by another name, as at the end of a tunnel, give that name."
        message = f"{self._peer} shows a certificate that cannot be trusted: {why}. {_shown(certificate)}"
        return CertificateRefused(message, hint=hint, fingerprint=_fingerprint(certificate))


def _certificate(tls: ssl.SSLObject) -> bytes | None:
    """Return the server's certificate (DER), also when the handshake ended over it; None when there is none."""
    with contextlib.suppress(ValueError):
        return tls.getpeercert(binary_form=True)
    if sys.version_info >= (3, 13):
        return next(iter(tls.get_unverified_chain()), None)
    chain = tls._sslobj.get_unverified_chain()  # type: ignore[attr-defined]
    return bytes(chain[0].public_bytes(_DER)) if chain else None


_DER = 2
"""_ssl.ENCODING_DER, which has no public name."""


def _fingerprint(certificate: bytes | None) -> str:
    return hashlib.sha256(certificate).digest().hex(":").upper() if certificate else ""


def _shown(certificate: bytes | None) -> str:
    return f"Its SHA-256 fingerprint is {_fingerprint(certificate)}." if certificate else "It shows none."
