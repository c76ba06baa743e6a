"""Apple Remote Desktop's login, against a server's half of it."""

from __future__ import annotations

import hashlib
import secrets
import struct
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from screenagent.errors import AuthenticationFailed, DesktopError, DesktopProtocolError
from screenagent.rfb.errors import AppleLoginWanted, PasswordMissing, UserNameMissing, WrongPassword
from screenagent.rfb.session import Session

_GENERATOR = 2
# The primes of Oakley groups 1 and 2 (RFC 2409 section 6).
_SHARED = """
    FFFFFFFF FFFFFFFF C90FDAA2 2168C234 C4C6628B 80DC1CD1 29024E08 8A67CC74 020BBEA6 3B139B22 514A0879 8E3404DD
    EF9519B3 CD3A431B 302B0A6D F25F1437 4FE1356D 6D51C245 E485B576 625E7EC6 F44C42E9
"""
_SMALL = f"{_SHARED} A63A3620 FFFFFFFF FFFFFFFF"
_USUAL = f"{_SHARED} A637ED6B 0BFF5CB6 F406B7ED EE386BFB 5A899FA5 AE9F2411 7C4B1FE6 49286651 ECE65381 FFFFFFFF FFFFFFFF"
_PRIMES = {96: int.from_bytes(bytes.fromhex(_SMALL), "big"), 128: int.from_bytes(bytes.fromhex(_USUAL), "big")}
_GREETING = b"RFB 003.889\n\x04\x1e\x21\x24\x23"


class Mac:
    """A server's half; `size` bytes is its prime, `private` its own number."""

    def __init__(self, size: int = 128, private: int = 0x1D2C3B4A5968778695A4B3C2D1E0F) -> None:
        self._size, self._prime, self._private = size, _PRIMES[size], private
        self.shared = b""

    def hello(self) -> bytes:
        """What it sends once its type is chosen."""
        numbers = (self._prime, pow(_GENERATOR, self._private, self._prime))
        return struct.pack("!HH", _GENERATOR, self._size) + b"".join(number.to_bytes(self._size, "big") for number in numbers)

    def read(self, answer: bytes) -> tuple[bytes, bytes]:
        """Return the two fields of 64 bytes that the client's answer holds."""
        sealed, public = answer[:128], answer[128:]
        assert len(public) == self._size
        self.shared = pow(int.from_bytes(public, "big"), self._private, self._prime).to_bytes(self._size, "big")
        decryptor = Cipher(algorithms.AES128(hashlib.md5(self.shared).digest()), modes.ECB()).decryptor()
        fields = decryptor.update(sealed) + decryptor.finalize()
        return fields[:64], fields[64:]


def answer_to(mac: Mac, piece: int = 1 << 16, **login: Any) -> bytes:
    """What a session answers to a Mac."""
    session = Session("mac:5900", **login)
    sent = _GREETING + mac.hello()
    for start in range(0, len(sent), piece):
        session.feed(sent[start : start + piece])
    said = session.to_send()
    assert said[:13] == b"RFB 003.008\n\x1e"
    return said[13:]


@pytest.mark.parametrize("size", _PRIMES)
@pytest.mark.parametrize("piece", [1, 7, 1 << 16])
@pytest.mark.parametrize(
    ("username", "password"), [("anna", "a password"), ("Änne 安娜", "пароль"), ("a" * 63, "b" * 63), ("a", "")]
)
def test_name_and_password_arrive(size: int, piece: int, username: str, password: str) -> None:
    mac = Mac(size)
    fields = mac.read(answer_to(mac, piece, username=username, password=password))
    assert [field.split(b"\0")[0].decode() for field in fields] == [username, password]


def test_the_rest_of_the_fields_is_different_each_time() -> None:
    mac = Mac()
    one, other = (mac.read(answer_to(mac, username="anna", password="x")) for _ in range(2))
    for field, again in zip(one, other, strict=True):
        assert field[8:] != again[8:]


def test_a_shared_secret_keeps_its_leading_zeros(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, prime = 0x1234567, _PRIMES[96]
    monkeypatch.setattr(secrets, "randbelow", lambda limit: ours - 2)
    public = pow(_GENERATOR, ours, prime)
    theirs = next(number for number in range(1 << 40, 1 << 41) if pow(public, number, prime) >> 8 * 95 == 0)
    mac = Mac(96, theirs)
    fields = mac.read(answer_to(mac, username="anna", password="secret"))
    assert mac.shared[0] == 0
    assert [field.split(b"\0")[0] for field in fields] == [b"anna", b"secret"]


def test_a_verdict_follows_with_its_reason() -> None:
    mac = Mac()
    session = Session("mac:5900", username="anna", password="hunter22")
    session.feed(_GREETING + mac.hello())
    with pytest.raises(WrongPassword) as caught:
        session.feed(struct.pack("!II", 1, 4) + b"nope")
    assert caught.value.message == "mac:5900 refused the user name or the password: nope"
    assert "Apple Remote Desktop (30)" in caught.value.hint
    assert "hunter22" not in str(caught.value)
    session = Session("mac:5900", username="anna", password="hunter22")
    session.feed(_GREETING + mac.hello() + bytes(4) + struct.pack("!HH16xI", 4, 3, 3) + b"Mac")
    assert session.ready
    assert session.security == "Apple Remote Desktop (30)"


@pytest.mark.parametrize(
    ("offered", "login", "chosen"),
    [
        (b"\x1e\x02", {"username": "anna", "password": "x"}, 30),
        (b"\x1e\x02", {"password": "x"}, 2),
        (b"\x1e\x02\x01", {}, 1),
        (b"\x1e\x21\x01", {"username": "anna"}, 1),
    ],
)
def test_it_is_chosen_where_there_is_a_user_name(offered: bytes, login: dict[str, str], chosen: int) -> None:
    session = Session("mac:5900", **login)
    session.feed(b"RFB 003.889\n" + bytes([len(offered)]) + offered)
    assert session.to_send()[12:] == bytes([chosen])


@pytest.mark.parametrize(
    ("offered", "login", "kind"),
    [
        (b"\x1e\x21", {"password": "x"}, UserNameMissing),
        (b"\x1e", {}, UserNameMissing),
        (b"\x1e", {"username": "anna"}, PasswordMissing),
        (b"\x1e\x02", {"username": "anna"}, PasswordMissing),
        (b"\x1e\x02", {}, PasswordMissing),
        (b"\x21\x24\x23", {"username": "anna", "password": "x"}, AppleLoginWanted),
    ],
)
def test_what_a_mac_lacks_is_named(offered: bytes, login: dict[str, str], kind: type[DesktopError]) -> None:
    session = Session("mac:5900", **login)
    with pytest.raises(AuthenticationFailed) as caught:
        session.feed(b"RFB 003.889\n" + bytes([len(offered)]) + offered)
    assert type(caught.value) is kind
    assert "Apple" in caught.value.message
    assert "VNC viewers may control screen" in caught.value.hint


@pytest.mark.parametrize(("username", "password", "named"), [("a" * 64, "x", "user name"), ("x", "ü" * 32, "password")])
def test_what_does_not_fit_is_not_cut(username: str, password: str, named: str) -> None:
    session = Session("mac:5900", username=username, password=password)
    with pytest.raises(AuthenticationFailed, match=f"a {named} of at most 63 bytes; this one has 64") as caught:
        session.feed(_GREETING + Mac().hello())
    assert "ü" not in str(caught.value)
    assert session.to_send() == b"RFB 003.008\n\x1e"


@pytest.mark.parametrize("size", [0, 1, 63, 513, 65535])
def test_the_key_s_size_is_bounded_before_it_is_read(size: int) -> None:
    session = Session("mac:5900", username="anna", password="x")
    with pytest.raises(DesktopProtocolError, match=f"a key of {size} bytes"):
        session.feed(_GREETING + struct.pack("!HH", 2, size))


_PRIME = _PRIMES[128]


@pytest.mark.parametrize(
    ("generator", "prime", "public"),
    [
        (2, _PRIME, 0),
        (2, _PRIME, 1),
        (2, _PRIME, _PRIME - 1),
        (2, _PRIME, _PRIME),
        (2, _PRIME, (1 << 1024) - 1),
        (0, _PRIME, 5),
        (1, _PRIME, 5),
        (2, _PRIME - 1, 5),
        (2, 23, 5),
        (2, 0, 0),
    ],
)
def test_numbers_that_hide_nothing_are_refused(generator: int, prime: int, public: int) -> None:
    session = Session("mac:5900", username="anna", password="x")
    with pytest.raises(DesktopProtocolError, match="make no key"):
        session.feed(_GREETING + struct.pack("!HH", generator, 128) + prime.to_bytes(128, "big") + public.to_bytes(128, "big"))
    assert session.to_send() == b"RFB 003.008\n\x1e"


@pytest.mark.parametrize("sent", [b"", b"\0", b"\0\2\0\x80", b"\0\2\0\x80" + bytes(200)])
def test_silence_on_the_way_names_what_is_missing(sent: bytes) -> None:
    session = Session("mac:5900", username="anna", password="x")
    session.feed(_GREETING + sent)
    assert "did not send its half of the key exchange" in session.silence(3).message
