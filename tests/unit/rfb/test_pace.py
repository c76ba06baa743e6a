"""How updates come about: asked for one by one, or sent by the server when it likes; and the fences that go with the latter."""

from __future__ import annotations

import struct
from typing import Any

import pytest

from screenagent.errors import DesktopProtocolError
from screenagent.rfb import Damage, Options
from screenagent.rfb import outgoing as out
from screenagent.rfb.channel import Updated
from screenagent.rfb.session import Session

_REQUEST = 1 << 31
_END = b"\x96"
_ENABLE = out.enable_continuous_updates(0, 0, 4, 3)
_CHANGES = out.update_request(0, 0, 4, 3, incremental=True)


def _fence(flags: int, payload: bytes = b"") -> bytes:
    return struct.pack("!BxxxIB", 248, flags, len(payload)) + payload


def _session(wire: Any, updates: str, said: bytes = b"") -> Session:
    """Return a session of 4x3 pixels that has its first picture; the server has `said` something before that."""
    session = Session("desk", options=Options(updates=updates), clock=lambda: 0.0)  # type: ignore[arg-type]
    session.feed(wire.handshake + wire.server_init(4, 3))
    session.to_send()
    session.feed(said)
    assert session.to_send() == b""
    session.feed(wire.update(wire.raw(0, 0, 4, 3, 1)))
    return session


def _continuous(wire: Any) -> Session:
    session = _session(wire, "continuous", _END)
    session.to_send()
    session.take_events()
    return session


@pytest.mark.parametrize(
    ("updates", "said"),
    [
        ("request", _fence(0) + _END),
        ("auto", b""),
        ("auto", _END),
        ("auto", _fence(0)),
        ("continuous", b""),
        ("continuous", _fence(0)),
    ],
)
def test_updates_are_asked_for_unless_wanted_otherwise_and_possible(wire: Any, updates: str, said: bytes) -> None:
    session = _session(wire, updates, said)
    assert session.to_send() == _CHANGES
    session.feed(wire.update(wire.raw(0, 0, 1, 1, 2)))
    assert session.to_send() == _CHANGES


@pytest.mark.parametrize(("updates", "said"), [("auto", _fence(0) + _END), ("auto", _END + _fence(0)), ("continuous", _END)])
def test_after_the_first_picture_the_server_goes_on_by_itself(wire: Any, updates: str, said: bytes) -> None:
    session = _session(wire, updates, said)
    assert session.to_send() == _CHANGES + _ENABLE
    session.feed(2 * wire.update(wire.raw(0, 0, 1, 1, 2)) + _fence(0))
    assert session.to_send() == b""


def test_a_picture_that_comes_in_parts_is_asked_for_to_its_end(wire: Any) -> None:
    session = Session("desk", options=Options(updates="continuous"))
    session.feed(wire.handshake + wire.server_init(4, 3) + _END)
    session.to_send()
    session.feed(wire.update(wire.raw(0, 0, 4, 2, 1)))
    assert session.to_send() == _CHANGES
    session.feed(wire.update(wire.raw(0, 2, 4, 1, 1)))
    assert session.to_send() == _CHANGES + _ENABLE


def test_a_server_that_confirms_late_is_told_then(wire: Any) -> None:
    session = _session(wire, "auto")
    assert session.to_send() == _CHANGES
    session.feed(_fence(0))
    assert session.to_send() == b""
    session.feed(_END)
    assert session.to_send() == _ENABLE
    session.feed(wire.update(wire.raw(0, 0, 1, 1, 2)))
    assert session.to_send() == b""


def test_after_another_size_the_server_is_told_the_new_area_and_asked_for_all_of_it(wire: Any) -> None:
    session = _continuous(wire)
    session.feed(wire.update(wire.rectangle(0, 0, 6, 5, -223)))
    assert session.to_send() == out.enable_continuous_updates(0, 0, 6, 5) + out.update_request(0, 0, 6, 5, incremental=False)
    session.feed(wire.update(wire.raw(0, 0, 6, 5, 1)))
    assert session.to_send() == b""


def test_a_server_that_stops_is_asked_again_from_then_on(wire: Any) -> None:
    session = _continuous(wire)
    session.feed(_END)
    assert session.to_send() == _CHANGES
    session.feed(wire.update(wire.raw(0, 0, 1, 1, 2)))
    assert session.to_send() == _CHANGES
    session.feed(_END)
    assert session.to_send() == b""


def test_a_fence_is_answered_with_what_is_understood_of_it(wire: Any) -> None:
    session = _session(wire, "request")
    session.to_send()
    session.feed(_fence(_REQUEST | 0b1111, b"x" * 64))
    assert session.to_send() == out.fence(0b11, b"x" * 64)
    session.feed(_fence(_REQUEST))
    assert session.to_send() == out.fence(0, b"")


def test_an_answer_to_a_fence_is_not_answered(wire: Any) -> None:
    session = _session(wire, "request")
    session.to_send()
    session.feed(_fence(0b11, b"x"))
    assert session.to_send() == b""


def test_a_fence_is_answered_when_all_before_it_has_been_shown(wire: Any) -> None:
    session = _session(wire, "request")
    session.to_send()
    data = wire.update(wire.raw(0, 0, 4, 3, 7)) + _fence(_REQUEST | 1, b"id")
    session.feed(data[:-1])
    assert session.to_send() == _CHANGES
    assert (session.framebuffer.snapshot().pixels == 7).all()
    session.feed(data[-1:])
    assert session.to_send() == out.fence(1, b"id")


def test_a_fence_that_is_too_long_is_refused_before_its_payload(wire: Any) -> None:
    session = _session(wire, "request")
    with pytest.raises(DesktopProtocolError, match="fence of 65 bytes; at most 64"):
        session.feed(struct.pack("!BxxxIB", 248, _REQUEST, 65))


def test_the_answer_to_a_probe_is_waited_for_behind_other_updates(wire: Any) -> None:
    session = _continuous(wire)
    session.probe()
    session.feed(wire.update(wire.raw(2, 2, 1, 1, 5)) + wire.update() + wire.update(wire.raw(0, 0, 1, 1, 1)))
    assert session.take_events() == [Updated((Damage(2, 2, 1, 1, 0.0),)), Updated(()), Updated(())]
    session.feed(wire.update(wire.raw(0, 0, 1, 1, 1)))
    assert session.take_events() == [Updated((Damage(0, 0, 1, 1, 0.0),))]
