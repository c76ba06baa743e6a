"""Making the connection."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from screenagent.errors import Cancelled, DesktopUnreachable
from screenagent.rfb.dial import dial
from screenagent.rfb.waker import Waker

_PATIENCE = 30.0


@pytest.fixture
def waker() -> Iterator[Waker]:
    made = Waker()
    yield made
    made.close()


@pytest.fixture
def full_port() -> Iterator[int]:
    """A port whose queue is full, so that a further connection is neither made nor refused."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        port = int(listener.getsockname()[1])
        for _ in range(16):
            caller = stack.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.1", port))
            if not select.select([], [caller], [], 0.2)[1]:
                break
        yield port


def test_a_name_is_looked_up_and_every_address_tried(waker: Waker, scripted_server: Any) -> None:
    server = scripted_server(lambda peer: peer.hold())
    with dial("localhost", server.port, time.monotonic() + _PATIENCE, waker) as link:
        assert link.getpeername()[1] == server.port
        assert link.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert link.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_no_answer_ends_at_the_deadline(waker: Waker, full_port: int) -> None:
    with pytest.raises(DesktopUnreachable, match="did not answer within"):
        dial("127.0.0.1", full_port, time.monotonic() + 0.2, waker)


def test_a_stop_ends_the_attempt(waker: Waker, full_port: int) -> None:
    stopper = threading.Timer(0.1, waker.stop)
    stopper.start()
    with pytest.raises(Cancelled):
        dial("127.0.0.1", full_port, time.monotonic() + _PATIENCE, waker)
    stopper.join()


def test_an_address_without_a_route_is_said_so(waker: Waker) -> None:
    with pytest.raises(DesktopUnreachable, match=r"\[ff02::1\]:5900"):
        dial("ff02::1", 5900, time.monotonic() + 0.5, waker)


def test_a_name_that_is_no_name_is_said_so(waker: Waker) -> None:
    with pytest.raises(DesktopUnreachable, match="no machine named"):
        dial("a" * 300, 5900, time.monotonic() + _PATIENCE, waker)


@pytest.mark.parametrize(
    ("number", "said"), [(socket.EAI_NONAME, "no machine named"), (socket.EAI_AGAIN, "no name server answers")]
)
def test_an_unknown_name_and_a_silent_name_server_are_told_apart(
    waker: Waker, monkeypatch: pytest.MonkeyPatch, number: int, said: str
) -> None:
    def look_up(*_: Any, **__: Any) -> None:
        raise socket.gaierror(number, "no")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(DesktopUnreachable, match=said):
        dial("desk", 5900, time.monotonic() + _PATIENCE, waker)


def test_ipv6_is_spoken(waker: Waker) -> None:
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6")
    with listener, dial("::1", listener.getsockname()[1], time.monotonic() + _PATIENCE, waker) as link:
        assert link.getpeername() == listener.getsockname()


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[socket.socket]:
    """A unix socket."""
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(tmp_path / "vnc"))
        made.listen(0)
        yield made


@pytest.mark.parametrize("prefix", ["", "unix:"])
def test_a_path_is_a_unix_socket(waker: Waker, listener: socket.socket, prefix: str) -> None:
    with dial(prefix + listener.getsockname(), 5900, time.monotonic() + _PATIENCE, waker) as link:
        assert link.getpeername() == listener.getsockname()


def test_a_unix_socket_without_a_server_is_said_so(waker: Waker, listener: socket.socket) -> None:
    path = listener.getsockname()
    listener.close()
    for gone, said in ((path, "refused"), (f"{path}-more", "no such socket"), (f"/{'x' * 200}", "too long")):
        with pytest.raises(DesktopUnreachable, match=f"Nothing listens on {gone}: .*{said}"):
            dial(gone, 5900, time.monotonic() + _PATIENCE, waker)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open everything")
def test_a_unix_socket_of_somebody_else_s_is_said_so(waker: Waker, listener: socket.socket) -> None:
    Path(listener.getsockname()).chmod(0)
    with pytest.raises(DesktopUnreachable, match="may not be opened"):
        dial(listener.getsockname(), 5900, time.monotonic() + _PATIENCE, waker)


def test_a_unix_socket_with_a_full_queue_is_waited_for_until_the_deadline(waker: Waker, listener: socket.socket) -> None:
    path = listener.getsockname()
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(path)
        with pytest.raises(DesktopUnreachable, match=r"took no connection within 0\.2 s"):
            dial(path, 5900, time.monotonic() + 0.2, waker)
        taking = threading.Timer(0.1, lambda: listener.accept()[0].close())
        taking.start()
        dial(path, 5900, time.monotonic() + _PATIENCE, waker).close()
        taking.join()


def test_a_waker_ends_waits_from_any_thread_and_outlives_its_close() -> None:
    waker = Waker()
    waker.wake()
    assert waker.wait(_PATIENCE) == 0
    for _ in range(100_000):
        waker.wake()
    assert waker.wait(_PATIENCE) == 0
    waker.close()
    waker.wake()
    waker.stop()
    assert waker.stopped
