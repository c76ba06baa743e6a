"""Servers that go wrong before there is a picture: each ends in its own error, in time, and the next connection works."""

from __future__ import annotations

import struct
from typing import Any

import pytest

from screenagent.errors import AuthenticationFailed, DesktopProtocolError, DesktopUnreachable
from screenagent.rfb.errors import NoGreeting, TlsFailed, TooManyAttempts, UnsupportedSecurity, WrongPassword
from support.rfb_misbehaviour import Case, endures, from_the_start
from support.rfb_visitor import Visitor
from support.rfb_wire import HANDSHAKE, raw, server_init, update

_LOGIN = {"username": "ann", "password": "secret"}
_SHORT = {"connect_timeout": 0.05}
_GREETING = b"RFB 003.008\n"
_VENCRYPT = _GREETING + b"\x01\x13" + b"\0\2" + b"\0"
_TLS = _VENCRYPT + b"\1" + struct.pack("!I", 257) + b"\1"
_APPLE = _GREETING + b"\x01\x1e"
_INIT = HANDSHAKE + server_init(4, 3)
_FRAME = update(raw(0, 0, 4, 3, 5))


def _case(name: str, sent: bytes, error: type[Any], says: str, **settings: Any) -> Case:
    return Case(name, from_the_start(sent), error, says, login=_LOGIN, **settings)


SILENCE = [
    _case(f"silence instead of {missing}", sent, error, f"did not send {missing} within 0.05 s", options=_SHORT)
    for sent, missing, error in (
        (b"", "its greeting", NoGreeting),
        (_GREETING[:5], "its greeting", NoGreeting),
        (_GREETING, "its security types", DesktopUnreachable),
        (_GREETING + b"\x03\x01", "its security types", DesktopUnreachable),
        (_GREETING + b"\0", "its reason for refusing", DesktopUnreachable),
        (_GREETING + b"\0\0\0\0\5no", "its reason for refusing", DesktopUnreachable),
        (b"RFB 003.003\n", "its security type", DesktopUnreachable),
        (_GREETING + b"\x01\x02", "the password challenge", DesktopUnreachable),
        (_GREETING + b"\x01\x02" + bytes(15), "the password challenge", DesktopUnreachable),
        (_GREETING + b"\x01\x02" + bytes(16), "the result of the security check", DesktopUnreachable),
        (_GREETING + b"\x01\x02" + bytes(16) + b"\0\0\0\1", "its reason for refusing", DesktopUnreachable),
        (_GREETING + b"\x01\x13", "its version of VeNCrypt", DesktopUnreachable),
        (_GREETING + b"\x01\x13\0\2", "its consent to VeNCrypt 0.2", DesktopUnreachable),
        (_VENCRYPT, "its kinds of VeNCrypt", DesktopUnreachable),
        (_VENCRYPT + b"\2\0\0", "its kinds of VeNCrypt", DesktopUnreachable),
        (_TLS[:-1], "its consent to TLS", DesktopUnreachable),
        (_TLS, "its part of the TLS handshake", DesktopUnreachable),
        (_GREETING + b"\x01\x12", "its part of the TLS handshake", DesktopUnreachable),
        (_APPLE, "its half of the key exchange", DesktopUnreachable),
        (_APPLE + b"\0\2\0\x80" + bytes(100), "its half of the key exchange", DesktopUnreachable),
        (HANDSHAKE, "the description of its screen", DesktopUnreachable),
        (_INIT[:-1], "the description of its screen", DesktopUnreachable),
        (_INIT, "its picture", DesktopUnreachable),
        (_INIT + _FRAME[:-1], "its picture", DesktopUnreachable),
    )
]

STRANGERS = [
    _case("an endless greeting", b"A" * 10_000_000, DesktopProtocolError, 'is not a VNC server: it answered "A'),
    _case("a greeting of zeros", bytes(12), DesktopProtocolError, r"answered \"\\x00"),
    _case("a version that is no number", b"RFB 003.0x8\n", DesktopProtocolError, "is not a VNC server"),
    _case("a version before the first", b"RFB 000.000\n", DesktopProtocolError, "3.3 is the oldest understood"),
    _case("255 unknown security types", _GREETING + b"\xff" + bytes([200]) * 255, UnsupportedSecurity, "number 200"),
    _case("an unknown security type in 3.3", b"RFB 003.003\n\xff\xff\xff\xff", UnsupportedSecurity, "number 4294967295"),
    _case("VeNCrypt 0.1", _GREETING + b"\x01\x13\0\1", UnsupportedSecurity, "VeNCrypt 0.1"),
    _case("VeNCrypt that is taken back", _GREETING + b"\x01\x13\0\2\1", DesktopProtocolError, "does not agree"),
    _case("VeNCrypt without kinds", _VENCRYPT + b"\0", UnsupportedSecurity, "nothing"),
    _case("VeNCrypt of unknown kinds", _VENCRYPT + b"\xff" + b"\xff" * 1020, UnsupportedSecurity, "number 4294967295"),
    _case("TLS that is taken back", _TLS[:-1] + b"\0", TlsFailed, "cannot do it"),
    _case("noise instead of TLS", _TLS + b"no TLS, as anyone can see", TlsFailed, "something else than its part"),
    _case("a picture instead of TLS", _GREETING + b"\x01\x12" + bytes(4) + _FRAME, TlsFailed, "something else than its part"),
    _case("a TLS hello of 16 MB", _TLS + (b"\x16\x03\x03\x40\0\2\xff\xff\xff" + bytes(16380)) * 100, TlsFailed, "handshake"),
    _case("endless TLS alerts", _TLS + b"\x15\x03\x03\0\2\1\x5a" * 100_000, TlsFailed, "handshake"),
    _case("an Apple key of 65535 bytes", _APPLE + b"\0\2\xff\xff", DesktopProtocolError, "65535 bytes"),
    _case("an Apple key of zeros", _APPLE + b"\0\2\0\x80" + bytes(256), DesktopProtocolError, "make no key"),
    _case("an unknown result", _GREETING + b"\x01\x02" + bytes(16) + b"\0\0\0\7", DesktopProtocolError, "sent 7 as the result"),
    _case(
        "too many attempts", _GREETING + b"\x01\x02" + bytes(16) + b"\0\0\0\2\0\0\0\1x", TooManyAttempts, "refuses the connection"
    ),
    _case("a wrong password", _GREETING + b"\x01\x02" + bytes(16) + b"\0\0\0\1\0\0\0\1x", WrongPassword, "refused the password"),
    _case(
        "a reason that writes on terminals",
        _GREETING + b"\0\0\0\0\x0c\x1b[31mred\nred",
        AuthenticationFailed,
        r"refuses the connection: \[31mred red$",
    ),
    _case("a refusal", _GREETING + b"\0\0\0\0\2no", AuthenticationFailed, "refuses the connection: no"),
]

LENGTHS = [
    _case(f"{what} of {length} bytes", sent + struct.pack("!I", length), DesktopProtocolError, f"{what} of {length} bytes")
    for what, sent in (
        ("a reason text", _GREETING + b"\0"),
        ("a reason text", b"RFB 003.003\n\0\0\0\0"),
        ("a reason text", _GREETING + b"\x01\x02" + bytes(16) + b"\0\0\0\1"),
        ("a desktop name", HANDSHAKE + server_init(4, 3)[:20]),
    )
    for length in (1 << 31, (1 << 32) - 1)
]
LENGTHS += [
    _case(
        f"a screen of {size[0]}x{size[1]}", HANDSHAKE + server_init(*size), DesktopProtocolError, f"screen of {size[0]}x{size[1]}"
    )
    for size in ((0, 0), (0, 5), (5, 0), (65535, 65535))
]

WRONG_ORDER = [
    _case("the greeting twice", _GREETING * 2, DesktopUnreachable, "its security types", options=_SHORT),
    _case("the screen before the security types", _GREETING + server_init(4, 3), DesktopProtocolError, "a reason text of"),
    _case("the screen before the result", HANDSHAKE[:-4] + server_init(4, 3), DesktopProtocolError, "sent 262147 as the result"),
    _case("the result before the security types", _GREETING + bytes(4) * 2, AuthenticationFailed, "refuses the connection"),
    _case("an update before the security types", _GREETING + _FRAME, DesktopUnreachable, "its reason", options=_SHORT),
    _case("an update before the screen", HANDSHAKE + _FRAME, DesktopProtocolError, "screen of 0x1"),
    _case("the screen twice", _INIT + server_init(4, 3), DesktopProtocolError, "encoding"),
    _case("the greeting after the screen", _INIT + _GREETING, DesktopProtocolError, "unknown type 82"),
    _case("the client's own messages", _INIT + b"\5\0\0\1\0\1", DesktopProtocolError, "unknown type 5"),
]


@pytest.mark.parametrize("case", SILENCE + STRANGERS + LENGTHS + WRONG_ORDER, ids=str)
def test_a_handshake_that_is_wrong(scripted_server: Any, visitor: Visitor, case: Case) -> None:
    endures(case, scripted_server, visitor)
