"""After a loss: tried again with growing delays, until it works, makes no sense, or takes too long."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any

import pytest

from screenagent.errors import AuthenticationFailed, Cancelled, LinkLost, ScreenAgentError
from screenagent.rfb import Client, Damage, Options, State, backoff
from screenagent.rfb.waker import Waker

_PATIENCE = 30.0


@pytest.fixture(autouse=True)
def _short_delays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backoff, "FIRST_DELAY", 0.02)
    monkeypatch.setattr(backoff, "LONGEST_DELAY", 0.05)


class _States:
    """Waits for the n-th report of a state."""

    def __init__(self) -> None:
        self.seen: list[tuple[State, ScreenAgentError | None]] = []
        self._changed = threading.Condition()

    def __call__(self, state: State, error: ScreenAgentError | None) -> None:
        with self._changed:
            self.seen.append((state, error))
            self._changed.notify_all()

    def wait_for(self, state: State, times: int = 1) -> ScreenAgentError | None:
        with self._changed:
            assert self._changed.wait_for(lambda: self._count(state) >= times, _PATIENCE), self.seen
            return [error for seen, error in self.seen if seen is state][times - 1]

    def _count(self, state: State) -> int:
        return sum(seen is state for seen, _ in self.seen)


def _desktop(wire: Any, value: int, then: Callable[[Any], None]) -> Callable[[Any], None]:
    def script(peer: Any) -> None:
        peer.greet(4 + value, 3)
        peer.send(wire.update(wire.raw(0, 0, 4 + value, 3, value)))
        peer.read(10)
        then(peer)

    return script


def test_a_lost_connection_is_made_again(scripted_server: Any, client_for: Any, wire: Any) -> None:
    lose, again, damage = threading.Event(), threading.Event(), []

    def first(peer: Any) -> None:
        lose.wait(_PATIENCE)

    def dropped_at_once(peer: Any) -> None:
        again.wait(_PATIENCE)

    server = scripted_server(_desktop(wire, 1, first), dropped_at_once, _desktop(wire, 2, lambda peer: peer.hold()))
    states = _States()
    client = client_for(server.port, options=Options(), on_state=states, on_damage=damage.extend)
    client.connect()
    before = client.snapshot()
    statistics = client.statistics()
    lose.set()
    assert isinstance(states.wait_for(State.RECONNECTING), LinkLost)
    for use in (client.snapshot, lambda: client.key(0x61, True), lambda: client.wait_update(0, _PATIENCE)):
        with pytest.raises(LinkLost):
            use()
    again.set()
    states.wait_for(State.CONNECTED, times=2)
    after = client.snapshot()
    assert client.size == (6, 3)
    assert set(after.pixels.flat) == {2}
    assert after.number > before.number
    assert client.statistics().bytes_in > statistics.bytes_in
    client.close()
    assert [state for state, _ in states.seen] == [
        State.CONNECTING,
        State.CONNECTED,
        State.RECONNECTING,
        State.CONNECTED,
        State.CLOSED,
    ]
    assert [part for part in damage if isinstance(part, Damage) and part.width == 6]


def test_after_the_limit_it_is_given_up_and_can_be_asked_again(scripted_server: Any, client_for: Any, wire: Any) -> None:
    lose = threading.Event()
    server = scripted_server(_desktop(wire, 1, lambda peer: lose.wait(_PATIENCE)))
    states = _States()
    client = client_for(server.port, options=Options(reconnect_limit=0.2), on_state=states)
    client.connect()
    server.refuse()
    lose.set()
    error = states.wait_for(State.DISCONNECTED)
    assert isinstance(error, LinkLost)
    assert "within 0.2 s: Nothing listens on" in error.message
    with pytest.raises(LinkLost, match="could not be made again"):
        client.snapshot()
    with pytest.raises(ScreenAgentError, match="Nothing listens on"):
        client.connect()


def test_a_password_that_no_longer_fits_is_not_tried_again(scripted_server: Any, client_for: Any, wire: Any) -> None:
    lose = threading.Event()

    def refuse(peer: Any) -> None:
        peer.send(b"RFB 003.008\n\x00\x00\x00\x00\x02no")
        peer.hold()

    server = scripted_server(_desktop(wire, 1, lambda peer: lose.wait(_PATIENCE)), refuse)
    states = _States()
    client = client_for(server.port, options=Options(), on_state=states)
    client.connect()
    lose.set()
    assert isinstance(states.wait_for(State.DISCONNECTED), AuthenticationFailed)
    assert server.connections == 2


def test_closing_ends_the_attempts(scripted_server: Any, client_for: Any, wire: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(backoff, "FIRST_DELAY", _PATIENCE)
    lose = threading.Event()
    server = scripted_server(_desktop(wire, 1, lambda peer: lose.wait(_PATIENCE)))
    states = _States()
    client: Client = client_for(server.port, options=Options(), on_state=states)
    client.connect()
    lose.set()
    states.wait_for(State.RECONNECTING)
    client.close()
    assert client.state is State.CLOSED
    assert server.connections == 1


def test_a_server_that_drops_everyone_at_once_is_not_tried_for_ever(scripted_server: Any, client_for: Any, wire: Any) -> None:
    server = scripted_server(_desktop(wire, 1, lambda peer: None))
    states = _States()
    client = client_for(server.port, options=Options(reconnect_limit=0.3), on_state=states)
    with contextlib.suppress(LinkLost):
        client.connect()
    error = states.wait_for(State.DISCONNECTED)
    assert isinstance(error, LinkLost)
    assert server.connections > 1


def test_the_delay_doubles_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    class Instant(Waker):
        def wait(self, seconds: float, socket_fd: int | None = None, events: int = 0) -> int:
            waits.append(seconds)
            now[0] += seconds
            return 0

    now = [100.0]
    monkeypatch.setattr(backoff, "FIRST_DELAY", 1.0)
    monkeypatch.setattr(backoff, "LONGEST_DELAY", 5.0)
    monkeypatch.setattr(backoff.time, "monotonic", lambda: now[0])
    waker = Instant()
    try:
        policy = backoff.Backoff(limit=20.0)
        policy.lost(lifetime=100.0, loss=LinkLost("no"))
        for _ in range(4):
            policy.wait(waker)
            policy.failed(LinkLost("no"))
        assert waits == [1.0, 2.0, 4.0, 5.0]
        policy.lost(lifetime=1.0, loss=LinkLost("no"))
        policy.wait(waker)
        assert waits[-1] == 5.0
        policy.lost(lifetime=60.0, loss=LinkLost("no"))
        policy.wait(waker)
        assert waits[-1] == 1.0
        now[0] += 20
        with pytest.raises(LinkLost, match="within 20 s"):
            policy.failed(LinkLost("no"))
        with pytest.raises(LinkLost, match="within 20 s"):
            policy.lost(lifetime=1.0, loss=LinkLost("no"))
        waker.stop()
        with pytest.raises(Cancelled):
            policy.wait(waker)
    finally:
        waker.close()
