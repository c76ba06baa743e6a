"""How a desktop is logged in to, as the settings put it."""

from __future__ import annotations

from screenagent.errors import AuthenticationFailed
from screenagent.rfb import Tls
from screenagent.rfb.errors import (
    AppleLoginWanted,
    CertificateRefused,
    EncryptionMissing,
    PasswordMissing,
    UserNameMissing,
    WrongPassword,
)
from screenagent.settings.options import DesktopOptions

_PASSWORD = "The password belongs into remote_vnc_server.password, best as ${VNC_PASSWORD} from the environment."
_SETTINGS: dict[type[AuthenticationFailed], str] = {
    PasswordMissing: _PASSWORD,
    AppleLoginWanted: _PASSWORD,
    UserNameMissing: f"The user name belongs into remote_vnc_server.username. {_PASSWORD}",
    WrongPassword: "It stands in remote_vnc_server.password; the user name, where there is one, in remote_vnc_server.username.",
    EncryptionMissing: "remote_vnc_server.tls says what is asked for; tls_fingerprint and tls_authorities ask for a certificate.",
}


def tls_of(given: DesktopOptions) -> Tls:
    """Return what the settings ask of the server's encryption."""
    return Tls(given.tls, given.tls_fingerprint, given.tls_authorities, given.tls_server_name)


def name_setting(error: AuthenticationFailed) -> AuthenticationFailed:
    """Return the error with the setting that mends it added to its hint."""
    setting = _SETTINGS.get(type(error), "")
    if isinstance(error, CertificateRefused):
        setting = f'To pin it: remote_vnc_server.tls_fingerprint: "{error.fingerprint}".' if error.fingerprint else ""
        setting += " An authority belongs into tls_authorities, another name into tls_server_name."
    error.hint = "\n".join(part for part in (error.hint, setting.strip()) if part)
    return error
