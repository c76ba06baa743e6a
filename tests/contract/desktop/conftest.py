"""A bare X server with VNC, one program that reports every input event, and both backends connected to it in turn."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import re
import selectors
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from screenagent.desktop.make import make_desktop
from screenagent.desktop.options import BACKENDS, DesktopOptions
from screenagent.desktop.vnc import VncDesktop
from screenagent.flow.cancel import CancelToken
from screenagent.rfb.security.vncauth import encrypt_challenge

DEADLINE = 30.0
PASSWORD = "sesame42"

if not shutil.which("Xtigervnc"):
    collect_ignore_glob = ["test_*.py"]


@dataclass
class XServer:
    """A running Xtigervnc; `start` on the same port once more after `kill`."""

    folder: Path
    port: int
    display: str = ""
    process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        plain = {name: value for name, value in os.environ.items() if name not in ("WAYLAND_DISPLAY", "XAUTHORITY")}
        return {**plain, "DISPLAY": self.display, "HOME": str(self.folder), "NO_AT_BRIDGE": "1", "LC_ALL": "C.UTF-8"}

    def start(self) -> None:
        passwords = self.folder / "passwd"
        passwords.write_bytes(encrypt_challenge("\x17\x52\x6b\x06\x23\x4e\x58\x07", PASSWORD.encode()))
        passwords.chmod(0o600)
        reading, writing = os.pipe()
        command = ["Xtigervnc", "-displayfd", str(writing), "-geometry", "800x600", "-depth", "24", "-localhost"]
        command += ["-rfbport", str(self.port), "-SecurityTypes", "VncAuth", "-PasswordFile", str(passwords)]
        command += ["-MaxCutText", "10000000", "-FrameRate", "60"]
        with (self.folder / "xserver.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, pass_fds=[writing])
        os.close(writing)
        with os.fdopen(reading) as answer:
            self.display = ":" + answer.readline().strip()
        assert self.display != ":", (self.folder / "xserver.log").read_text()

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def run(self, *command: str) -> bytes:
        return subprocess.run(command, env=self.environment, capture_output=True, check=True, timeout=DEADLINE).stdout

    def pixels(self) -> np.ndarray:
        """The root window as xwd dumps it: (height, width, 3) RGB."""
        dump = self.run("xwd", "-root", "-silent")
        header = np.frombuffer(dump[:100], ">u4")
        width, height, line, colours = int(header[4]), int(header[5]), int(header[12]), int(header[19])
        start = int(header[0]) + 12 * colours
        rows = np.frombuffer(dump[start : start + line * height], np.uint8).reshape(height, line)
        return rows[:, : 4 * width].reshape(height, width, 4)[:, :, 2::-1]

    def held(self) -> tuple[int, int]:
        """(number of keys down, mask of buttons and modifiers down), asked of the X server."""
        x11 = ctypes.CDLL(ctypes.util.find_library("X11"))
        x11.XOpenDisplay.restype = ctypes.c_void_p
        x11.XDefaultRootWindow.restype = ctypes.c_ulong
        display = ctypes.c_void_p(x11.XOpenDisplay(self.display.encode()))
        try:
            keymap = (ctypes.c_char * 32)()
            x11.XQueryKeymap(display, keymap)
            windows, numbers, mask = [ctypes.c_ulong() for _ in range(2)], [ctypes.c_int() for _ in range(4)], ctypes.c_uint()
            root = ctypes.c_ulong(x11.XDefaultRootWindow(display))
            x11.XQueryPointer(display, root, *map(ctypes.byref, (*windows, *numbers, mask)))
            return sum(byte.bit_count() for byte in keymap.raw), mask.value
        finally:
            x11.XCloseDisplay(display)


@dataclass(frozen=True)
class XEvent:
    """An input event as the X server delivered it: `code` is the keysym or the button, `state` the modifiers before it."""

    kind: str
    x: int
    y: int
    state: int
    code: int
    name: str


class Observer:
    """xev with a window that covers the screen."""

    def __init__(self, server: XServer) -> None:
        command = ["stdbuf", "-oL", "xev", "-geometry", "800x600+0+0", "-bw", "0"]
        self._process = subprocess.Popen(command, env=server.environment, stdout=subprocess.PIPE, bufsize=0)
        self._text = ""
        self.wait_for_text("Expose event")

    @property
    def events(self) -> list[XEvent]:
        """Everything seen so far."""
        self._read(0)
        found = []
        for block in self._text.split("\n\n"):
            head = re.match(r"\s*(KeyPress|KeyRelease|ButtonPress|ButtonRelease|MotionNotify) event", block)
            if head and (place := re.search(r"root:\((-?\d+),(-?\d+)\)", block)):
                state = re.search(r"state (0x[0-9a-f]+)", block)
                key = re.search(r"keysym (0x[0-9a-f]+), (\S+)\)", block)
                button = re.search(r"button (\d+)", block)
                code = int(key[1], 16) if key else int(button[1]) if button else 0
                found.append(
                    XEvent(head[1], int(place[1]), int(place[2]), int(state[1], 16) if state else 0, code, key[2] if key else "")
                )
        return found

    def of(self, *kinds: str) -> list[XEvent]:
        """The events of these kinds."""
        return [event for event in self.events if event.kind in kinds]

    def until(self, condition: Callable[[], bool]) -> None:
        """Read on until `condition` holds."""
        end = time.monotonic() + DEADLINE
        while not condition():
            assert time.monotonic() < end, self._text[-3000:]
            self._read(0.2)

    def wait_for_text(self, text: str) -> None:
        self.until(lambda: text in self._text)

    def barrier(self, desktop: VncDesktop) -> None:
        """Send a key by the same way and wait for it: whatever was sent before has arrived then."""
        seen = len([event for event in self.events if event.name == "F11" and event.kind == "KeyRelease"])
        desktop.key_event(0xFFC8, True)
        desktop.key_event(0xFFC8, False)
        self.until(lambda: len([e for e in self.events if e.name == "F11" and e.kind == "KeyRelease"]) > seen)

    def _read(self, timeout: float) -> None:
        assert self._process.stdout is not None
        with selectors.DefaultSelector() as waiter:
            waiter.register(self._process.stdout, selectors.EVENT_READ)
            while waiter.select(timeout):
                data = self._process.stdout.read(65536)
                if not data:
                    return
                self._text += data.decode()
                timeout = 0

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def xserver(tmp_path: Path) -> Iterator[XServer]:
    server = XServer(tmp_path, free_port())
    server.start()
    yield server
    server.kill()


@pytest.fixture
def observer(xserver: XServer) -> Iterator[Observer]:
    watching = Observer(xserver)
    yield watching
    watching.close()


@pytest.fixture
def token() -> CancelToken:
    return CancelToken()


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    if request.param == "vncdotool":
        pytest.importorskip("vncdotool")
    return str(request.param)


@pytest.fixture
def connect(xserver: XServer, backend: str, token: CancelToken) -> Iterator[Callable[..., VncDesktop]]:
    """Connect a desktop with these options on top of the usual ones."""
    opened: list[VncDesktop] = []

    def open_one(**options: object) -> VncDesktop:
        given = {"host": "127.0.0.1", "port": xserver.port, "password": PASSWORD, "backend": backend, **options}
        desktop = make_desktop(DesktopOptions(**given))  # type: ignore[arg-type]
        opened.append(desktop)
        desktop.connect(token)
        return desktop

    yield open_one
    for desktop in opened:
        desktop.close()


@pytest.fixture
def desktop(connect: Callable[..., VncDesktop]) -> VncDesktop:
    return connect()
