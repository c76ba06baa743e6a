"""What each encoding does to the picture."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from screenagent.errors import DesktopProtocolError
from screenagent.rfb import Damage
from screenagent.rfb import outgoing as out
from screenagent.rfb.channel import PointerMoved, Updated
from screenagent.rfb.session import Session

_START = b"RFB 003.008\n" + b"\x01\x01" + bytes(4)


def _session(width: int = 8, height: int = 6) -> Session:
    session = Session("desk", clock=lambda: 0.0)
    session.feed(_START + struct.pack("!HH16xI", width, height, 0))
    session.to_send()
    session.take_events()
    return session


def _shown(session: Session) -> np.ndarray:
    return session.framebuffer.snapshot().pixels


def _raw(x: int, y: int, pixels: np.ndarray) -> bytes:
    height, width = pixels.shape[:2]
    return struct.pack("!HHHHi", x, y, width, height, 0) + pixels.tobytes()


def _noise(width: int, height: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 4), np.uint8)


def test_raw_paints_bgrx_where_the_rectangle_says(wire: Any) -> None:
    session, pixels = _session(), _noise(3, 2)
    session.feed(wire.update(_raw(5, 4, pixels)))
    assert np.array_equal(_shown(session)[4:6, 5:8], pixels)
    assert not _shown(session)[:4].any()


def test_raw_larger_than_one_band_arrives_whole(wire: Any) -> None:
    session, pixels = _session(700, 500), _noise(700, 500)
    session.feed(wire.update(_raw(0, 0, pixels)))
    assert np.array_equal(_shown(session), pixels)


@pytest.mark.parametrize("encoding", [0, 1])
@pytest.mark.parametrize(("width", "height"), [(0, 6), (8, 0), (0, 0)])
def test_empty_rectangles_paint_nothing(wire: Any, encoding: int, width: int, height: int) -> None:
    session = _session()
    body = b"\0\0\0\0" if encoding == 1 else b""
    session.feed(wire.update(wire.rectangle(0, 0, width, height, encoding, body)))
    assert session.take_events() == [Updated(())]


@given(
    size=st.tuples(st.integers(1, 8), st.integers(1, 6)),
    source=st.tuples(st.integers(0, 7), st.integers(0, 5)),
    target=st.tuples(st.integers(0, 7), st.integers(0, 5)),
)
def test_copyrect_copies_as_through_a_second_picture(
    size: tuple[int, int], source: tuple[int, int], target: tuple[int, int]
) -> None:
    session, pixels = _session(), _noise(8, 6)
    width = min(size[0], 8 - source[0], 8 - target[0])
    height = min(size[1], 6 - source[1], 6 - target[1])
    copy = struct.pack("!HHHHiHH", *target, width, height, 1, *source)
    session.feed(struct.pack("!BxH", 0, 2) + _raw(0, 0, pixels) + copy)
    expected = pixels.copy()
    part = pixels[source[1] : source[1] + height, source[0] : source[0] + width]
    expected[target[1] : target[1] + height, target[0] : target[0] + width] = part
    assert np.array_equal(_shown(session), expected)


def test_desktop_size_keeps_the_common_part_and_asks_for_everything(wire: Any) -> None:
    session, pixels = _session(), _noise(8, 6)
    session.feed(wire.update(_raw(0, 0, pixels)))
    session.to_send()
    session.take_events()
    session.feed(wire.update(wire.rectangle(0, 0, 10, 4, -223)))
    assert session.framebuffer.size == (10, 4)
    assert np.array_equal(_shown(session)[:, :8], pixels[:4])
    assert not _shown(session)[:, 8:].any()
    assert session.take_events() == [Updated((Damage(0, 0, 10, 4, 0.0),))]
    assert session.to_send() == out.update_request(0, 0, 10, 4, incremental=False)
    assert not session.framebuffer.complete
    session.feed(wire.update(wire.raw(9, 3, 1, 1, 200)))
    assert set(_shown(session)[3, 9]) == {200}


def test_desktop_size_in_the_middle_of_an_update_shows_all_that_was_painted(wire: Any) -> None:
    session, pixels = _session(), _noise(8, 6)
    session.feed(wire.update(_raw(0, 0, pixels), wire.rectangle(0, 0, 8, 6, -223), wire.raw(0, 0, 1, 1, 3)))
    expected = pixels.copy()
    expected[0, 0] = 3
    assert np.array_equal(_shown(session), expected)


def test_last_rect_ends_an_update_before_its_count(wire: Any) -> None:
    session = _session()
    session.feed(wire.update(wire.raw(0, 0, 1, 1, 1), wire.rectangle(0, 0, 0, 0, -224), count=65535) + b"\x02")
    assert session.framebuffer.number == 1
    assert len(session.take_events()) == 2


def test_the_cursor_has_its_image_mask_and_hotspot_and_stays_out_of_the_picture(wire: Any) -> None:
    session, pixels = _session(), _noise(9, 2)
    mask = bytes([0b10101010, 0b10000000, 0b01010101, 0b01111111])
    session.feed(wire.update(wire.rectangle(4, 1, 9, 2, -239, pixels.tobytes() + mask)))
    cursor = session.cursor
    assert cursor is not None
    assert (cursor.hotspot_x, cursor.hotspot_y) == (4, 1)
    assert np.array_equal(cursor.pixels[:, :, :3], pixels[:, :, :3])
    assert (cursor.pixels[:, :, 3] // 255).tolist() == [[1, 0, 1, 0, 1, 0, 1, 0, 1], [0, 1, 0, 1, 0, 1, 0, 1, 0]]
    assert not cursor.pixels.flags.writeable
    assert not _shown(session).any()
    assert session.take_events() == [Updated((Damage(0, 0, 0, 0, 0.0, cursor=True),))]


def test_an_empty_cursor_is_a_hidden_pointer(wire: Any) -> None:
    session = _session()
    session.feed(wire.update(wire.rectangle(0, 0, 0, 0, -239)))
    assert session.cursor is not None
    assert session.cursor.pixels.shape == (0, 0, 4)


@pytest.mark.parametrize("number", [0x574D5666, -232])
def test_a_pointer_moved_by_others_is_reported_without_damage(wire: Any, number: int) -> None:
    session = _session()
    session.feed(wire.update(wire.rectangle(7, 2, 0, 0, number)))
    assert session.take_events() == [PointerMoved(7, 2), Updated(())]


def test_an_encoding_that_was_not_offered_is_refused_before_its_body(wire: Any) -> None:
    with pytest.raises(DesktopProtocolError, match=r"Open H\.264"):
        _session().feed(wire.update(wire.rectangle(0, 0, 1, 1, 50)))


def test_copies_are_asked_for_once_more_and_are_damage_only_where_they_were_wrong(wire: Any) -> None:
    session, pixels = _session(), _noise(8, 6)
    copy = struct.pack("!HHHHiHH", 4, 2, 3, 2, 1, 0, 0)
    session.feed(struct.pack("!BxH", 0, 3) + _raw(0, 0, pixels) + copy + struct.pack("!HHHHiHH", 1, 4, 2, 2, 1, 0, 0))
    assert session.copied_since == 0.0
    session.to_send()
    session.take_events()
    session.check_copies()
    assert session.to_send() == out.update_request(1, 2, 6, 4, incremental=False)
    assert session.copied_since is None
    right = _shown(session)[2:6, 1:7].copy()
    right[3, 5, :3] ^= 255
    session.feed(wire.update(_raw(1, 2, right[:3]), _raw(1, 5, right[3:])))
    assert session.take_events() == [Updated((Damage(1, 5, 6, 1, 0.0),))]
    session.feed(wire.update(_raw(1, 2, right[:3])))
    assert session.take_events() == [Updated((Damage(1, 2, 6, 3, 0.0),))]


def test_nothing_is_asked_for_where_nothing_was_copied_or_the_size_has_changed(wire: Any) -> None:
    session = _session()
    session.check_copies()
    assert session.to_send() == b""
    copy = wire.rectangle(4, 2, 3, 2, 1, bytes(4))
    session.feed(wire.update(copy, wire.rectangle(0, 0, 5, 5, -223)))
    session.to_send()
    session.check_copies()
    assert session.to_send() == b""
