"""Clients that do not send, or do not take, what they began: they are cut off, and nobody else waits for them."""

from __future__ import annotations

import select
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest

from screenagent_clipboard.limits import MIB, Limits
from unit.clipboard_server.crowd import ask, connected, getting, head, last_words, setting, statuses

_BODY = 8 * MIB
_HURRIED = Limits(body=_BODY, room=_BODY, head_time=0.5, pause_time=0.5, body_time=1.5, answer_time=1.0)
_UNHURRIED = Limits(head_time=300.0, pause_time=300.0, body_time=300.0, answer_time=300.0, stop_time=0.5)
_LARGE = "x" * (_BODY - 1000)


@pytest.fixture(scope="module")
def hurried(display: str, run_service: Callable[..., Any]) -> Iterator[Any]:
    """The service with short deadlines, and room for one large text at a time."""
    with run_service({"DISPLAY": display}, limits=_HURRIED) as running:
        yield running


@pytest.fixture(autouse=True)
def still_works(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "hurried" in request.fixturenames:
        assert request.getfixturevalue("hurried").works()


@pytest.mark.parametrize("begun", [b"G", b"POST /clipboard HTTP/1.1\r\nHost: desktop\r\nContent-"])
def test_a_head_that_does_not_end_is_given_up_on(hurried: Any, begun: bytes) -> None:
    with connected(hurried.url) as slow:
        slow.sendall(begun)
        answer = last_words(slow)
    assert answer.status == 408
    assert answer.json() == {"success": False, "message": "The request arrived too slowly."}


def test_a_head_in_drops_is_given_up_on_too(hurried: Any) -> None:
    with connected(hurried.url) as slow:
        assert _drip(slow, b"GET /health HTTP/1.1\r\nX: ", b"x") == 408


def test_a_connection_that_sends_nothing_is_closed(hurried: Any) -> None:
    with connected(hurried.url) as silent:
        assert last_words(silent).status == 0


def test_a_second_request_has_the_deadlines_of_the_first(hurried: Any) -> None:
    with connected(hurried.url) as slow:
        slow.sendall(b"GET /health HTTP/1.1\r\nHost: desktop\r\n\r\n")
        assert slow.recv(1000).startswith(b"HTTP/1.1 200")
        slow.sendall(b"GET /health HTTP/1.1\r\n")
        assert last_words(slow).status == 408


@pytest.mark.parametrize("token", [None, "the-token-of-the-tests"], ids=["stranger", "controller"])
def test_a_body_that_stops_is_given_up_on(hurried: Any, token: str | None) -> None:
    with connected(hurried.url) as slow:
        slow.sendall(head("POST", "/clipboard", 100, token) + b'{"text":')
        answer = last_words(slow)
    assert answer.status == 408
    assert answer.json()["success"] is False


def test_a_body_in_drops_is_given_up_on_too(hurried: Any) -> None:
    with connected(hurried.url) as slow:
        assert _drip(slow, head("POST", "/clipboard", 1000), b" ") == 408


def test_a_body_that_nobody_reads_does_not_keep_a_connection(hurried: Any) -> None:
    with connected(hurried.url) as slow:
        slow.sendall(b"GET /health HTTP/1.1\r\nHost: desktop\r\nContent-Length: 1000\r\n\r\n")
        assert _drip(slow, b"", b" ") == 200


def test_a_body_that_breaks_off_leaves_nothing_behind(hurried: Any) -> None:
    for _ in range(3):
        with connected(hurried.url) as gone:
            gone.sendall(head("POST", "/clipboard", _BODY) + b" " * (_BODY - 1))
    assert hurried.set(_LARGE).status_code == 200


def test_large_texts_wait_for_the_room_of_a_slow_one_and_then_arrive(hurried: Any) -> None:
    with connected(hurried.url) as slow:
        slow.sendall(head("POST", "/clipboard", _BODY) + b" " * 100_000)
        assert statuses(ask(hurried.url, [setting(_LARGE, hurried.token)] * 3)) == {200}
        assert last_words(slow).status == 408


def test_a_body_beyond_the_bound_holds_no_room_while_its_end_is_waited_for(display: str, run_service: Callable[..., Any]) -> None:
    limits = Limits(body=MIB, room=MIB, pause_time=60.0, body_time=60.0)
    with run_service({"DISPLAY": display}, limits=limits) as service, connected(service.url) as endless:
        endless.sendall(head("POST", "/clipboard", None, None, "Transfer-Encoding: chunked") + b"ffffffff\r\n" + b" " * 2 * MIB)
        assert service.set("x" * 500_000).status_code == 200


def test_who_does_not_take_its_answer_is_cut_off_and_gives_the_room_back(hurried: Any) -> None:
    assert hurried.set(_LARGE).status_code == 200
    with ExitStack() as stack:
        slow = [stack.enter_context(_deaf(hurried)) for _ in range(2)]
        for connection in slow:
            assert _was_reset(connection)
    assert hurried.get().json()["text"] == _LARGE


def test_connections_beyond_the_bound_are_told_to_come_back(display: str, run_service: Callable[..., Any]) -> None:
    limits = replace(_HURRIED, connections=3, head_time=60.0)
    with run_service({"DISPLAY": display}, limits=limits) as service:
        with ExitStack() as stack:
            for _ in range(3):
                stack.enter_context(connected(service.url))
            with connected(service.url) as one_too_many:
                answer = last_words(one_too_many)
            assert answer.status == 503
            assert answer.headers["retry-after"] == "2"
        while (answer := ask(service.url, [getting(service.token)])[0]).status == 503:
            pass  # the three have hung up, which the service hears of in its own time
        assert answer.status == 200


def test_it_stops_whatever_its_clients_are_in_the_middle_of(display: str, run_service: Callable[..., Any]) -> None:
    with run_service({"DISPLAY": display}, limits=_UNHURRIED) as service, ExitStack() as stack:
        assert service.set("x" * 9 * MIB).status_code == 200
        clients = [stack.enter_context(connected(service.url)) for _ in range(6)]
        clients[0].sendall(b"POST /clip")
        clients[1].sendall(head("POST", "/clipboard", 100) + b"{")
        clients[2].sendall(head("POST", "/clipboard", 9 * MIB) + b" " * MIB)
        clients[3].sendall(head("GET", "/health").replace(b"close", b"keep-alive"))
        assert clients[3].recv(1000)
        clients[4].sendall(b"GET /health HTTP/1.1\r\nHost: desktop\r\nContent-Length: 10\r\n\r\n")
        assert clients[4].recv(1000)
        stack.enter_context(_deaf(service))
        service.process.send_signal(signal.SIGTERM)
        _, errors = service.process.communicate(timeout=60)
        assert (service.process.returncode, errors) == (0, "")


def _drip(connection: socket.socket, start: bytes, drop: bytes) -> int:
    """Send a beginning, then drop by drop until the other end has had enough; return the status it answers with."""
    heard = b""
    connection.sendall(start)
    while True:
        if select.select([connection], [], [], 0.05)[0]:
            try:
                piece = connection.recv(10_000)
            except ConnectionError:
                piece = b""
            heard += piece
            if not piece:
                return int(heard.split()[1])
        else:
            connection.sendall(drop)


def _deaf(service: Any) -> socket.socket:
    """A client that asks for the text and takes only the beginning."""
    port = int(service.url.rpartition(":")[2])
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", port))
    connection.sendall(getting(service.token))
    connection.settimeout(60)
    assert connection.recv(10).startswith(b"HTTP/1.1 2")
    return connection


def _was_reset(connection: socket.socket) -> bool:
    """Whether the other end resets the connection within a minute."""
    poll = select.poll()
    poll.register(connection, 0)
    return bool(poll.poll(60_000))
