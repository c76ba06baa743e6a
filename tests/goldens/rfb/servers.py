"""Servers to record, each with a screen that can be painted on and can tell what it shows, apart from VNC."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from goldens.rfb import scene
from screenagent.rfb.security.vncauth import encrypt_challenge
from support.servers import FILE_KEY
from support.x11 import XClient

PASSWORD = "goldens1"
PATIENCE = 20.0
_FIRST_PORT = 5900


@dataclass(frozen=True)
class Stage:
    """A running server."""

    port: int
    paint: Callable[[np.ndarray, np.ndarray], None]
    """Turn the first picture, which is there, into the second: (height, width, 4) BGRX both."""
    truth: Callable[[], np.ndarray]
    """What the screen shows, (height, width, 3) RGB, asked from whoever paints it."""
    display: str = ""
    """The X display, where there is one."""

    def x(self, *command: str, stdin: bytes = b"") -> bytes:
        """Run an X client on the display."""
        environment = {**os.environ, "DISPLAY": self.display}
        pipe = subprocess.PIPE
        return subprocess.run(command, env=environment, input=stdin, stdout=pipe, timeout=PATIENCE, check=True).stdout


@contextlib.contextmanager
def xtigervnc(*arguments: str, geometry: str = f"{scene.WIDTH}x{scene.HEIGHT}") -> Iterator[Stage]:
    """TigerVNC's X server."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "password"
        file.write_bytes(encrypt_challenge(FILE_KEY, PASSWORD.encode()))
        command = ["Xtigervnc", "-localhost", "-geometry", geometry, "-depth", "24", "-desktop", "golden"]
        command += ["-PasswordFile", str(file), *(arguments or ("-SecurityTypes", "None"))]
        with _x_server(command) as display, _painted(display, _FIRST_PORT + int(display[1:])) as stage:
            until_speaking(stage.port)
            yield stage


@contextlib.contextmanager
def xtightvnc(depth: int = 24) -> Iterator[Stage]:
    """TightVNC's X server; one of depth 8 has a colour map."""
    port = free_port()
    number = next(number for number in range(60, 200) if not Path(f"/tmp/.X11-unix/X{number}").exists())
    command = ["Xtightvnc", f":{number}", "-rfbport", str(port), "-localhost", "-desktop", "golden", "-depth", str(depth)]
    command += ["-geometry", f"{scene.WIDTH}x{scene.HEIGHT}", "-nolisten", "tcp"]
    command += ["-cc", "3"] if depth == 8 else []
    with process(command):
        until_speaking(port)
        with _painted(f":{number}", port) as stage:
            yield stage


@contextlib.contextmanager
def x11vnc(*arguments: str, depth: int = 24, turned: Callable[[np.ndarray], np.ndarray] = lambda shown: shown) -> Iterator[Stage]:
    """x11vnc on an X server without a monitor; `turned` makes of its picture what the arguments let x11vnc make of it."""
    port = free_port()
    xvfb = ["Xvfb", "-screen", "0", f"{scene.WIDTH}x{scene.HEIGHT}x{depth}"]
    xvfb += ["-cc", "3", "-render"] if depth == 8 else []  # the Render extension would take all the colour map's cells
    with contextlib.ExitStack() as stack:
        display = stack.enter_context(_x_server(xvfb))
        painted = stack.enter_context(_painted(display, port))
        stack.enter_context(_x11vnc(port, "-display", display, *arguments))
        until_speaking(port)
        yield replace(painted, truth=lambda: turned(painted.truth()))


@contextlib.contextmanager
def rawfb() -> Iterator[Stage]:
    """x11vnc on a file of pixels."""
    with tempfile.TemporaryDirectory() as folder:
        file, port = Path(folder) / "screen", free_port()
        shown = [scene.frames()[0]]
        file.write_bytes(shown[0].tobytes())

        def paint(_: np.ndarray, picture: np.ndarray) -> None:
            shown[0] = picture
            with file.open("r+b") as screen:
                screen.write(picture.tobytes())

        with _x11vnc(port, "-rawfb", f"map:{file}@{scene.WIDTH}x{scene.HEIGHT}x32"):
            until_speaking(port)
            yield Stage(port, paint, lambda: shown[0][:, :, 2::-1])


def _x11vnc(port: int, *arguments: str) -> AbstractContextManager[object]:
    """It does not always end when it is told to; without shared memory it leaves nothing behind when it is killed."""
    command = ["x11vnc", "-rfbport", str(port), "-localhost", "-no6", "-nopw", "-norc", "-quiet", "-forever", "-shared"]
    command += ["-desktop", "golden", "-noshm", "-noxrecord", "-noscr", "-nowf", "-nosel", "-nolookup"]
    return process([*command, "-wait", "10", "-defer", "5", *arguments], kill=True)


@contextlib.contextmanager
def _painted(display: str, port: int) -> Iterator[Stage]:
    """The root window of an X server of depth 24, or of one with 256 colours of which the scene's get cells of the colour map."""
    with XClient(display) as client:
        to_pixels = _cells(client) if client.depth == 8 else lambda picture: picture

        def paint(before: np.ndarray, after: np.ndarray) -> None:
            x, y, width, height = scene.changed(before, after)
            client.put(x, y, to_pixels(after[y : y + height, x : x + width]))
            client.sync()

        nothing = ~scene.frames()[0]
        paint(nothing, ~nothing)
        yield Stage(port, paint, lambda: _dumped(display), display)


def _cells(client: XClient) -> Callable[[np.ndarray], np.ndarray]:
    """Take cells of the screen's colour map; return what brings pictures down to them."""
    pixels = client.colour_cells(even_colours(216))
    return lambda picture: pixels[to_even_colours(picture)]


def even_colours(count: int) -> np.ndarray:
    """Return a colour map, (count, 3) uint8: 6 levels each of red, green and blue in turn, then black."""
    levels = np.linspace(0, 255, 6).astype(np.uint8)
    colours = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1).reshape(-1, 3)
    return np.pad(colours, ((0, count - len(colours)), (0, 0)))


def to_even_colours(picture: np.ndarray) -> np.ndarray:
    """Return the nearest entries of that map, (height, width), for a BGRX picture."""
    blue, green, red = ((picture[:, :, place].astype(int) * 5 + 127) // 255 for place in range(3))
    return red * 36 + green * 6 + blue


def _dumped(display: str) -> np.ndarray:
    """Read what xwd says."""
    dump = subprocess.run(["xwd", "-root", "-silent", "-display", display], stdout=subprocess.PIPE, check=True).stdout
    head = struct.unpack("!25I", dump[:100])
    size, width, height, bits, row, entries = head[0], head[4], head[5], head[11], head[12], head[19]
    colours = np.frombuffer(dump, [("pixel", ">u4"), ("rgb", ">u2", 3), ("flags", "u2")], entries, size)
    rows = np.frombuffer(dump, np.uint8, offset=size + 12 * entries).reshape(height, row)
    if bits == 8:
        table = np.zeros((256, 3), np.uint8)
        table[colours["pixel"]] = colours["rgb"] >> 8
        return table[rows[:, :width]]
    return rows[:, : 4 * width].reshape(height, width, 4)[:, :, 2::-1]


@contextlib.contextmanager
def _x_server(command: Sequence[str]) -> Iterator[str]:
    """Run an X server that finds itself a display."""
    reading, writing = os.pipe()
    full = [*command, "-displayfd", str(writing), "-nolisten", "tcp", "-noreset", "-s", "0"]
    with os.fdopen(reading) as answer, process(full, (writing,)):
        os.close(writing)
        number = answer.readline().strip()
        if not number:
            raise RuntimeError(f"{command[0]} did not start")
        yield f":{number}"


@contextlib.contextmanager
def process(
    command: Sequence[str], passed: tuple[int, ...] = (), *, stdin: int = subprocess.DEVNULL, kill: bool = False
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program, without the display that we may have ourselves; end it gently, or `kill` it."""
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    nowhere = subprocess.DEVNULL
    running = subprocess.Popen(command, env=environment, pass_fds=passed, stdin=stdin, stdout=nowhere, stderr=nowhere)
    try:
        yield running
    finally:
        running.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
        running.wait()
        if running.stdin:
            running.stdin.close()


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def until_speaking(port: int) -> None:
    """Wait until a VNC server greets whoever comes."""
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), PATIENCE) as link:
            link.settimeout(PATIENCE)
            if link.recv(4) == b"RFB ":
                return
        time.sleep(0.05)
    raise RuntimeError(f"no server speaks at port {port}")
