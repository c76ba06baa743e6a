"""What may be said about encryption, as types of options."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator

_CHECKS = ("tls_fingerprint", "tls_authorities")


def _off(value: object) -> object:
    return "off" if value is False else value  # YAML reads a bare off so


def _fingerprint(value: str) -> str:
    if re.fullmatch(r"[0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){31}", value) is None:
        raise ValueError("must be a SHA-256 fingerprint: 64 hexadecimal digits, with or without colons.")
    return value


TlsUse = Annotated[Literal["off", "offered", "unverified", "verified"], BeforeValidator(_off)]
Fingerprint = Annotated[str, AfterValidator(_fingerprint)]


def contradiction(tls: str, fingerprint: str | None, authorities: object | None) -> str:
    """Return what is wrong with this combination, after the section's name; empty when nothing is."""
    given = [name for name, value in zip(_CHECKS, (fingerprint, authorities), strict=True) if value is not None]
    if len(given) > 1:
        return f"has {given[0]} and {given[1]}. Keep one: a certificate is good by its fingerprint, or by who signed it."
    if given and tls in ("off", "unverified"):
        return f"has {given[0]}, which checks certificates, and tls: {tls}, which does not. Leave one of them out."
    return ""
