"""The settings of the desktop image: environment variables, each checked, all problems told at once.

A secret may also be given as a file: `VNC_PASSWORD_FILE` names the file that holds what `VNC_PASSWORD` would.
"""

from __future__ import annotations

import locale
import os
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

import secret_file

from screenagent_clipboard import tokens

PASSWORD = "VNC_PASSWORD"
_SIGNIFICANT = 8
_SHORTEST = 6
_ZONES = Path("/usr/share/zoneinfo")
_ZONE_BY_RULE = re.compile(r"([A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)[+-]?[0-9]{1,2}([:A-Z<,].*)?")
_LANGUAGES = ("en_US.UTF-8", "C.UTF-8")
_TLS_REASONS = {
    "KEY_VALUES_MISMATCH": "the key belongs to another certificate",
    "KEY_TYPE_MISMATCH": "the key belongs to another certificate",
    "EE_KEY_TOO_SMALL": "the key is too small",
    "CA_MD_TOO_WEAK": "the certificate's signature is too weak",
}


class Tls(str, Enum):
    """Whether VNC connections are encrypted (VeNCrypt)."""

    OFF = "off"
    OFFERED = "offered"
    REQUIRED = "required"


class Refused(Exception):
    """Settings that the desktop must not start with; a sentence for each problem."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


class _HasPassphrase(Exception):
    """A key that OpenSSL would ask somebody at a terminal about."""


@dataclass(frozen=True)
class Settings:
    """What the desktop is started with; `notices` are sentences that a person should read, `size` is in pixels."""

    size: tuple[int, int]
    password: str = field(repr=False)
    token: str = field(repr=False)
    tls: Tls
    certificate: str
    key: str
    language: str
    zone: str
    notices: tuple[str, ...]

    secret_variables = (PASSWORD, tokens.VARIABLE)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read everything. Raises Refused with all that is wrong."""
        problems: list[str] = []
        notices: list[str] = []
        size = _size(environment.get("RESOLUTION", "").strip() or "1024x768", problems)
        password = _password(_secret(environment, PASSWORD, problems), problems, notices)
        token = _token(_secret(environment, tokens.VARIABLE, problems), problems)
        tls, certificate, key = _tls(environment, problems)
        language, zone = _language(environment, notices), _zone(environment, notices)
        if problems:
            raise Refused(problems)
        return cls(size, password, token, tls, certificate, key, language, zone, tuple(notices))


def _size(text: str, problems: list[str]) -> tuple[int, int]:
    match = re.fullmatch(r"([0-9]{3,4})[xX]([0-9]{3,4})(?:[xX](?:16|24|32))?", text)
    sides = [int(side) for side in match.groups()] if match else []
    if not sides or not all(200 <= side <= 8192 for side in sides):
        problems.append(f'RESOLUTION is "{text}"; it must be WIDTHxHEIGHT in pixels, each 200 to 8192, such as 1024x768.')
        return 0, 0
    return sides[0], sides[1]


def _secret(environment: Mapping[str, str], name: str, problems: list[str]) -> str | None:
    """Return the secret, empty when it is not given, None when what is wrong has been told."""
    value, file = environment.get(name, "").strip(), environment.get(f"{name}_FILE", "").strip()
    if not file:
        return value
    if value:
        problems.append(f"{name} and {name}_FILE are both set; give one of them.")
        return None
    try:
        return secret_file.read(f"{name}_FILE", file)
    except secret_file.Unreadable as problem:
        problems.append(str(problem))
        return None


def _password(password: str | None, problems: list[str], notices: list[str]) -> str:
    """Check the VNC password by the part of it that counts."""
    if password is None:
        return ""
    if not password:
        problems.append(f"{PASSWORD} is not set. Choose one: docker run -e {PASSWORD}=... (6 to 8 characters count).")
        return ""
    if not (password.isascii() and password.isprintable()):
        problems.append(f"{PASSWORD} must be of printable ASCII characters: VNC viewers differ in how they send others.")
        return ""
    significant = password[:_SIGNIFICANT]
    if len(significant) < _SHORTEST:
        problems.append(f"{PASSWORD} is shorter than {_SHORTEST} characters.")
        return ""
    reason = tokens.weakness(significant, _SHORTEST) or tokens.weakness(password, _SHORTEST)
    if reason:
        cut = ", of which the first 8 characters count," if len(password) > _SIGNIFICANT else ""
        problems.append(f"{PASSWORD}{cut} {reason}. Choose a random one.")
    elif len(password) > _SIGNIFICANT:
        notices.append(
            f"VNC authentication looks at the first {_SIGNIFICANT} characters of a password only: the other "
            f"{len(password) - _SIGNIFICANT} of {PASSWORD} protect nothing."
        )
    return significant


def _token(token: str | None, problems: list[str]) -> str:
    if token is None:
        return ""
    reason = tokens.weakness(token)
    if reason:
        problems.append(f"{tokens.VARIABLE} {reason}. Set a long random one: docker run -e {tokens.VARIABLE}=...")
    return token


def _tls(environment: Mapping[str, str], problems: list[str]) -> tuple[Tls, str, str]:
    wanted = environment.get("VNC_TLS", "").strip().lower() or "off"
    certificate, key = (environment.get(name, "").strip() for name in ("VNC_TLS_CERT", "VNC_TLS_KEY"))
    if wanted not in [choice.value for choice in Tls]:
        problems.append(f'VNC_TLS is "{wanted}"; it must be off, offered or required.')
        return Tls.OFF, "", ""
    if wanted == "off" and (certificate or key):
        problems.append("VNC_TLS_CERT is set, but VNC_TLS is off; set VNC_TLS to offered or required.")
    elif bool(certificate) != bool(key):
        problems.append("VNC_TLS_CERT and VNC_TLS_KEY go together: a certificate and its key, both PEM files.")
    else:
        problems += _pair(certificate, key) if certificate else []
    return Tls(wanted), certificate, key


def _pair(certificate: str, key: str) -> list[str]:
    """Return what is wrong with a certificate and its key."""
    named = {"VNC_TLS_CERT": Path(certificate), "VNC_TLS_KEY": Path(key)}
    closed = [name for name, path in named.items() if not (path.is_file() and os.access(path, os.R_OK))]
    if closed:
        return [f"{name} names {named[name]}, which cannot be read." for name in closed]
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password=_no_passphrase)
    except _HasPassphrase:
        reason = "the key has a passphrase, which nobody could type here"
    except ssl.SSLError as problem:
        reason = _TLS_REASONS.get(problem.reason, "a certificate and its key are wanted, both as PEM")
    except OSError as problem:
        reason = problem.strerror or str(problem)
    else:
        return []
    return [f"VNC_TLS_CERT and VNC_TLS_KEY cannot be used: {reason}."]


def _no_passphrase() -> str:
    raise _HasPassphrase


def _zone(environment: Mapping[str, str], notices: list[str]) -> str:
    """Return the time zone to use, empty for the image's own; programs would show UTC under the name of one that is not known."""
    wanted = environment.get("TZ", "").strip()
    if not wanted or _is_zone(wanted.removeprefix(":")) or _ZONE_BY_RULE.fullmatch(wanted):
        return wanted
    notices.append(f'TZ is "{wanted}", which is not known; UTC is used.')
    return "UTC"


def _is_zone(name: str) -> bool:
    try:
        file = _ZONES / name
        if not file.is_file():
            return False
        with file.open("rb") as opened:
            return opened.read(4) == b"TZif"
    except OSError:
        return False


def _language(environment: Mapping[str, str], notices: list[str]) -> str:
    """Return the locale to use; one that is not installed would make programs fall back to ASCII."""
    wanted = environment.get("LANG", "").strip()
    if wanted and not _is_installed(wanted):
        notices.append(
            f'LANG is "{wanted}", which this image does not have (en_US.UTF-8 and zh_CN.UTF-8 are there); C.UTF-8 is used.'
        )
        return "C.UTF-8"
    return wanted or next(language for language in _LANGUAGES if _is_installed(language) or language == _LANGUAGES[-1])


def _is_installed(language: str) -> bool:
    before = locale.setlocale(locale.LC_ALL)
    try:
        locale.setlocale(locale.LC_ALL, language)
    except locale.Error:
        return False
    finally:
        locale.setlocale(locale.LC_ALL, before)
    return True
