"""Servers that go away, stall or are no VNC servers, as the caller of a client meets them; `test_hostile_*.py` has the rest."""

from __future__ import annotations

import logging
import struct
import threading
from collections.abc import Callable
from typing import Any

import pytest

from screenagent.errors import DesktopError, DesktopProtocolError, DesktopUnreachable, LinkLost, ScreenAgentError
from screenagent.rfb import Client, Options, State
from screenagent.rfb.errors import NoGreeting

_PATIENCE = 30.0
_CHALLENGE = bytes(16)
_INIT = struct.pack("!HH16xI", 4, 3, 4) + b"name"

# What a whole conversation looks like, cut where a server may stop: what was sent so far, and what is then missing.
_STAGES = [
    (b"", "its greeting"),
    (b"RFB 003", "its greeting"),
    (b"RFB 003.008\n", "its security types"),
    (b"RFB 003.008\n\x02\x02", "its security types"),
    (b"RFB 003.008\n\x01\x02" + _CHALLENGE[:7], "the password challenge"),
    (b"RFB 003.008\n\x01\x02" + _CHALLENGE, "the result of the security check"),
    (b"RFB 003.008\n\x01\x02" + _CHALLENGE + b"\0\0\0\x01\0\0\0\x05abc", "its reason"),
    (b"RFB 003.008\n\x01\x01" + bytes(4), "the description of its screen"),
    (b"RFB 003.008\n\x01\x01" + bytes(4) + _INIT[:-1], "the description of its screen"),
]


def _connect_error(client: Client) -> DesktopError:
    with pytest.raises(DesktopError) as caught:
        client.connect()
    assert client.state is State.DISCONNECTED
    return caught.value


@pytest.mark.parametrize(("sent", "missing"), _STAGES)
def test_a_server_that_closes_in_the_handshake(scripted_server: Any, client_for: Any, sent: bytes, missing: str) -> None:
    def script(peer: Any) -> None:
        peer.send(sent)
        peer.finish()

    error = _connect_error(client_for(scripted_server(script).port, password="secret"))
    assert type(error) is (DesktopUnreachable if b"\n" in sent else NoGreeting)
    assert f"closed the connection instead of sending {missing}" in error.message


def test_a_web_server_that_speaks_first_is_recognised(scripted_server: Any, client_for: Any) -> None:
    def script(peer: Any) -> None:
        peer.send(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
        peer.finish()

    error = _connect_error(client_for(scripted_server(script).port))
    assert type(error) is DesktopProtocolError
    assert 'is not a VNC server: it answered "HTTP/1.1 400' in error.message


def test_a_web_server_that_waits_for_a_request_is_not_waited_for(scripted_server: Any, client_for: Any) -> None:
    def script(peer: Any) -> None:
        peer.hold()

    error = _connect_error(client_for(scripted_server(script).port, options=Options(connect_timeout=0.2)))
    assert "its greeting" in error.message
    assert "VNC server" in error.hint


class _Watcher:
    """Keeps the states that a client reports."""

    def __init__(self) -> None:
        self.reports: list[tuple[State, ScreenAgentError | None]] = []
        self._changed = threading.Condition()

    def __call__(self, state: State, error: ScreenAgentError | None) -> None:
        with self._changed:
            self.reports.append((state, error))
            self._changed.notify_all()

    def wait_for(self, state: State) -> ScreenAgentError | None:
        with self._changed:
            assert self._changed.wait_for(lambda: any(seen is state for seen, _ in self.reports), _PATIENCE)
            return next(error for seen, error in self.reports if seen is state)


def _connected(
    scripted_server: Any, client_for: Any, wire: Any, then: Callable[[Any], None], **options: Any
) -> tuple[Client, _Watcher, threading.Event]:
    """Connect to a server that goes on with `then` once the returned event is set."""
    go = threading.Event()

    def script(peer: Any) -> None:
        peer.greet()
        peer.send(wire.update(wire.raw(0, 0, 4, 3, 5)))
        peer.read(10)
        go.wait(_PATIENCE)
        then(peer)

    watcher = _Watcher()
    settings = Options(**{"reconnect": False, **options})
    client = client_for(scripted_server(script).port, options=settings, on_state=watcher)
    client.connect()
    return client, watcher, go


@pytest.mark.parametrize(
    ("then", "kind", "named"),
    [
        (lambda peer: peer.finish(), LinkLost, "closed the connection"),
        (lambda peer: (peer.send(b"\0\0\0\x01\0\0"), peer.finish()), LinkLost, "closed the connection"),
        (lambda peer: (peer.send(b"\x77"), peer.hold()), DesktopProtocolError, "unknown type 119"),
    ],
    ids=["closes", "closes in the middle of an update", "unknown message"],
)
def test_a_loss_fails_every_waiter_at_once(
    scripted_server: Any, client_for: Any, wire: Any, then: Callable[[Any], None], kind: type, named: str
) -> None:
    client, watcher, go = _connected(scripted_server, client_for, wire, then)
    failures: list[Exception] = []

    def wait() -> None:
        try:
            client.wait_update(1, _PATIENCE)
        except LinkLost as error:
            failures.append(error)

    waiters = [threading.Thread(target=wait) for _ in range(3)]
    for waiter in waiters:
        waiter.start()
    go.set()
    for waiter in waiters:
        waiter.join(_PATIENCE)
    assert len(failures) == 3
    assert type(watcher.wait_for(State.DISCONNECTED)) is kind
    for use in (client.snapshot, client.refresh, lambda: client.pointer(1, 1, 0), lambda: client.cut_text("x")):
        with pytest.raises(LinkLost, match=named):
            use()


def test_a_snapshot_in_the_middle_of_an_update_shows_the_one_before(scripted_server: Any, client_for: Any, wire: Any) -> None:
    finish = threading.Event()
    rung = threading.Event()
    data = wire.update(wire.raw(0, 0, 4, 3, 6), wire.raw(0, 0, 4, 3, 7))

    def then(peer: Any) -> None:
        peer.send(b"\x02" + data[:-5])
        finish.wait(_PATIENCE)
        peer.send(data[-5:])
        peer.hold()

    go = threading.Event()

    def script(peer: Any) -> None:
        peer.greet()
        peer.send(wire.update(wire.raw(0, 0, 4, 3, 5)))
        go.wait(_PATIENCE)
        then(peer)

    client = client_for(scripted_server(script).port, on_bell=rung.set)
    client.connect()
    go.set()
    assert rung.wait(_PATIENCE)
    half = client.snapshot()
    assert (half.number, set(half.pixels.flat)) == (1, {5})
    finish.set()
    assert client.wait_update(1, _PATIENCE) == 2
    assert set(client.snapshot().pixels.flat) == {7}


def test_a_silent_server_is_asked_and_then_given_up(scripted_server: Any, client_for: Any, wire: Any) -> None:
    asked: list[bytes] = []

    def then(peer: Any) -> None:
        asked.append(peer.read(10))
        peer.hold()

    client, watcher, go = _connected(scripted_server, client_for, wire, then, idle_probe=0.1, idle_limit=0.2)
    go.set()
    with pytest.raises(LinkLost, match="gone silent"):
        client.wait_update(1, _PATIENCE)
    assert isinstance(watcher.wait_for(State.DISCONNECTED), LinkLost)
    assert asked == [struct.pack("!BBHHHH", 3, 0, 0, 0, 1, 1)]


def test_a_server_that_answers_the_probe_is_kept(scripted_server: Any, client_for: Any, wire: Any) -> None:
    damage: list[object] = []
    probes = threading.Semaphore(0)

    def script(peer: Any) -> None:
        peer.greet()
        peer.send(wire.update(wire.raw(0, 0, 4, 3, 5)))
        while len(request := peer.read(10)) == 10:
            if request[1] == 0:
                probes.release()
                peer.send(wire.update(wire.raw(0, 0, 1, 1, 5)))

    options = Options(idle_probe=0.05, idle_limit=_PATIENCE, reconnect=False)
    client = client_for(scripted_server(script).port, options=options, on_damage=damage.extend)
    client.connect()
    for _ in range(3):
        assert probes.acquire(timeout=_PATIENCE)
    assert client.state is State.CONNECTED
    client.close()
    assert len(damage) == 1


def test_a_server_that_takes_no_input_is_given_up(scripted_server: Any, client_for: Any, wire: Any) -> None:
    client, _, go = _connected(scripted_server, client_for, wire, lambda peer: peer.freeze(), send_timeout=0.3)
    go.set()
    text = "x" * 9_000_000

    def fill() -> None:
        while True:
            client.cut_text(text)

    with pytest.raises(LinkLost, match="input"):
        fill()
    with pytest.raises(LinkLost, match="took no input"):
        client.wait_update(1, _PATIENCE)


def test_an_exception_in_a_callback_is_logged_and_breaks_nothing(
    scripted_server: Any, client_for: Any, wire: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def script(peer: Any) -> None:
        peer.greet()
        peer.send(wire.update(wire.raw(0, 0, 4, 3, 5)) + b"\x02\x03" + bytes(7) + wire.update(wire.raw(0, 0, 1, 1, 6)))
        peer.hold()

    called = threading.Semaphore(0)

    def fail(*arguments: object) -> None:
        called.release()
        raise ZeroDivisionError("a fault of the caller's")

    client = client_for(scripted_server(script).port, on_damage=fail, on_state=fail, on_cut_text=fail, on_bell=fail)
    with caplog.at_level(logging.ERROR):
        client.connect()
        assert client.wait_update(1, _PATIENCE) == 2
        for _ in range(5):
            assert called.acquire(timeout=_PATIENCE)
        client.close()
    assert len([record for record in caplog.records if "callback" in record.message]) >= 5


def test_a_client_may_be_closed_from_its_own_callback(scripted_server: Any, client_for: Any, wire: Any) -> None:
    def script(peer: Any) -> None:
        peer.greet()
        peer.send(wire.update(wire.raw(0, 0, 4, 3, 5)) + b"\x02")
        peer.hold()

    client = client_for(scripted_server(script).port, on_bell=lambda: client.close())
    try:
        client.connect()
        client.wait_update(100, _PATIENCE)
    except LinkLost:
        pass
    assert client.state is State.CLOSED
