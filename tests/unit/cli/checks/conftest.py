"""Real servers for the checks to meet: sockets that say given bytes, and HTTP servers whose pages a test writes down."""

import contextlib
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from screenagent.cli.checks import Patient
from screenagent.cli.checks.settings import settings
from screenagent.flow.cancel import CancelToken
from screenagent.settings import Settings
from support.serving import serving

PATIENCE = 30.0


class Speaker:
    """A TCP server that plays its lines to every caller: bytes are sent, a number is how many bytes to read first."""

    def __init__(self, *lines, close=False):
        self._lines = lines
        self._close = close
        self._links = []
        self._threads = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._run(self._accept)

    def _run(self, work):
        thread = threading.Thread(target=work, name="speaker")
        self._threads.append(thread)
        thread.start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                link, _ = self._listener.accept()
                link.settimeout(PATIENCE)
                self._links.append(link)
                self._run(lambda link=link: self._play(link))

    def _play(self, link):
        with contextlib.suppress(OSError):
            for line in self._lines:
                if isinstance(line, bytes):
                    link.sendall(line)
                else:
                    while line > 0:
                        line -= len(link.recv(line)) or PATIENCE
            if self._close:
                link.shutdown(socket.SHUT_WR)
            while link.recv(4096):
                pass

    def stop(self):
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for link in self._links:
            with contextlib.suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(PATIENCE)
        for link in self._links:
            link.close()


@pytest.fixture
def speaker():
    """Start servers with ``speaker(b"RFB 003.008\\n", 12, b"...", close=False)``; each has a ``port``."""
    started = []

    def start(*lines, close=False):
        started.append(Speaker(*lines, close=close))
        return started[-1]

    yield start
    for server in started:
        server.stop()


class Site(ThreadingHTTPServer):
    """An HTTP server; `pages` maps ``"POST /path"`` to a function of the request (headers, JSON body) -> (status, answer).

    An answer is bytes (sent as HTML) or a JSON value.
    """

    daemon_threads = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Pages)
        self.pages = {}
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.port = self.server_port

    def handle_error(self, request, client_address):
        """A caller that has given up is no failure of the server."""


class Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        self._answer()

    def do_POST(self):
        self._answer()

    def _answer(self):
        size = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(size)) if size else None
        page = self.server.pages.get(f"{self.command} {self.path}")
        status, said = page(self.headers, body) if page else (404, b"<html>Not here</html>")
        data = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if isinstance(said, bytes) else "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *words):
        pass


@pytest.fixture
def site():
    """A running `Site`."""
    with serving(Site()) as running:
        yield running


@pytest.fixture
def examine(config):
    """Run one check: ``examine(check, settings_text, ask_seconds=...)`` returns what it found."""

    def run(check, text="", **more):
        patient = Patient(lambda: Settings.load(config(text) if text else None), **more)
        loaded = list(settings(patient, CancelToken()))
        assert patient.settings, loaded
        return list(check(patient, CancelToken()))

    return run
