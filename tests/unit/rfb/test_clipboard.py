"""Texts of any characters to and from the desktop's clipboard."""

from __future__ import annotations

import struct
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screenagent.errors import DesktopProtocolError
from screenagent.rfb import CutTextRefused, Options
from screenagent.rfb.channel import CutText
from screenagent.rfb.clipboard import Clipboard, Heard
from screenagent.rfb.session import Session

_TEXT, _HTML = 1, 4
_CAPS, _REQUEST, _PEEK, _NOTIFY, _PROVIDE = (1 << bit for bit in range(24, 29))
_LIMIT = 1000


def _message(kind: int, flags: int, body: bytes = b"") -> bytes:
    """Return a message of a server (3) or a client (6)."""
    return struct.pack("!BxxxiI", kind, -4 - len(body), flags) + body


def _provided(data: bytes, size: int | None = None) -> bytes:
    return zlib.compress(struct.pack("!I", len(data) if size is None else size) + data)


def _hear(clipboard: Clipboard, flags: int, body: bytes = b"") -> Heard:
    data = struct.pack("!I", flags) + body
    steps, position = clipboard.read(len(data)), 0
    try:
        wanted = next(steps)
        while True:
            piece, position = data[position : position + wanted], position + wanted
            wanted = steps.send(memoryview(piece))
    except StopIteration as end:
        assert position == len(data)
        heard: Heard = end.value
        return heard


def _clipboard(actions: int = _REQUEST | _PEEK | _NOTIFY | _PROVIDE, unasked: int = 0, limit: int = _LIMIT) -> Clipboard:
    """Return one whose server has told its caps."""
    clipboard = Clipboard("desk", limit)
    _hear(clipboard, _CAPS | _TEXT | actions, struct.pack("!I", unasked))
    return clipboard


def test_a_server_that_told_no_caps_gets_latin_1() -> None:
    clipboard = Clipboard("desk", _LIMIT)
    assert not clipboard.unicode
    assert clipboard.put("é\r\nb") == b"\x06\0\0\0\0\0\0\x03\xe9\nb"
    with pytest.raises(CutTextRefused, match="你"):
        clipboard.put("你")


@pytest.mark.parametrize("flags", [_CAPS, _CAPS | _HTML | _NOTIFY | _PROVIDE, _CAPS | _TEXT | _REQUEST | _PEEK])
def test_a_server_that_cannot_be_told_of_texts_gets_latin_1(flags: int) -> None:
    clipboard = Clipboard("desk", _LIMIT)
    _hear(clipboard, flags, bytes(4 * (flags & 0xFFFF).bit_count()))
    assert not clipboard.unicode
    assert clipboard.put("a") == b"\x06\0\0\0\0\0\0\x01a"


def test_a_server_that_takes_texts_without_news_of_them_gets_latin_1_as_it_may_drop_others() -> None:
    clipboard = _clipboard(_REQUEST | _PEEK | _PROVIDE, unasked=1 << 20)
    assert not clipboard.unicode
    assert clipboard.put("a") == b"\x06\0\0\0\0\0\0\x01a"


def test_caps_are_answered_with_ours_and_the_clipboard_is_asked_for_once() -> None:
    clipboard = Clipboard("desk", _LIMIT)
    ours = _message(6, _CAPS | _REQUEST | _PEEK | _NOTIFY | _PROVIDE | _TEXT, struct.pack("!I", _LIMIT))
    told = _CAPS | _PEEK | _NOTIFY | _TEXT | _HTML
    assert _hear(clipboard, told, struct.pack("!II", 5, 6) + b"more") == Heard(ours + _message(6, _PEEK))
    assert clipboard.unicode
    assert _hear(clipboard, told, struct.pack("!II", 5, 6)) == Heard(ours)


def test_a_text_is_told_of_and_sent_when_it_is_asked_for() -> None:
    clipboard = _clipboard()
    assert clipboard.put("你好\nb") == _message(6, _NOTIFY | _TEXT)
    assert not clipboard.fetched
    first = _message(6, _PROVIDE | _TEXT, _provided("你好\r\nb\0".encode()))
    assert _hear(clipboard, _REQUEST | _TEXT) == Heard(first)
    assert clipboard.fetched
    clipboard.put("two")
    assert _hear(clipboard, _REQUEST | _TEXT | _HTML) == Heard(_message(6, _PROVIDE | _TEXT, _provided(b"two\0")))


def test_a_text_as_small_as_the_server_says_is_sent_at_once() -> None:
    clipboard = _clipboard(unasked=4)
    assert clipboard.put("two") == _message(6, _PROVIDE | _TEXT, _provided(b"two\0"))
    assert clipboard.fetched
    assert clipboard.put("four") == _message(6, _NOTIFY | _TEXT)


def test_an_empty_text_empties_the_clipboard() -> None:
    clipboard = _clipboard()
    assert clipboard.put("") == _message(6, _NOTIFY | _TEXT)
    assert _hear(clipboard, _REQUEST | _TEXT) == Heard(_message(6, _PROVIDE | _TEXT, _provided(b"\0")))


@pytest.mark.parametrize("flags", [_REQUEST | _TEXT, _REQUEST | _HTML, _PEEK])
def test_who_asks_while_nothing_is_held_is_told_so(flags: int) -> None:
    assert _hear(_clipboard(), flags) == Heard(_message(6, _NOTIFY))
    assert _hear(_clipboard(_PROVIDE), flags) == Heard()


def test_a_peek_is_told_what_is_held() -> None:
    clipboard = _clipboard()
    clipboard.put("a")
    assert _hear(clipboard, _PEEK) == Heard(_message(6, _NOTIFY | _TEXT))


def test_a_text_that_the_server_tells_of_is_asked_for() -> None:
    assert _hear(_clipboard(), _NOTIFY | _TEXT | _HTML) == Heard(_message(6, _REQUEST | _TEXT))
    assert _hear(_clipboard(), _NOTIFY | _HTML) == Heard()
    assert _hear(_clipboard(), _NOTIFY) == Heard()
    assert _hear(_clipboard(_NOTIFY), _NOTIFY | _TEXT) == Heard()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("grüße 你好 😀\r\nb\0".encode(), "grüße 你好 😀\nb"),
        (b"no end", "no end"),
        (b"\0", ""),
        (b"", ""),
        (b"a\0b\0", "a\0b"),
        (b"\xff\xfea\0", "\ufffd\ufffda"),
        (b"a\rb\nc\0", "a\rb\nc"),
    ],
)
def test_a_text_of_the_servers_is_read_as_it_was_meant(data: bytes, text: str) -> None:
    assert _hear(_clipboard(), _PROVIDE | _TEXT, _provided(data)) == Heard(text=text)


def test_only_the_text_is_read_where_other_formats_follow() -> None:
    both = zlib.compress(struct.pack("!I", 2) + b"a\0" + struct.pack("!I", 1 << 31) + b"<b>a</b>") + b"more"
    assert _hear(_clipboard(), _PROVIDE | _TEXT | _HTML, both) == Heard(text="a")
    assert _hear(_clipboard(), _PROVIDE | _HTML, b"anything") == Heard()


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r")))
def test_any_text_arrives_as_it_was_put(text: str) -> None:
    clipboard, other = _clipboard(limit=100_000), _clipboard(limit=100_000)
    clipboard.put(text)
    answer = _hear(clipboard, _REQUEST | _TEXT).answer
    kind, size, flags = struct.unpack("!BxxxiI", answer[:12])
    assert (kind, size, flags) == (6, 8 - len(answer), _PROVIDE | _TEXT)
    assert _hear(other, flags, answer[12:]) == Heard(text=text)


def test_what_no_clipboard_holds_is_refused() -> None:
    clipboard = _clipboard()
    clipboard.put("kept")
    with pytest.raises(CutTextRefused, match="NUL"):
        clipboard.put("a\0b")
    with pytest.raises(CutTextRefused, match=r"'\\ud83d' is no character"):
        clipboard.put("a\ud83d")
    with pytest.raises(CutTextRefused, match="1002 bytes is too long for the clipboard; at most 1000"):
        clipboard.put("é" * 501)
    clipboard.put("\n" * 1000)
    clipboard.put("kept")
    assert _hear(clipboard, _REQUEST | _TEXT).answer == _message(6, _PROVIDE | _TEXT, _provided(b"kept\0"))


def test_the_limit_is_for_the_text_and_not_for_how_it_travels(caplog: pytest.LogCaptureFixture) -> None:
    clipboard = _clipboard()
    assert _hear(clipboard, _PROVIDE | _TEXT, _provided(b"\r\n" * _LIMIT + b"\0")) == Heard(text="\n" * _LIMIT)
    assert not caplog.records
    assert _hear(clipboard, _PROVIDE | _TEXT, _provided(b"x" * (_LIMIT + 1) + b"\0")) == Heard()
    assert "1001 bytes and was skipped" in caplog.text


@pytest.mark.parametrize("size", [2 * _LIMIT + 2, 0xFFFFFFFF])
def test_a_text_beyond_the_limit_is_skipped_without_being_inflated(size: int, caplog: pytest.LogCaptureFixture) -> None:
    bomb = _provided(bytes(50_000_000), size)
    clipboard = _clipboard()
    tracemalloc.start()
    try:
        assert _hear(clipboard, _PROVIDE | _TEXT, bomb) == Heard()
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    assert f"{size} bytes and was skipped" in caplog.text


def test_what_follows_a_text_is_not_inflated() -> None:
    bomb = _provided(b"abcd\0" + bytes(50_000_000), 5)
    clipboard = _clipboard()
    tracemalloc.start()
    try:
        assert _hear(clipboard, _PROVIDE | _TEXT, bomb) == Heard(text="abcd")
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (struct.pack("!Bxxxi3s", 3, -3, b"abc"), "clipboard message of 3 bytes"),
        (struct.pack("!Bxxxi", 3, -(1 << 31)), "clipboard text of 2147483648 bytes"),
        (struct.pack("!Bxxxi", 3, -(1 << 28) - 1), "clipboard text of 268435457 bytes"),
        (_message(3, _CAPS | _TEXT | _HTML, bytes(7)), "7 bytes of sizes for 2 clipboard formats"),
        (_message(3, _PROVIDE | _TEXT, b"not zlib"), "not zlib data"),
        (_message(3, _PROVIDE | _TEXT), "ends 4 bytes early"),
        (_message(3, _PROVIDE | _TEXT, _provided(b"abc", 9)), "ends 6 bytes early"),
        (_message(3, _PROVIDE | _TEXT, _provided(b"abcdefgh" * 9)[:-12]), "ends .* early"),
    ],
)
def test_what_the_protocol_does_not_allow_is_an_error_that_names_it(data: bytes, named: str) -> None:
    session = Session("desk")
    session.feed(b"RFB 003.008\n\x01\x01" + bytes(4) + struct.pack("!HH16xI", 4, 3, 0))
    with pytest.raises(DesktopProtocolError, match=named):
        session.feed(data)


def test_a_session_answers_by_itself_and_tells_the_text() -> None:
    session = Session("desk", options=Options(cut_text_limit=_LIMIT))
    session.feed(b"RFB 003.008\n\x01\x01" + bytes(4) + struct.pack("!HH16xI", 4, 3, 0))
    session.take_events()
    session.feed(_message(3, _CAPS | _TEXT | _REQUEST | _NOTIFY | _PROVIDE, bytes(4)))
    session.to_send()
    session.clipboard.put("你")
    session.feed(_message(3, _REQUEST | _TEXT))
    assert session.to_send() == _message(6, _PROVIDE | _TEXT, _provided("你\0".encode()))
    session.feed(_message(3, _NOTIFY | _TEXT))
    assert session.to_send() == _message(6, _REQUEST | _TEXT)
    session.feed(_message(3, _PROVIDE | _TEXT, _provided("好\0".encode())))
    assert session.take_events() == [CutText("好")]
