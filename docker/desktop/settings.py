"""The settings of the desktop image: environment variables, each checked, all problems told at once.

A secret may also be given as a file: `VNC_PASSWORD_FILE` names the file that holds what `VNC_PASSWORD` would.
"""

from __future__ import annotations

import locale
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from screenagent_clipboard import tokens

VNC_PORT = 5900
CLIPBOARD_PORT = 8001
NOVNC_PORT = 6080
PASSWORD = "VNC_PASSWORD"
_SIGNIFICANT = 8
_SHORTEST = 6
_WELL_KNOWN = frozenset(
    {"admin123", "administ", "administrator", "debian", "desktop", "letmein", "pass1234", "qwerty", "qwerty123", "ubuntu"}
    | {"vncadmin", "vncpass", "vncpasswd", "vncpassw", "vncpassword", "vncserver", "welcome", "welcome1"}
)


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
    notices: tuple[str, ...]

    clipboard_port = CLIPBOARD_PORT
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
        language = _language(environment, notices)
        if problems:
            raise Refused(problems)
        return cls(size, password, token, tls, certificate, key, language, tuple(notices))


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
    if value and file:
        problems.append(f"{name} and {name}_FILE are both set; give one of them.")
    if not file:
        return value
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        problems.append(f"{name}_FILE names {file}, which cannot be read: {getattr(problem, 'strerror', '') or problem}.")
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
    known = {significant.lower(), password.lower()} & _WELL_KNOWN
    reason = "is one that anybody would try first" if known else tokens.weakness(significant, _SHORTEST)
    reason = reason or tokens.weakness(password, _SHORTEST)
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
    if bool(certificate) != bool(key):
        problems.append("VNC_TLS_CERT and VNC_TLS_KEY go together: a certificate and its key, both PEM files.")
    for name, path in (("VNC_TLS_CERT", certificate), ("VNC_TLS_KEY", key)):
        if path and not os.access(path, os.R_OK):
            problems.append(f"{name} names {path}, which cannot be read.")
    if wanted == "off" and (certificate or key):
        problems.append("VNC_TLS_CERT is set, but VNC_TLS is off; set VNC_TLS to offered or required.")
    return Tls(wanted), certificate, key


def _language(environment: Mapping[str, str], notices: list[str]) -> str:
    """Return the locale to use; one that is not installed would make programs fall back to ASCII."""
    wanted = environment.get("LANG", "").strip() or "C.UTF-8"
    before = locale.setlocale(locale.LC_ALL)
    try:
        locale.setlocale(locale.LC_ALL, wanted)
    except locale.Error:
        notices.append(
            f'LANG is "{wanted}", which this image does not have (en_US.UTF-8 and zh_CN.UTF-8 are there); C.UTF-8 is used.'
        )
        return "C.UTF-8"
    finally:
        locale.setlocale(locale.LC_ALL, before)
    return wanted
