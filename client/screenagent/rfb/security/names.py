"""Names of security types, for messages (the registry in the community rfbproto document)."""

from __future__ import annotations

from collections.abc import Sequence

_NAMES = {
    1: "None",
    2: "VNC password",
    5: "RealVNC RA2",
    6: "RealVNC RA2ne",
    13: "RealVNC RA2 (user name)",
    16: "Tight",
    17: "UltraVNC",
    18: "TLS",
    19: "VeNCrypt",
    20: "SASL",
    21: "MD5",
    22: "xvp",
    23: "Secure Tunnel",
    24: "Integrated SSH",
    30: "Apple Remote Desktop",
    31: "Apple 31",
    32: "Apple 32",
    33: "Apple RSA with SRP",
    35: "Apple Kerberos",
    36: "Apple direct SRP",
    112: "UltraVNC MS-Logon I",
    113: "UltraVNC MS-Logon II",
    129: "RealVNC RA2 (256 bit)",
    130: "RealVNC RA2ne (256 bit)",
    133: "RealVNC RA2 (user name, 256 bit)",
    256: "VeNCrypt Plain",
    257: "VeNCrypt TLSNone",
    258: "VeNCrypt TLSVnc",
    259: "VeNCrypt TLSPlain",
    260: "VeNCrypt X509None",
    261: "VeNCrypt X509Vnc",
    262: "VeNCrypt X509Plain",
    263: "VeNCrypt TLSSASL",
    264: "VeNCrypt X509SASL",
}
_APPLE = range(30, 37)


def security_name(number: int) -> str:
    """Return the name with its number, or the number alone."""
    return f"{_NAMES[number]} ({number})" if number in _NAMES else f"number {number}"


def offer(numbers: Sequence[int]) -> str:
    """Return the names of what a server offers, in its order."""
    return ", ".join(security_name(number) for number in dict.fromkeys(numbers)) or "nothing"


def is_apple(number: int) -> bool:
    """Tell whether macOS screen sharing uses this type."""
    return number in _APPLE
