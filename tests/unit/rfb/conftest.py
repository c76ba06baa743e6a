"""Servers to test against: a real Xtigervnc, and scripted ones that misbehave on purpose."""

from __future__ import annotations

import contextlib
import itertools
import select
import socket
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from screenagent.rfb import Client, Options
from support.rfb_visitor import Visitor
from support.rfb_wire import HANDSHAKE, raw, rectangle, server_init, update

PATIENCE = 30.0


class RealServer:
    """An Xtigervnc, and what its X server can be asked."""

    def __init__(self, server: Any) -> None:
        self.port: int = server.port
        self.password: str = server.password
        self._environment = server.environment()

    def x(self, *command: str, stdin: bytes = b"") -> bytes:
        """Run an X client on the display and return what it prints."""
        done = subprocess.run(command, env=self._environment, input=stdin, capture_output=True, timeout=PATIENCE, check=True)
        return done.stdout

    def start_x(self, *command: str) -> subprocess.Popen[bytes]:
        """Start an X client whose output can be read."""
        return subprocess.Popen(command, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def picture(self) -> np.ndarray:
        """Return what the X server itself shows as (height, width, 3) BGR, without the pointer."""
        dump = self.x("xwd", "-root", "-silent")
        head = struct.unpack("!25I", dump[:100])
        size, width, height, row, colours = head[0], head[4], head[5], head[12], head[19]
        pixels = np.frombuffer(dump, np.uint8, offset=size + 12 * colours).reshape(height, row)
        return pixels[:, : 4 * width].reshape(height, width, 4)[:, :, :3]


@pytest.fixture
def real_server(xtigervnc: Any) -> Callable[..., RealServer]:
    """Return a starter of real servers: ``real_server("64x48", "-SecurityTypes", "None")``."""

    def start(geometry: str, *arguments: str) -> RealServer:
        width, height = geometry.split("x")
        return RealServer(xtigervnc((int(width), int(height)), *arguments))

    return start


class Peer:
    """A scripted server's end of one connection."""

    def __init__(self, link: socket.socket) -> None:
        self._link = link
        link.settimeout(PATIENCE)

    def send(self, data: bytes) -> None:
        """Send all of `data`; a client that has gone away is no failure."""
        with contextlib.suppress(OSError):
            self._link.sendall(data)

    def read(self, size: int) -> bytes:
        """Read exactly `size` bytes, or fewer at the end of the stream."""
        data = b""
        while len(data) < size:
            try:
                piece = self._link.recv(size - len(data))
            except OSError:
                break
            if not piece:
                break
            data += piece
        return data

    def hold(self) -> None:
        """Read and forget until the client goes."""
        while self.read(1):
            pass

    def finish(self) -> None:
        """Send the end of the stream, then read and forget until the client goes: it sees an orderly end, not a reset."""
        with contextlib.suppress(OSError):
            self._link.shutdown(socket.SHUT_WR)
        self.hold()

    def flood(self, data: bytes, *, reading: bool = True) -> None:
        """Send `data` again and again until the client goes; what it sends is forgotten, or left unread."""
        with contextlib.suppress(OSError):
            while True:
                self._link.sendall(data)
                if reading and select.select([self._link], [], [], 0)[0] and not self._link.recv(1 << 16):
                    return

    def drip(self, data: bytes, pause: float) -> None:
        """Send `data` again and again, a byte in `pause` seconds, until the client goes."""
        for byte in itertools.cycle(data):
            self.send(bytes([byte]))
            if select.select([self._link], [], [], pause)[0] and not self.read(1):
                return

    def freeze(self) -> None:
        """Read nothing until the client goes."""
        poll = select.poll()
        poll.register(self._link.fileno(), select.POLLRDHUP)
        poll.poll(PATIENCE * 1000)

    def greet(self, width: int = 4, height: int = 3, name: bytes = b"scripted") -> None:
        """Carry out a whole 3.8 handshake without password, and read the client's three opening messages."""
        self.send(b"RFB 003.008\n")
        self.read(12)
        self.send(b"\x01\x01")
        self.read(1)
        self.send(bytes(4))
        self.read(1)
        self.send(server_init(width, height, name))
        self.read(20)
        head = self.read(4)
        self.read(4 * struct.unpack("!xxH", head)[0] if len(head) == 4 else 0)
        self.read(10)


class Bytes:
    """Builders of what a server sends."""

    server_init = staticmethod(server_init)
    update = staticmethod(update)
    rectangle = staticmethod(rectangle)
    raw = staticmethod(raw)
    handshake = HANDSHAKE


@pytest.fixture(scope="session")
def wire() -> type[Bytes]:
    """Return builders of server messages."""
    return Bytes


class ScriptedServer:
    """Accepts connections and runs the next script for each, the last one again and again."""

    def __init__(self, *scripts: Callable[[Peer], None]) -> None:
        self._scripts = list(scripts)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.connections = 0
        self._links: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name="scripted server")
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                link, _ = self._listener.accept()
            except OSError:
                return
            script = self._scripts[min(self.connections, len(self._scripts) - 1)]
            self.connections += 1
            self._links.append(link)
            self._start(lambda script=script, link=link: self._play(script, link))

    @staticmethod
    def _play(script: Callable[[Peer], None], link: socket.socket) -> None:
        try:
            script(Peer(link))
        finally:
            link.close()

    def refuse(self) -> None:
        """Stop listening; open connections go on."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def stop(self) -> None:
        """End everything."""
        self.refuse()
        for link in self._links:
            with contextlib.suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(PATIENCE)


@pytest.fixture
def scripted_server() -> Iterator[Callable[..., ScriptedServer]]:
    """Return a starter of scripted servers; each script is a function of a `Peer`."""
    servers: list[ScriptedServer] = []

    def start(*scripts: Callable[[Peer], None]) -> ScriptedServer:
        servers.append(ScriptedServer(*scripts))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def client_for() -> Iterator[Callable[..., Client]]:
    """Return a maker of clients for a server's port, which are closed at the end."""
    clients: list[Client] = []

    def make(port: int, *, options: Options | None = None, **arguments: object) -> Client:
        client = Client("127.0.0.1", port, options=options or Options(reconnect=False), **arguments)  # type: ignore[arg-type]
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.close()


@pytest.fixture(scope="module")
def visitor() -> Iterator[Visitor]:
    """Another process that visits servers and tells what came of it."""
    visitor = Visitor()
    yield visitor
    visitor.end()
