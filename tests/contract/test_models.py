"""What every HTTP protocol promises, whatever the server does: the whole reply, an error that explains, or a quick stop.

The servers are real sockets that stop at a chosen moment and stay there until the test is over.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import ExitStack

import pytest

from screenagent.domain.events import CallRetried
from screenagent.domain.exchange import Picture, Prompt, Role
from screenagent.domain.geometry import Size
from screenagent.errors import Cancelled, ModelError, ModelTimeout, ModelUnreachable
from screenagent.flow.cancel import CancelToken
from screenagent.models import ModelOptions, http, make

PROTOCOLS = ["worker_generate", "chat_completions"]
ANSWER = json.dumps(
    {"text": "[]", "error_code": 0, "choices": [{"message": {"content": "[]"}, "finish_reason": "stop"}]}
).encode()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
STREAM_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
PATIENCE = 30.0
BOUND = 1.0
"""Seconds that stopping may take here: ten times what is promised, for a machine that is busy with other things."""


class Peer:
    """A server on a free port whose `behave(line, peer)` is run for each connection, on a thread of its own."""

    def __init__(self, behave):
        self.over = threading.Event()
        self.reached = threading.Event()
        self._behave = behave
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()
        self.port = self._listener.getsockname()[1]

    def _accept(self):
        while not self.over.is_set():
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            if self.over.is_set():
                line.close()
                return
            self._threads.append(threading.Thread(target=self._serve, args=(line,)))
            self._threads[-1].start()

    def _serve(self, line):
        with line:
            try:
                self._behave(line, self)
            except OSError:
                pass

    def stay(self):
        """Say that the moment has come, and stay there."""
        self.reached.set()
        self.over.wait(PATIENCE)

    def close(self):
        self.over.set()
        with socket.create_connection(("127.0.0.1", self.port)):
            pass
        for thread in self._threads:
            thread.join()
        self._listener.close()


def receive(line):
    data = line.recv(65536)
    if not data:
        raise ConnectionError("the caller is gone")
    return data


def read_request(line):
    data = b""
    while b"\r\n\r\n" not in data:
        data += receive(line)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(int(row.split(b":")[1]) for row in head.split(b"\r\n") if row.lower().startswith(b"content-length"))
    left = length - len(body)
    while left > 0:
        left -= len(receive(line))


def event(text):
    return b"data: " + json.dumps({"choices": [{"index": 0, "delta": {"content": text}}]}).encode() + b"\n\n"


def chunk(data):
    return b"%x\r\n%b\r\n" % (len(data), data)


def never_reads(line, peer):
    peer.stay()


def reads_and_is_silent(line, peer):
    read_request(line)
    peer.stay()


def stops_in_the_head(line, peer):
    read_request(line)
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-")
    peer.stay()


def stops_in_the_body(line, peer):
    read_request(line)
    line.sendall(HEAD % 1000 + b'{"text": "')
    peer.stay()


def drips(line, peer):
    read_request(line)
    line.sendall(HEAD % 100_000)
    peer.reached.set()
    while not peer.over.wait(0.01):
        line.sendall(b" ")


def stops_in_the_stream(line, peer):
    read_request(line)
    line.sendall(STREAM_HEAD + chunk(event("[")) + b"80\r\ndata: {")
    peer.stay()


def drips_a_stream(line, peer):
    read_request(line)
    line.sendall(STREAM_HEAD)
    peer.reached.set()
    while not peer.over.wait(0.01):
        line.sendall(chunk(event("[")))


def answers(line, peer):
    read_request(line)
    line.sendall(HEAD % len(ANSWER) + ANSWER)


@pytest.fixture
def peer():
    """Start a server with one behaviour; it is gone with the test."""
    with ExitStack() as stack:

        def start(behave):
            server = Peer(behave)
            stack.callback(server.close)
            return server

        yield start


@pytest.fixture
def cancel():
    return CancelToken()


@pytest.fixture(autouse=True)
def _no_thread_is_left():
    yield
    for thread in threading.enumerate():
        if thread.name == "model-call":
            thread.join(10)
            assert not thread.is_alive()


def prompt(size=1000):
    return Prompt(Role.ACTOR, "What now?", Picture(b"\xff" * size, "image/jpeg", Size(4, 3)), Size(4, 3))


def model(protocol, port, scheme="http", **options):
    return make(protocol, ModelOptions("Mine", f"{scheme}://127.0.0.1:{port}", **{"timeout": PATIENCE, **options}))


def stop_when(ready, cancel):
    """Cancel as soon as `ready` returns, on another thread; return a list that gets the moment."""
    moments = []

    def wait():
        ready()
        moments.append(time.monotonic())
        cancel.cancel()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread, moments


def expect_a_quick_stop(call, ready, cancel, over):
    thread, moments = stop_when(ready, cancel)
    with pytest.raises(Cancelled):
        call()
    ended = time.monotonic()
    assert not over.is_set(), "the call came back only because the server gave way"
    thread.join()
    assert ended - moments[0] < BOUND


STAGES = [
    never_reads,
    reads_and_is_silent,
    stops_in_the_head,
    stops_in_the_body,
    drips,
    stops_in_the_stream,
    drips_a_stream,
]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("behave", STAGES, ids=lambda behave: behave.__name__)
@pytest.mark.parametrize("size", [1000, 6_000_000], ids=["small", "large"])
def test_stop_frees_a_call_in_every_stage(protocol, behave, size, peer, cancel):
    server = peer(behave)
    mine, question = model(protocol, server.port), prompt(size)
    expect_a_quick_stop(lambda: mine.complete(question, cancel, print), server.reached.wait, cancel, server.over)


def test_stop_frees_a_call_in_the_tls_handshake(peer, cancel):
    server = peer(never_reads)
    mine = model("chat_completions", server.port, "https", connect_timeout=PATIENCE)
    expect_a_quick_stop(lambda: mine.complete(prompt(), cancel, print), server.reached.wait, cancel, server.over)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_stop_frees_a_call_that_connects(scheme, cancel):
    """A full accept queue leaves a connection unanswered, as a machine that is switched off does."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        _fill(listener, stack)
        mine = model("worker_generate", listener.getsockname()[1], scheme, connect_timeout=PATIENCE, retries=0)
        began = threading.Event()

        def under_way():
            while not any(thread.name == "model-call" for thread in threading.enumerate()):
                began.wait(0.005)
            began.wait(0.05)

        expect_a_quick_stop(lambda: mine.complete(prompt(), cancel, print), under_way, cancel, threading.Event())


def _fill(listener, stack):
    """Connect until nobody is let in any more."""
    for _ in range(20):
        line = stack.enter_context(socket.socket())
        line.settimeout(0.2)
        try:
            line.connect(listener.getsockname())
        except TimeoutError:
            return
    pytest.skip("this system queues connections without end")


def test_stop_does_not_wait_for_a_name_to_be_looked_up(cancel, monkeypatch):
    looking, found = threading.Event(), threading.Event()

    def look_up(*_, **__):
        looking.set()
        found.wait(PATIENCE)
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    mine = make("worker_generate", ModelOptions("Mine", "http://slow.invalid"))
    try:
        expect_a_quick_stop(lambda: mine.complete(prompt(), cancel, print), looking.wait, cancel, found)
    finally:
        found.set()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_call_that_is_stopped_beforehand_reaches_nobody(protocol, peer, cancel):
    server = peer(answers)
    cancel.cancel()
    with pytest.raises(Cancelled):
        model(protocol, server.port).complete(prompt(), cancel, print)
    assert not any(thread.name == "model-call" for thread in threading.enumerate())


@pytest.mark.parametrize("moment", range(12))
def test_stop_at_any_moment_ends_cleanly(moment, peer, cancel):
    """Stopped somewhere between the first byte and the last: either the reply is whole, or the call was stopped."""
    server = peer(answers)
    mine = model("worker_generate", server.port)
    timer = threading.Timer(moment * 0.0005, cancel.cancel)
    timer.start()
    try:
        assert mine.complete(prompt(), cancel, print).text == "[]"
    except Cancelled:
        assert cancel.event.is_set()
    timer.join()


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("behave", [reads_and_is_silent, drips, drips_a_stream], ids=lambda behave: behave.__name__)
def test_the_whole_reply_has_a_time_limit(protocol, behave, peer, cancel):
    """Bytes that drip in do not prolong it."""
    server = peer(behave)
    with pytest.raises(ModelTimeout, match=r"did not answer within 0\.3 s"):
        model(protocol, server.port, timeout=0.3).complete(prompt(), cancel, print)
    assert not server.over.is_set()


def test_a_connection_that_does_not_come_about_has_a_short_time_limit(cancel):
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        _fill(listener, stack)
        mine = model("worker_generate", listener.getsockname()[1], connect_timeout=0.2, retries=0)
        with pytest.raises(ModelUnreachable, match="in time"):
            mine.complete(prompt(), cancel, print)


def reset(line):
    """Close with a reset, as a process that is killed does."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_worker_that_recovers_is_waited_for(protocol, peer, cancel, monkeypatch):
    """Killed, half-way, busy, and then well: one event for each failure, in order."""
    monkeypatch.setattr(http, "FIRST_DELAY", 0.001)
    calls = iter(range(100))

    def recovers(line, _):
        call = next(calls)
        if call == 0:
            return reset(line)
        read_request(line)
        if call == 1:
            return reset(line)
        if call == 2:
            return line.sendall(HEAD % 1000 + b'{"text"')
        if call == 3:
            return line.sendall(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nRetry-After: 0\r\n\r\n")
        return line.sendall(HEAD % len(ANSWER) + ANSWER)

    events = []
    reply = model(protocol, peer(recovers).port).complete(prompt(), cancel, events.append)
    assert reply.text == "[]"
    assert all(isinstance(event, CallRetried) for event in events)
    assert [event.attempt for event in events] == [2, 3, 4, 5]
    assert [event.reason for event in events] == ["connection lost", "connection lost", "the answer broke off", "status 503"]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_worker_that_hangs_up_at_once_is_told_as_lost(protocol, peer, cancel, monkeypatch):
    monkeypatch.setattr(http, "FIRST_DELAY", 0.0001)
    mine = model(protocol, peer(lambda line, _: reset(line)).port, retries=9)
    events = []
    with pytest.raises(ModelUnreachable, match="broke before an answer came"):
        mine.complete(prompt(), cancel, events.append)
    assert {event.reason for event in events} == {"connection lost"}


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0" * 100,
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 999999 Odd\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX: nothing in it\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX: no JSON\r\n\r\ndata: hello\n\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX: \0\r\n\r\n" + b"\xff\0" * 5000,
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"\r\n",
        b"HTTP/1.1 200 " + b"O" * 100_000 + b"\r\n\r\n",
    ],
    ids=lambda raw: raw[:90].decode("latin-1").strip().replace("\0", "0") or "nothing",
)
def test_whatever_a_server_says_ends_in_an_error_of_ours(protocol, raw, peer, cancel, monkeypatch):
    monkeypatch.setattr(http, "FIRST_DELAY", 0.001)

    def says(line, _):
        read_request(line)
        line.sendall(raw)

    with pytest.raises(ModelError) as caught:
        model(protocol, peer(says).port, retries=1).complete(prompt(), cancel, lambda _: None)
    assert "127.0.0.1" in str(caught.value)
    assert caught.value.hint
