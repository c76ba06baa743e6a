"""A person at the window: an X display with a mouse and a keyboard, and the window's process with a probe in it."""

from __future__ import annotations

import ctypes
import ctypes.util
import json
import os
import select
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

PATIENCE = 30.0
PROBE = Path(__file__).with_name("probe.py")
NEEDED = ("Xvfb", "xdotool", "Xtigervnc")
_CLIENT_MESSAGE, _DATA_32 = 33, 32


class Screen:
    """An X display of 1280 x 800 with a mouse and a keyboard."""

    def __init__(self, display: str) -> None:
        self.display = display
        self.environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}

    def do(self, *words: object) -> None:
        """Let xdotool do this."""
        subprocess.run(["xdotool", *map(str, words)], env=self.environment, check=True, timeout=PATIENCE)

    def click(self, place: Sequence[int], *more: object) -> None:
        """Click there with the left button."""
        self.do("mousemove", *place, "click", *more, 1)

    def double_click(self, place: Sequence[int]) -> None:
        """Click twice, as fast as a person does."""
        self.click(place, "--repeat", 2, "--delay", 60)

    def keys(self, *names: str) -> None:
        """Press these, one after the other."""
        self.do("key", "--delay", 40, *names)

    def type(self, text: str) -> None:
        """Type this."""
        self.do("type", "--delay", 15, text)

    def close_window(self, number: int) -> None:
        """Ask a window to close, as a window manager does when its cross is clicked."""
        x11 = ctypes.CDLL(ctypes.util.find_library("X11"))
        x11.XOpenDisplay.restype = ctypes.c_void_p
        x11.XInternAtom.restype = ctypes.c_ulong
        display = ctypes.c_void_p(x11.XOpenDisplay(self.display.encode()))
        protocols, delete = (x11.XInternAtom(display, name, 0) for name in (b"WM_PROTOCOLS", b"WM_DELETE_WINDOW"))
        head = struct.pack("@iLiPLLi", _CLIENT_MESSAGE, 0, 1, 0, number, protocols, _DATA_32)
        # the data is an array of longs and begins where a long may
        event = head.ljust(-(-len(head) // 8) * 8, b"\0") + struct.pack("@5l", delete, 0, 0, 0, 0)
        x11.XSendEvent(display, ctypes.c_ulong(number), 0, ctypes.c_long(0), event.ljust(192, b"\0"))
        x11.XSync(display, 0)
        x11.XCloseDisplay(display)

    def picture(self) -> np.ndarray:
        """What is on the screen: (height, width, 3) RGB."""
        dump = subprocess.run(["xwd", "-root", "-silent"], env=self.environment, capture_output=True, check=True).stdout
        head = struct.unpack(">25I", dump[:100])
        start, width, height, bytes_a_pixel, line = head[0] + head[19] * 12, head[4], head[5], head[11] // 8, head[12]
        rows = np.frombuffer(dump, np.uint8, line * height, start).reshape(height, line)
        return rows[:, : width * bytes_a_pixel].reshape(height, width, bytes_a_pixel)[:, :, 2::-1]


@contextmanager
def xvfb() -> Iterator[Screen]:
    """An X server without a screen, on a display that is free."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with open(reading, encoding="ascii") as told:
            yield Screen(f":{told.readline().strip()}")
    finally:
        server.terminate()
        server.wait(PATIENCE)


class Window:
    """The window's process, in a process group of its own."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self._rest = b""

    def ask(self, expression: str) -> Any:
        """The value of a Python expression in the window's process now; `window` and the functions of the probe are there."""
        return self._ask("now", expression)

    def until(self, expression: str) -> Any:
        """Wait until the expression is true; returns its value."""
        return self._ask("when", expression)

    def _ask(self, how: str, expression: str) -> Any:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([how, expression]).encode() + b"\n")
        self.process.stdin.flush()
        return json.loads(self._line(expression))

    def _line(self, expression: str) -> bytes:
        assert self.process.stdout is not None
        deadline = time.monotonic() + PATIENCE
        while b"\n" not in self._rest:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, f"not so in time: {expression}"
            data = os.read(self.process.stdout.fileno(), 65536)
            assert data, f"the window ended: {expression}"
            self._rest += data
        line, self._rest = self._rest.split(b"\n", 1)
        return line

    def end(self) -> int:
        """Wait until the process has ended; returns its exit status."""
        return self.process.wait(PATIENCE)

    @property
    def alive(self) -> list[str]:
        """The processes of its group that still run, by their command."""
        return [command for pid, group, command in _processes() if group == self.process.pid and pid != self.process.pid]


def _processes() -> Iterator[tuple[int, int, str]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            state, _, group = stat.rpartition(")")[2].split()[:3]
            if state != "Z":
                yield int(entry.name), int(group), command


@contextmanager
def started(screen: Screen, folder: Path, *options: str) -> Iterator[Window]:
    """The window on this screen; what it writes to stderr goes to ``stderr.txt`` in `folder`."""
    with (
        open(folder / "stderr.txt", "wb") as errors,
        subprocess.Popen(
            [sys.executable, str(PROBE), *options],
            env=screen.environment,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        ) as process,
    ):
        try:
            yield Window(process)
        finally:
            if process.poll() is None:
                process.kill()
