"""Failures that callers of this library must tell apart from the others of their kind in `screenagent.errors`."""

from __future__ import annotations

from screenagent.errors import ActionRefused, AuthenticationFailed, DesktopProtocolError, DesktopUnreachable


class CutTextRefused(ActionRefused):
    """The text cannot travel as an RFB cut text: a character outside Latin-1 or outside Unicode, or too long."""


class ResizeRefused(ActionRefused):
    """The server does not give the desktop the size that was asked for."""


class NoGreeting(DesktopUnreachable):
    """A server took the connection and said nothing, or went: perhaps it waits for another protocol's first words."""


class PasswordMissing(AuthenticationFailed):
    """The server asks for a password and none was given."""


class UserNameMissing(AuthenticationFailed):
    """The server asks for a user name, and none was given."""


class WrongPassword(AuthenticationFailed):
    """The server looked at the password, or at user name and password, and refused them."""


class TooManyAttempts(AuthenticationFailed):
    """After several failed logins the server refuses everybody for a while."""


class UnsupportedSecurity(AuthenticationFailed):
    """The server offers no security type that is spoken here."""


class AppleLoginWanted(UnsupportedSecurity):
    """macOS Screen Sharing that offers only logins which are not spoken here."""


class EncryptionMissing(AuthenticationFailed):
    """What the server offers is encrypted less than the options ask for."""


class CertificateRefused(AuthenticationFailed):
    """The server's certificate is not one that the options accept."""

    def __init__(self, message: str, *, hint: str = "", fingerprint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.fingerprint = fingerprint
        """SHA-256 of the certificate as `Tls` takes it; empty when it could not be had."""


class TlsFailed(DesktopProtocolError):
    """TLS did not come about, or broke."""
