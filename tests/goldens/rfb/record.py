"""Record what a real Xtigervnc sends; README.md in this folder says how and when."""

from __future__ import annotations

import gzip
import os
import select
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

from screenagent.rfb import outgoing
from screenagent.rfb.channel import CutText
from screenagent.rfb.security.vncauth import encrypt_challenge
from screenagent.rfb.session import Session

FOLDER = Path(__file__).resolve().parent
PASSWORD = "goldens1"
PATIENCE = 20.0


class Recording:
    """One conversation: drives a session over a socket and keeps both directions."""

    def __init__(self, port: int, display: str, password: str | None) -> None:
        self.session = Session("recorded", password=password)
        self.received, self.sent = bytearray(), bytearray()
        self.texts: list[str] = []
        self.expected = np.zeros((0, 0, 3), np.uint8)
        self._display = display
        self._link = socket.create_connection(("127.0.0.1", port), PATIENCE)

    def x(self, *command: str, stdin: bytes = b"") -> bytes:
        """Run an X client."""
        environment = {**os.environ, "DISPLAY": self._display}
        return subprocess.run(command, env=environment, input=stdin, stdout=subprocess.PIPE, check=True).stdout

    def picture(self) -> np.ndarray:
        """The X server's own picture, (height, width, 3) BGR."""
        dump = self.x("xwd", "-root", "-silent")
        head = struct.unpack("!25I", dump[:100])
        pixels = np.frombuffer(dump, np.uint8, offset=head[0] + 12 * head[19]).reshape(head[5], head[12])
        return pixels[:, : 4 * head[4]].reshape(head[5], head[4], 4)[:, :, :3]

    def input(self, message: bytes) -> None:
        """Send a message that is not the session's own; it is not kept."""
        self._link.sendall(message)

    def until(self, done: Callable[[], bool]) -> None:
        """Converse until `done`, which is asked only where everything received has been read."""
        end = time.monotonic() + PATIENCE
        while not done():
            if time.monotonic() > end:
                raise SystemExit("the desktop did not get there")
            if select.select([self._link], [], [], 0.05)[0]:
                data = self._link.recv(1 << 16)
                self.received += data
                self.session.feed(data)
                answer = self.session.to_send()
                self.sent += answer
                self._link.sendall(answer)
                self.texts += [event.text for event in self.session.take_events() if isinstance(event, CutText)]

    def shows(self) -> bool:
        """Tell whether our picture is the X server's."""
        self.expected = self.picture()
        return self.session.framebuffer.complete and np.array_equal(self._pixels(), self.expected)

    def _pixels(self) -> np.ndarray:
        return self.session.framebuffer.snapshot().pixels[:, :, :3]

    def save(self, name: str) -> None:
        """Write the three files of this recording."""
        if not np.array_equal(self._pixels(), self.expected):
            raise SystemExit("the picture changed after it was compared")
        for direction, data in (("server", self.received), ("client", self.sent)):
            (FOLDER / f"{name}.{direction}.gz").write_bytes(gzip.compress(bytes(data), mtime=0))
        Image.fromarray(np.ascontiguousarray(self.expected[:, :, ::-1])).save(FOLDER / f"{name}.png", optimize=True)
        self._link.close()


@contextmanager
def desktop(*arguments: str) -> Iterator[tuple[int, str]]:
    """Run an Xtigervnc of 64x48 pixels; yield its port and display."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "password"
        file.write_bytes(encrypt_challenge("\x17Rk\x06#NX\x07", PASSWORD.encode()))
        reading, writing = os.pipe()
        command = ["Xtigervnc", "-displayfd", str(writing), "-localhost", "-nolisten", "tcp", "-noreset", "-depth", "24"]
        command += ["-geometry", "64x48", "-desktop", "golden", "-PasswordFile", str(file), *arguments]
        server = subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL)
        os.close(writing)
        try:
            with os.fdopen(reading) as answer:
                number = int(answer.readline())
            yield 5900 + number, f":{number}"
        finally:
            server.terminate()
            server.wait()


def frame(recording: Recording) -> None:
    """Draw a pattern and record until it is shown."""
    recording.x("xsetroot", "-mod", "5", "7", "-fg", "#123456", "-bg", "#fedcba")
    recording.until(recording.shows)


def drawing(recording: Recording) -> None:
    """Record painted areas, a moved window, a pointer image and a clipboard text."""
    frame(recording)
    environment = {**os.environ, "DISPLAY": recording.x("printenv", "DISPLAY").decode().strip()}
    logo = subprocess.Popen(["xlogo", "-geometry", "30x20+2+2"], env=environment)
    try:
        recording.x("xdotool", "search", "--sync", "--onlyvisible", "--name", "xlogo")
        recording.until(recording.shows)
        for place in (("20", "20"), ("24", "26"), ("30", "10")):
            recording.x("xdotool", "search", "--onlyvisible", "--name", "xlogo", "windowmove", *place)
            recording.until(recording.shows)
        recording.input(outgoing.pointer_event(50, 40, 0))
        recording.x("xsetroot", "-cursor_name", "crosshair")
        recording.until(lambda: recording.session.cursor is not None and recording.session.cursor.pixels.size > 0)
        recording.until(recording.shows)
        recording.x("sh", "-c", "xclip -selection clipboard -i >/dev/null 2>&1", stdin="grüße".encode())
        recording.until(lambda: bool(recording.texts))
    finally:
        logo.terminate()
        logo.wait()


def resize(recording: Recording) -> None:
    """Record a screen that grows and shrinks."""
    frame(recording)
    for size in ("80x60", "70x50"):
        recording.x("xrandr", "--fb", size)
        recording.until(recording.shows)


RECORDINGS: dict[str, tuple[str, bool, Callable[[Recording], None]]] = {
    "none-3.8": ("None", False, frame),
    "none-3.3": ("None", True, frame),
    "password-3.8": ("VncAuth", False, frame),
    "password-3.3": ("VncAuth", True, frame),
    "drawing": ("None", False, drawing),
    "resize": ("None", False, resize),
}


def main(names: list[str]) -> None:
    """Record those named, or all."""
    for name in names or RECORDINGS:
        security, old, script = RECORDINGS[name]
        with desktop("-SecurityTypes", security, *(["-Protocol3.3=1"] if old else [])) as (port, display):
            recording = Recording(port, display, PASSWORD if security == "VncAuth" else None)
            script(recording)
            recording.save(name)
            print(f"{name}: {len(recording.received)} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
