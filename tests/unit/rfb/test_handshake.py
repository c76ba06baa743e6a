"""Versions, security types and their failures."""

from __future__ import annotations

import struct
from typing import Any

import pytest

from screenagent.errors import AuthenticationFailed, DesktopError, DesktopProtocolError, DesktopUnreachable
from screenagent.rfb.errors import (
    AppleLoginWanted,
    PasswordMissing,
    TooManyAttempts,
    UnsupportedSecurity,
    UserNameMissing,
    WrongPassword,
)
from screenagent.rfb.security.vncauth import encrypt_challenge
from screenagent.rfb.session import Session

_CHALLENGE = bytes(range(16))


def _reason(text: bytes) -> bytes:
    return struct.pack("!I", len(text)) + text


def _failure(*data: bytes, password: str | None = None) -> DesktopError:
    session = Session("desk:5900", password=password)
    with pytest.raises(DesktopError) as caught:
        session.feed(b"".join(data))
    return caught.value


@pytest.mark.parametrize(
    ("offered", "answered"),
    [
        (b"003.003", b"003.003"),
        (b"003.005", b"003.003"),
        (b"003.007", b"003.007"),
        (b"003.008", b"003.008"),
        (b"003.889", b"003.008"),
        (b"004.001", b"003.008"),
        (b"005.000", b"003.008"),
    ],
)
def test_the_best_common_version_is_answered(offered: bytes, answered: bytes) -> None:
    session = Session("desk")
    session.feed(b"RFB " + offered + b"\n")
    assert session.to_send() == b"RFB " + answered + b"\n"


@pytest.mark.parametrize(
    ("version", "security", "answers"),
    [
        (b"003.003", struct.pack("!I", 1), b"RFB 003.003\n\x01"),
        (b"003.007", b"\x02\x01\x10", b"RFB 003.007\n\x01\x01"),
        (b"003.008", b"\x02\x01\x10" + bytes(4), b"RFB 003.008\n\x01\x01"),
    ],
)
def test_a_server_without_password_is_entered(wire: Any, version: bytes, security: bytes, answers: bytes) -> None:
    session = Session("desk")
    session.feed(b"RFB " + version + b"\n" + security)
    assert session.to_send() == answers
    session.feed(wire.server_init(4, 3))
    assert session.ready


@pytest.mark.parametrize(
    ("version", "security", "chosen"),
    [(b"003.003", struct.pack("!I", 2), b""), (b"003.007", b"\x01\x02", b"\x02"), (b"003.008", b"\x02\x01\x02", b"\x02")],
)
def test_a_password_answers_the_challenge(wire: Any, version: bytes, security: bytes, chosen: bytes) -> None:
    session = Session("desk", password="secret")
    session.feed(b"RFB " + version + b"\n" + security + _CHALLENGE)
    assert session.to_send() == b"RFB " + version + b"\n" + chosen + encrypt_challenge("secret", _CHALLENGE)
    session.feed(bytes(4))
    assert session.to_send() == b"\x01"
    session.feed(wire.server_init(4, 3))
    assert session.ready


def test_only_eight_bytes_of_a_password_count() -> None:
    assert encrypt_challenge("12345678", _CHALLENGE) == encrypt_challenge("123456789", _CHALLENGE)
    assert encrypt_challenge("12345678", _CHALLENGE) != encrypt_challenge("1234567", _CHALLENGE)


def test_a_wrong_password_is_said_in_the_servers_words_with_what_it_offers() -> None:
    error = _failure(b"RFB 003.008\n\x02\x10\x02", _CHALLENGE, b"\0\0\0\x01", _reason(b"Sorry, no"), password="hunter22")
    assert type(error) is WrongPassword
    assert error.message == "desk:5900 refused the password: Sorry, no"
    assert "first 8 characters" in error.hint
    assert "offers: Tight (16), VNC password (2)." in error.hint
    assert "hunter22" not in str(error)


@pytest.mark.parametrize("start", [b"RFB 003.007\n\x01\x02", b"RFB 003.003\n\0\0\0\x02"])
@pytest.mark.parametrize(
    ("result", "kind", "words"), [(1, WrongPassword, "password is wrong"), (2, TooManyAttempts, "too many attempts")]
)
def test_older_servers_give_no_reason(start: bytes, result: int, kind: type[DesktopError], words: str) -> None:
    error = _failure(start + _CHALLENGE + struct.pack("!I", result), password="x")
    assert type(error) is kind
    assert words in error.message


@pytest.mark.parametrize(
    "sent",
    [
        (b"RFB 003.008\n\x00", _reason(b"Too many security failures")),
        (b"RFB 003.007\n\x00", _reason(b"too many attempts")),
        (b"RFB 003.003\n\0\0\0\0", _reason(b"Too many authentication failures")),
        (b"RFB 003.008\n\x01\x02", _CHALLENGE, b"\0\0\0\x01", _reason(b"Too many failures")),
        (b"RFB 003.008\n\x01\x02", _CHALLENGE, b"\0\0\0\x02", _reason(b"Come back later")),
        (b"RFB 003.008\n\x01\x01", b"\0\0\0\x02", _reason(b"Come back later")),
    ],
)
def test_a_server_that_locks_people_out_is_known_by_it_and_says_what_to_do(sent: tuple[bytes, ...]) -> None:
    error = _failure(*sent, password=None if b"\x01\x01" in sent[0] else "x")
    assert type(error) is TooManyAttempts
    assert "refuses the connection: " in error.message
    assert "wait a minute" in error.hint


def test_a_result_that_does_not_exist_is_a_protocol_error() -> None:
    error = _failure(b"RFB 003.008\n\x01\x01\0\0\0\x07")
    assert isinstance(error, DesktopProtocolError)


@pytest.mark.parametrize("start", [b"RFB 003.008\n\x02\x10\x02", b"RFB 003.007\n\x01\x02", b"RFB 003.003\n\0\0\0\x02"])
def test_a_missing_password_is_said_so_with_what_is_offered(start: bytes) -> None:
    error = _failure(start)
    assert type(error) is PasswordMissing
    assert "asks for a password and none was given; it offers: " in error.message
    assert error.message.endswith("VNC password (2).")


@pytest.mark.parametrize(
    ("start", "names"),
    [
        (b"RFB 003.008\n\x03\x05\x10\xc8", "RealVNC RA2 (5), Tight (16), number 200"),
        (b"RFB 003.007\n\x02\x14\x14", "SASL (20)"),
        (b"RFB 003.003\n\0\0\1\0", "VeNCrypt Plain (256)"),
    ],
)
def test_security_types_that_cannot_be_used_are_listed_by_name(start: bytes, names: str) -> None:
    error = _failure(start, password="x")
    assert type(error) is UnsupportedSecurity
    assert error.message == f"desk:5900 offers no security type that can be used, only: {names}."
    assert "Switch on VeNCrypt (19)" in error.hint


def test_macos_screen_sharing_that_wants_what_is_not_spoken_is_recognised() -> None:
    error = _failure(b"RFB 003.889\n\x03\x21\x24\x23", password="x")
    assert type(error) is AppleLoginWanted
    assert "Apple RSA with SRP (33)" in error.message
    assert "VNC viewers may control screen" in error.hint


@pytest.mark.parametrize(("peer", "own"), [("localhost:5900", True), ("[::1]:5900", True), ("mac.example.org:5900", False)])
@pytest.mark.parametrize(("offered", "kind"), [(b"\x02\x1e\x23", UserNameMissing), (b"\x02\x21\x23", AppleLoginWanted)])
def test_macos_on_this_very_machine_may_be_the_wrong_one(
    peer: str, own: bool, offered: bytes, kind: type[AuthenticationFailed]
) -> None:
    session = Session(peer, password="x")
    with pytest.raises(kind) as caught:
        session.feed(b"RFB 003.889\n" + offered)
    assert ("macOS holds 5900 itself" in caught.value.hint) is own


@pytest.mark.parametrize("start", [b"RFB 003.008\n\x00", b"RFB 003.007\n\x00", b"RFB 003.003\n\0\0\0\0"])
def test_a_server_that_refuses_says_why(start: bytes) -> None:
    error = _failure(start, _reason(b"The licence has run out"))
    assert type(error) is AuthenticationFailed
    assert error.message == "desk:5900 refuses the connection: The licence has run out"


@pytest.mark.parametrize("size", [1 << 31, (1 << 32) - 1, 1 << 20])
def test_lengths_of_reasons_and_names_are_bounded(size: int) -> None:
    length = struct.pack("!I", size)
    assert "reason text" in _failure(b"RFB 003.008\n\x00", length).message
    assert "desktop name" in _failure(b"RFB 003.008\n\x01\x01\0\0\0\0", bytes([0, 4, 0, 4]), bytes(16), length).message


@pytest.mark.parametrize(("width", "height"), [(65535, 65535), (0, 0), (0, 5)])
def test_the_size_of_the_screen_is_bounded(wire: Any, width: int, height: int) -> None:
    error = _failure(wire.handshake, wire.server_init(width, height))
    assert isinstance(error, DesktopProtocolError)
    assert f"{width}x{height}" in error.message


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (b"HTTP/1.0 400 Bad request\r\n", "web server"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "SSH server"),
        (b"220 mail ready\r\n", "5900"),
        (b"RFB 3.8\r\nxyz\n", "5900"),
    ],
)
def test_another_kind_of_server_is_quoted(answer: bytes, hint: str) -> None:
    error = _failure(answer)
    assert isinstance(error, DesktopProtocolError)
    assert "is not a VNC server" in error.message
    assert answer[:7].decode() in error.message
    assert hint in error.hint


@pytest.mark.parametrize("line", [b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n", b"RFB is not spoken here\n"])
def test_a_line_of_text_is_read_to_its_end_to_be_quoted(line: bytes) -> None:
    assert f'"{line.decode().strip()}"' in _failure(line).message
    session = Session("desk")
    session.feed(line[:15])
    assert f'"{line[:15].decode()}"' in session.silence(3).message


def test_a_line_without_an_end_is_quoted_in_part() -> None:
    assert f'"{80 * "x"}"' in _failure(100 * b"x").message


def test_a_version_before_3_3_is_refused() -> None:
    assert "RFB 3.2" in _failure(b"RFB 003.002\n").message


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"", "its greeting"),
        (b"RFB 003", "its greeting"),
        (b"RFB 003.008\n", "its security types"),
        (b"RFB 003.003\n\0", "its security type"),
        (b"RFB 003.008\n\x01\x02\0\0", "the password challenge"),
        (b"RFB 003.008\n\x01\x02" + _CHALLENGE, "the result of the security check"),
        (b"RFB 003.008\n\x00\0\0\0\x05abc", "its reason"),
        (b"RFB 003.008\n\x01\x01\0\0\0\0\0\x04", "the description of its screen"),
    ],
)
def test_an_end_or_silence_in_the_handshake_names_what_is_missing(data: bytes, named: str) -> None:
    session = Session("desk", password="x")
    session.feed(data)
    for error in (session.end(), session.silence(3)):
        assert isinstance(error, DesktopUnreachable)
        assert named in error.message


def test_an_end_or_silence_after_a_strange_greeting_quotes_it() -> None:
    session = Session("desk")
    session.feed(b"-ERR\r\n")
    for error in (session.end(), session.silence(3)):
        assert isinstance(error, DesktopProtocolError)
        assert "-ERR" in error.message
