"""What rectangles do that paint nothing: screens, names, pointer images, confirmations."""

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
from screenagent.rfb.abilities import Screen
from screenagent.rfb.channel import Renamed, SizeAnswered, Updated
from screenagent.rfb.session import Session

_NAME, _SCREENS, _ALPHA, _X_CURSOR = -307, -308, -314, -240


def _session() -> Session:
    """Return a session of 4x3 pixels that are all 1."""
    session = Session("desk", clock=lambda: 0.0)
    session.feed(b"RFB 003.008\n\x01\x01" + bytes(4) + struct.pack("!HH16xI", 4, 3, 4) + b"desk")
    session.feed(struct.pack("!BxHHHHHi", 0, 1, 0, 0, 4, 3, 0) + b"\x01" * 48)
    session.to_send()
    session.take_events()
    return session


def _screens(*screens: Screen) -> bytes:
    return struct.pack("!Bxxx", len(screens)) + b"".join(screen.pack() for screen in screens)


_ONE = Screen(7, 0, 0, 4, 3, 0x80000000)


def test_screens_of_the_present_size_are_kept_and_cost_nothing(wire: Any) -> None:
    session = _session()
    assert session.abilities.screens is None
    session.feed(wire.update(wire.rectangle(0, 0, 4, 3, _SCREENS, _screens(_ONE))))
    assert session.abilities.screens == (_ONE,)
    assert session.take_events() == [Updated(())]
    assert session.to_send() == out.update_request(0, 0, 4, 3, incremental=True)
    assert (session.framebuffer.snapshot().pixels == 1).all()
    assert session.framebuffer.complete


@pytest.mark.parametrize("reason", [0, 2, 99])
def test_another_size_is_taken_over_and_all_of_it_asked_for(wire: Any, reason: int) -> None:
    session = _session()
    two = (_ONE, Screen(9, 4, 0, 4, 3, 0))
    session.feed(wire.update(wire.rectangle(reason, 5, 8, 3, _SCREENS, _screens(*two))))
    assert session.abilities.screens == two
    assert session.framebuffer.size == (8, 3)
    assert session.take_events() == [Updated((Damage(0, 0, 8, 3, 0.0),))]
    assert session.to_send() == out.update_request(0, 0, 8, 3, incremental=False)


def test_the_answer_to_a_request_is_told_once_the_size_is_seen(wire: Any) -> None:
    session = _session()
    data = wire.update(wire.rectangle(1, 0, 8, 3, _SCREENS, _screens(_ONE)), wire.raw(0, 0, 1, 1, 2))
    session.feed(data[:-1])
    assert session.take_events() == []
    session.feed(data[-1:])
    assert session.take_events() == [Updated((Damage(0, 0, 8, 3, 0.0),)), SizeAnswered(0)]
    assert session.framebuffer.size == (8, 3)


@pytest.mark.parametrize("status", [1, 2, 3, 4, 65535])
def test_nothing_else_counts_in_a_refusal(wire: Any, status: int) -> None:
    session = _session()
    session.feed(wire.update(wire.rectangle(1, status, 0, 60000, _SCREENS, _screens(*[_ONE] * 255))))
    assert session.abilities.screens is None
    assert session.take_events() == [Updated(()), SizeAnswered(status)]
    assert session.to_send() == out.update_request(0, 0, 4, 3, incremental=True)


@pytest.mark.parametrize(("width", "height"), [(0, 3), (65535, 65535)])
def test_a_screen_out_of_bounds_is_refused(wire: Any, width: int, height: int) -> None:
    with pytest.raises(DesktopProtocolError, match=f"screen of {width}x{height}"):
        _session().feed(wire.update(wire.rectangle(0, 0, width, height, _SCREENS, _screens())))


def test_the_name_follows_the_desktop(wire: Any) -> None:
    session = _session()
    assert session.name == "desk"
    session.feed(wire.update(wire.rectangle(0, 0, 0, 0, _NAME, struct.pack("!I", 5) + "büro".encode())))
    session.feed(wire.update(wire.rectangle(0, 0, 0, 0, _NAME, struct.pack("!I", 5) + "büro".encode())))
    assert session.name == "büro"
    assert session.take_events() == [Renamed("büro"), Updated(()), Updated(())]


def test_a_name_that_is_too_long_is_refused_before_it_is_read(wire: Any) -> None:
    with pytest.raises(DesktopProtocolError, match="desktop name of 65537 bytes"):
        _session().feed(wire.update(wire.rectangle(0, 0, 0, 0, _NAME, struct.pack("!I", 65537))))


def test_confirmations_are_noted(wire: Any) -> None:
    session = _session()
    assert not session.abilities.key_codes
    assert not session.abilities.more_buttons
    session.feed(wire.update(wire.rectangle(0, 0, 4, 3, -258)))
    assert session.abilities.key_codes
    session.feed(wire.update(wire.rectangle(0, 0, 0, 0, -316)))
    assert session.abilities.more_buttons
    assert session.take_events() == [Updated(()), Updated(())]


def test_a_pointer_with_alpha_is_blue_first_and_not_multiplied(wire: Any) -> None:
    session = _session()
    pixels = bytes([10, 20, 30, 255, 5, 10, 15, 128, 0, 0, 0, 0, 1, 1, 1, 1, 200, 0, 0, 100])
    session.feed(wire.update(wire.rectangle(3, 0, 5, 1, _ALPHA, bytes(4) + pixels)))
    cursor = session.cursor
    assert cursor is not None
    assert (cursor.hotspot_x, cursor.hotspot_y) == (3, 0)
    assert cursor.pixels.tolist() == [
        [[30, 20, 10, 255], [30, 20, 10, 128], [0, 0, 0, 0], [255, 255, 255, 1], [0, 0, 255, 100]],
    ]
    assert not cursor.pixels.flags.writeable
    assert session.take_events() == [Updated((Damage(0, 0, 0, 0, 0.0, cursor=True),))]


@given(st.integers(1, 255), st.integers(0, 255))
def test_a_colour_multiplied_again_is_the_one_that_came(alpha: int, colour: int) -> None:
    session, multiplied = _session(), colour * alpha // 255
    pixel = bytes([multiplied, multiplied, multiplied, alpha])
    session.feed(struct.pack("!BxHHHHHii", 0, 1, 0, 0, 1, 1, _ALPHA, 0) + pixel)
    assert session.cursor is not None
    shown = session.cursor.pixels[0, 0]
    assert int(shown[3]) == alpha
    assert round(int(shown[0]) * alpha / 255) == multiplied


@pytest.mark.parametrize(("encoding", "named"), [(7, r"Tight \(7\)"), (-314, r"Cursor with alpha \(-314\)")])
def test_a_pointer_with_alpha_must_be_raw(wire: Any, encoding: int, named: str) -> None:
    with pytest.raises(DesktopProtocolError, match=f"pointer image in the encoding {named}; only Raw"):
        _session().feed(wire.update(wire.rectangle(0, 0, 1, 1, _ALPHA, struct.pack("!i", encoding))))


@pytest.mark.parametrize("encoding", [_ALPHA, _X_CURSOR])
def test_a_pointer_beyond_any_sense_is_refused(wire: Any, encoding: int) -> None:
    with pytest.raises(DesktopProtocolError, match="pointer image of 1025x1"):
        _session().feed(wire.update(wire.rectangle(0, 0, 1025, 1, encoding)))


def test_a_pointer_of_two_colours_has_its_bitmap_and_mask(wire: Any) -> None:
    session = _session()
    body = bytes([1, 2, 3, 4, 5, 6]) + bytes([0b10000000, 0b10000000]) + bytes([0b11000000, 0b10000000])
    session.feed(wire.update(wire.rectangle(1, 0, 9, 1, _X_CURSOR, body)))
    cursor = session.cursor
    assert cursor is not None
    assert (cursor.hotspot_x, cursor.hotspot_y) == (1, 0)
    assert cursor.pixels[0, 0].tolist() == [3, 2, 1, 255]
    assert cursor.pixels[0, 1].tolist() == [6, 5, 4, 255]
    assert cursor.pixels[0, 2:8, 3].tolist() == [0] * 6
    assert cursor.pixels[0, 8].tolist() == [3, 2, 1, 255]


@pytest.mark.parametrize(("encoding", "body"), [(_ALPHA, bytes(4)), (_X_CURSOR, b"")])
def test_an_empty_image_is_a_hidden_pointer(wire: Any, encoding: int, body: bytes) -> None:
    session = _session()
    session.feed(wire.update(wire.rectangle(0, 0, 0, 0, encoding, body)) + b"\x02")
    assert session.cursor is not None
    assert np.prod(session.cursor.pixels.shape) == 0
    assert len(session.take_events()) == 2
