"""The conversation without a socket: updates, other messages, bounds, and that splits of the stream do not matter."""

from __future__ import annotations

import itertools
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from screenagent.errors import DesktopError, DesktopProtocolError, LinkLost
from screenagent.rfb import Damage, Options
from screenagent.rfb import outgoing as out
from screenagent.rfb.channel import Bell, CutText, Ready, Updated
from screenagent.rfb.pixels import FORMATS
from screenagent.rfb.session import Session


@pytest.fixture
def session(wire: Any) -> Session:
    """A session of 4x3 pixels whose handshake is done."""
    session = Session("desk:5900", clock=lambda: 7.0)
    session.feed(wire.handshake + wire.server_init(4, 3))
    session.to_send()
    session.take_events()
    return session


def _requests(session: Session) -> list[bytes]:
    data = session.to_send()
    return [data[start : start + 10] for start in range(0, len(data), 10)]


def test_after_the_handshake_the_session_asks_for_bgrx_and_the_whole_screen(wire: Any) -> None:
    session = Session("desk:5900", options=Options(encodings=("copyrect", "raw"), quality=9, compression=0))
    session.feed(wire.handshake)
    session.to_send()
    session.feed(wire.server_init(4, 3, "büro".encode()))
    assert session.take_events() == [Ready()]
    assert (session.framebuffer.width, session.framebuffer.height, session.name) == (4, 3, "büro")
    pointer, screen, input_, messages = (-314, -239, -240, 0x574D5666, -232), (-308, -223, -307), (-258, -316), (-312, -313)
    pseudo = (*pointer, *screen, -224, *input_, *messages, 0xC0A1E5CE - (1 << 32))
    assert session.to_send() == (
        out.set_pixel_format(FORMATS["bgrx"])
        + out.set_encodings([1, 0, *pseudo, -23, -256])
        + out.update_request(0, 0, 4, 3, incremental=False)
    )
    assert session.to_send() == b""


def test_an_update_is_painted_reported_and_followed_by_the_next_request(session: Session, wire: Any) -> None:
    session.feed(wire.update(wire.raw(1, 0, 2, 2, 9)))
    assert session.take_events() == [Updated((Damage(1, 0, 2, 2, 7.0),))]
    assert _requests(session) == [out.update_request(0, 0, 4, 3, incremental=True)]
    snapshot = session.framebuffer.snapshot()
    assert (snapshot.number, snapshot.time) == (1, 7.0)
    expected = np.zeros((3, 4, 4), np.uint8)
    expected[0:2, 1:3] = 9
    assert np.array_equal(snapshot.pixels, expected)


def test_half_an_update_is_not_seen(session: Session, wire: Any) -> None:
    data = wire.update(wire.raw(0, 0, 4, 3, 1), wire.raw(0, 0, 2, 2, 2))
    session.feed(wire.update(wire.raw(0, 0, 4, 3, 5)))
    for byte in data[:-1]:
        session.feed(bytes([byte]))
        assert (session.framebuffer.snapshot().pixels == 5).all()
        assert session.framebuffer.number == 1
    session.feed(data[-1:])
    assert set(session.framebuffer.snapshot().pixels[:2, :2].flat) == {2}


def test_a_snapshot_is_a_read_only_copy(session: Session, wire: Any) -> None:
    session.feed(wire.update(wire.raw(0, 0, 4, 3, 1)))
    before = session.framebuffer.snapshot().pixels
    session.feed(wire.update(wire.raw(0, 0, 4, 3, 2)))
    assert (before == 1).all()
    with pytest.raises(ValueError, match="read-only"):
        before[0, 0, 0] = 3


def test_the_first_frame_is_complete_when_every_pixel_has_been_painted(session: Session, wire: Any) -> None:
    session.feed(wire.update(wire.raw(0, 0, 4, 2, 1)))
    assert not session.framebuffer.complete
    session.feed(wire.update(wire.raw(0, 2, 3, 1, 1)) + wire.update(wire.raw(3, 2, 1, 1, 1)))
    assert session.framebuffer.complete


def test_an_empty_update_counts_and_damages_nothing(session: Session, wire: Any) -> None:
    session.feed(wire.update())
    assert session.take_events() == [Updated(())]
    assert session.framebuffer.number == 1


def test_bell_cut_text_and_colour_map_are_told_apart(session: Session) -> None:
    session.feed(b"\x02" + b"\x03\0\0\0\0\0\0\x05caf\xe9\n" + b"\x01\0\0\0\0\x02" + bytes(12) + b"\x02")
    assert session.take_events() == [Bell(), CutText("café\n"), Bell()]


def test_a_cut_text_beyond_the_limit_is_skipped_without_being_kept(wire: Any, caplog: pytest.LogCaptureFixture) -> None:
    session = Session("desk:5900", options=Options(cut_text_limit=4))
    session.feed(wire.handshake + wire.server_init(4, 3))
    session.take_events()
    session.feed(struct.pack("!BxxxI", 3, 5) + b"12345" + struct.pack("!BxxxI", 3, 4) + b"1234")
    assert session.take_events() == [CutText("1234")]
    assert "5 bytes" in caplog.text


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"\x63", "unknown type 99"),
        (struct.pack("!BxxxI", 3, 1 << 31), "clipboard text of 2147483648 bytes"),
        (struct.pack("!BxHHHHHi", 0, 1, 0, 0, 1, 1, 50), r"encoding Open H\.264 \(50\)"),
        (struct.pack("!BxHHHHHi", 0, 1, 0, 0, 1, 1, -99), r"encoding number -99 \(unknown\)"),
        (struct.pack("!BxHHHHHi", 0, 1, 60000, 60000, 1, 1, 0), r"1x1 at \(60000, 60000\).*screen of 4x3"),
        (struct.pack("!BxHHHHHi", 0, 1, 1, 0, 4, 1, 0), r"4x1 at \(1, 0\)"),
        (struct.pack("!BxHHHHHi", 0, 1, 0, 3, 0, 1, 1), r"CopyRect rectangle of 0x1"),
        (struct.pack("!BxHHHHHiHH", 0, 1, 0, 0, 2, 2, 1, 3, 0), r"CopyRect source of 2x2 at \(3, 0\)"),
        (struct.pack("!BxHHHHHi", 0, 1, 0, 0, 65535, 65535, -223), "screen of 65535x65535"),
        (struct.pack("!BxHHHHHi", 0, 1, 0, 0, 0, 5, -223), "screen of 0x5"),
        (struct.pack("!BxHHHHHi", 0, 1, 0, 0, 65535, 2, -239), "pointer image of 65535x2"),
    ],
)
def test_what_the_protocol_does_not_allow_is_an_error_that_names_it(session: Session, data: bytes, named: str) -> None:
    with pytest.raises(DesktopProtocolError, match=named) as first:
        session.feed(data)
    with pytest.raises(DesktopProtocolError) as second:
        session.feed(b"\x02")
    assert second.value is first.value


def test_what_came_before_an_error_in_the_same_bytes_still_counts(session: Session) -> None:
    with pytest.raises(DesktopProtocolError):
        session.feed(b"\x02\x63")
    assert session.take_events() == [Bell()]


def test_the_answer_to_a_probe_is_no_damage_unless_the_pixel_changed(session: Session, wire: Any) -> None:
    session.feed(wire.update(wire.raw(0, 0, 4, 3, 1)))
    session.take_events()
    session.to_send()
    session.probe()
    assert session.to_send() == out.update_request(0, 0, 1, 1, incremental=False)
    session.feed(wire.update(wire.raw(0, 0, 1, 1, 1)))
    session.probe()
    session.feed(wire.update(wire.raw(0, 0, 1, 1, 2)))
    assert session.take_events() == [Updated(()), Updated((Damage(0, 0, 1, 1, 7.0),))]


def test_the_end_of_the_stream_after_the_handshake_is_a_lost_link(session: Session) -> None:
    assert isinstance(session.end(), LinkLost)


def _outcome(data: bytes, cuts: list[int], start: bytes) -> tuple[object, ...]:
    session = Session("desk", options=Options(pixel_limit=10_000, cut_text_limit=50), clock=lambda: 0.0)
    session.feed(start)
    failure = None
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    for begin, end in itertools.pairwise(edges):
        try:
            session.feed(data[begin:end])
        except DesktopError as error:
            failure = (type(error), error.message)
    framebuffer = session.framebuffer
    shown = framebuffer.snapshot()
    size = framebuffer.width, framebuffer.height
    return failure, session.take_events(), session.to_send(), size, shown.number, shown.pixels.tobytes(), session.stage


_HANDSHAKE = b"RFB 003.008\n" + b"\x01\x01" + bytes(4)
_STARTS = (b"", b"RFB 003.003\n", b"RFB 003.008\n", _HANDSHAKE, _HANDSHAKE + struct.pack("!HH16xI", 5, 4, 0))
_area = st.tuples(*[st.integers(0, 5)] * 4)
_body = st.binary(max_size=90)
_rectangle = st.builds(
    lambda area, number, body: struct.pack("!HHHHi", *area, number) + body,
    _area,
    st.sampled_from([0, 0, 1, -223, -224, -239, -240, -258, -307, -308, -314, -316, 0x574D5666, 7]),
    _body,
)
_clipboard_flags = st.builds(lambda bit, formats: 1 << bit | formats, st.integers(24, 28), st.integers(0, 3))
_fence_flags = st.sampled_from([0, 1, 1 << 31, 1 << 31 | 7])
_message = st.one_of(
    st.builds(lambda parts: struct.pack("!BxH", 0, len(parts)) + b"".join(parts), st.lists(_rectangle, max_size=4)),
    st.just(b"\x02"),
    st.builds(lambda text: struct.pack("!BxxxI", 3, len(text)) + text, _body),
    st.builds(lambda flags, body: struct.pack("!BxxxiI", 3, -4 - len(body), flags) + body, _clipboard_flags, _body),
    st.builds(lambda flags, body: struct.pack("!BxxxIB", 248, flags, len(body)) + body, _fence_flags, _body),
    st.just(b"\x96"),
    st.binary(max_size=30),
)


@given(data=st.binary(max_size=300), cuts=st.lists(st.integers(0, 300), max_size=6), start=st.sampled_from(_STARTS))
def test_any_bytes_in_any_pieces_give_one_outcome(data: bytes, cuts: list[int], start: bytes) -> None:
    assert _outcome(data, cuts, start) == _outcome(data, [], start)


@given(parts=st.lists(_message, max_size=6), cuts=st.lists(st.integers(0, 2000), max_size=8))
def test_any_messages_in_any_pieces_give_one_outcome(parts: list[bytes], cuts: list[int]) -> None:
    data = b"".join(parts)
    assert _outcome(data, cuts, _STARTS[-1]) == _outcome(data, [], _STARTS[-1])
