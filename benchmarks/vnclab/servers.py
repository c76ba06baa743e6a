"""VNC servers without a password on this machine, each on an X display of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass

from screenagent.desktop.xfce.xserver import free_port

SERVERS = ("Xtigervnc", "x11vnc")
_NEEDED = {
    "Xtigervnc": {"Xtigervnc": "tigervnc-standalone-server"},
    "x11vnc": {"x11vnc": "x11vnc", "Xvfb": "xvfb"},
}
"""Programs of each server, and the Debian packages that have them."""
_PATIENCE = 30.0


@dataclass(frozen=True)
class Server:
    """A VNC server on 127.0.0.1."""

    name: str
    port: int
    display: str
    size: tuple[int, int]


def missing(name: str) -> str:
    """Say what must be installed before the server can run, or nothing."""
    packages = [package for program, package in _NEEDED[name].items() if shutil.which(program) is None]
    return f"apt install {' '.join(packages)}" if packages else ""


@contextlib.contextmanager
def running(name: str, size: tuple[int, int]) -> Iterator[Server]:
    """A server with a screen of (width, height) pixels, depth 24."""
    with {"Xtigervnc": _xtigervnc, "x11vnc": _x11vnc}[name](size) as server:
        yield server


@contextlib.contextmanager
def _xtigervnc(size: tuple[int, int]) -> Iterator[Server]:
    port = free_port()
    command = ["Xtigervnc", "-rfbport", str(port), "-localhost", "-UseIPv6=0", "-SecurityTypes", "None", "-AlwaysShared"]
    command += ["-geometry", f"{size[0]}x{size[1]}", "-depth", "24", "-nolisten", "tcp", "-noreset", "-s", "0"]
    with _x_server(command) as display:
        _until_speaking(port, "Xtigervnc")
        yield Server("Xtigervnc", port, display, size)


@contextlib.contextmanager
def _x11vnc(size: tuple[int, int]) -> Iterator[Server]:
    """It polls its display, here quickly, and is kept from guessing what scrolls and which windows move."""
    screen = f"{size[0]}x{size[1]}x24"
    with _x_server(["Xvfb", "-screen", "0", screen, "-nolisten", "tcp", "-noreset", "-s", "0"]) as display:
        port = free_port()
        command = ["x11vnc", "-display", display, "-rfbport", str(port), "-localhost", "-no6", "-nopw", "-quiet", "-norc"]
        command += ["-forever", "-shared", "-nosel", "-noscr", "-nowf", "-noxrecord", "-nolookup", "-wait", "10", "-defer", "1"]
        environment = {name: value for name, value in os.environ.items() if name != "WAYLAND_DISPLAY"}
        with _process(command, environment):
            _until_speaking(port, "x11vnc")
            yield Server("x11vnc", port, display, size)


@contextlib.contextmanager
def _x_server(command: list[str]) -> Iterator[str]:
    """Run an X server on a display that it finds itself; the display's name."""
    reading, writing = os.pipe()
    with _process([*command, "-displayfd", str(writing)], None, (writing,)):
        os.close(writing)
        with open(reading, encoding="ascii") as told:
            number = told.readline().strip()
        if not number:
            raise SystemExit(f"{command[0]} did not start.")
        yield f":{number}"


@contextlib.contextmanager
def _process(command: list[str], environment: dict[str, str] | None, passed: tuple[int, ...] = ()) -> Iterator[None]:
    """In a session of its own: Ctrl+C ends it when we do, and not before."""
    process = subprocess.Popen(
        command,
        env=environment,
        pass_fds=passed,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _until_speaking(port: int, name: str) -> None:
    limit = time.monotonic() + _PATIENCE
    while time.monotonic() < limit:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as link:
            link.settimeout(1)
            if link.recv(4) == b"RFB ":
                return
        time.sleep(0.05)
    raise SystemExit(f"{name} does not answer at 127.0.0.1::{port}.")
