"""A real HTTP server whose answers a test writes down, and the values of a call."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from screenagent.domain.exchange import Picture, Prompt, Role
from screenagent.domain.geometry import Size
from screenagent.flow.cancel import CancelToken
from support.serving import serving

PATIENCE = 30.0


@dataclass
class Said:
    """One answer: a JSON value, or raw bytes with their content type."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Streamed:
    """An answer in pieces: bytes that are sent at once, and calls that are made before going on.

    Framed in chunks, or else ended by closing; with `stays` the connection is held open until the caller closes it.
    """

    pieces: list[bytes | Callable[[], object]]
    chunked: bool = True
    stays: bool = False
    media_type: str = "text/event-stream; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    breaks: bool = False


@dataclass
class Heard:
    """One request as the server got it."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class Server(ThreadingHTTPServer):
    """Gives its answers one after the other; the last one for ever."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[Said | Streamed] = []
        self.hung_up = threading.Event()
        self.heard: list[Heard] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def say(self, *answers: Said | Streamed | Any) -> None:
        self.answers = [answer if isinstance(answer, (Said, Streamed)) else Said(answer) for answer in answers]


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append(Heard(self.path, {k.lower(): v for k, v in self.headers.items()}, json.loads(body)))
        answer = self.server.answers[min(len(self.server.heard), len(self.server.answers)) - 1]
        if isinstance(answer, Streamed):
            return self._stream(answer)
        raw = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        self.send_response(answer.status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(raw)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)
        return None

    def _stream(self, answer: Streamed) -> None:
        self.close_connection = True
        self.protocol_version = "HTTP/1.1"
        self.send_response(200)
        framing = {"Transfer-Encoding": "chunked"} if answer.chunked else {"Connection": "close"}
        for name, value in {"Content-Type": answer.media_type, **framing, **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.connection.settimeout(PATIENCE)
        try:
            for piece in answer.pieces:
                if callable(piece):
                    piece()
                else:
                    self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if answer.chunked else piece)
            if answer.stays and self.connection.recv(1) == b"":
                self.server.hung_up.set()
            if answer.chunked and not answer.breaks:
                self.wfile.write(b"0\r\n\r\n")
        except ConnectionError:
            self.server.hung_up.set()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server():
    """A server on a free port of this machine, gone with the test."""
    with serving(Server()) as server:
        yield server


@pytest.fixture
def said():
    """Make an answer with a status, headers or a raw body."""
    return Said


@pytest.fixture
def streamed():
    """Make an answer that is sent in pieces."""
    return Streamed


@pytest.fixture
def prompt():
    """A prompt with a picture of six bytes."""
    return Prompt(Role.ACTOR, "What now?", Picture(b"\xff\xd8\xff1\xff\xd9", "image/jpeg", Size(4, 3)), Size(4, 3))


@pytest.fixture
def cancel():
    """A cancellation that nobody has asked for yet."""
    return CancelToken()


@pytest.fixture
def events():
    """A list to emit into."""
    return []
