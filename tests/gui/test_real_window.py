"""The whole thing: the window on an X display, a real desktop in it, and a task started with the mouse."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from screenagent.gui import style

NEEDED = ("Xvfb", "xdotool", "xwd", "Xtigervnc", "mousepad")
MISSING = [name for name in NEEDED if shutil.which(name) is None]

pytestmark = [
    pytest.mark.end2end,
    pytest.mark.timeout(240),
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]


class Screen:
    """An X display of 1280 x 800 with a mouse."""

    def __init__(self, display: str) -> None:
        self.environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}

    def mouse(self, x: int, y: int, *more: str) -> None:
        subprocess.run(["xdotool", "mousemove", str(x), str(y), "click", *more, "1"], env=self.environment, check=True)

    def picture(self) -> np.ndarray:
        """(height, width, 3) RGB."""
        dump = subprocess.run(["xwd", "-root", "-silent"], env=self.environment, capture_output=True, check=True).stdout
        head = struct.unpack(">25I", dump[:100])
        start, width, height, line = head[0] + head[19] * 12, head[4], head[5], head[12]
        rows = np.frombuffer(dump, np.uint8, line * height, start).reshape(height, line)
        return rows[:, : width * 4].reshape(height, width, 4)[:, :, 2::-1]

    def find(self, colour: str) -> tuple[int, int] | None:
        """The middle of what is painted in exactly this colour in the left column, if there is enough of it."""
        wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
        ys, xs = np.nonzero((self.picture()[:, :290] == wanted).all(axis=2))
        return (int(np.median(xs)), int(np.median(ys))) if len(xs) > 1500 else None


def wait_for(what: Callable[[], object], seconds: float) -> object:
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline, "it did not come in time"
        time.sleep(0.2)
    return found


@pytest.fixture
def screen() -> Iterator[Screen]:
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with open(reading, encoding="ascii") as told:
            yield Screen(f":{told.readline().strip()}")
    finally:
        server.terminate()
        server.wait(20)


@contextlib.contextmanager
def window(screen: Screen, folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    code = "import sys; from screenagent.gui.main_window import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "--desktop-home", str(folder / "home"), *options]
    with subprocess.Popen(command, env=screen.environment, cwd=folder, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


@pytest.mark.parametrize("backend", ["rfb", "vncdotool"])
def test_the_first_task_is_done_after_a_double_click_and_start(screen: Screen, tmp_path: Path, backend: str) -> None:
    with window(screen, tmp_path, "--backend", backend) as process:

        def chosen() -> tuple[int, int] | None:
            assert process.poll() is None
            screen.mouse(100, 150, "--repeat", "2", "--delay", "60")
            return screen.find(style.ACCENT)

        start = wait_for(chosen, 90)
        screen.mouse(*start)
        wait_for(lambda: screen.find(style.GOOD), 120)
        written = (tmp_path / "home" / "hello.txt").read_bytes()
        assert written == "Hello from ScreenAgent, 你好".encode()
        (events,) = tmp_path.glob("sessions/*/events.jsonl")
        last = json.loads(events.read_text(encoding="utf-8").splitlines()[-1])
        assert last["event"]["type"] == "RunEnded"
        assert last["event"]["state"] == "finished"
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert "Traceback" not in process.stderr.read()


def test_ctrl_c_in_the_middle_of_a_run_ends_everything(screen: Screen, tmp_path: Path) -> None:
    with window(screen, tmp_path, "--task", "Open the text editor and type 'half way'") as process:
        start = wait_for(lambda: process.poll() is None and screen.find(style.ACCENT), 90)
        screen.mouse(*start)
        wait_for(lambda: list(tmp_path.glob("sessions/*/events.jsonl")), 30)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        (events,) = tmp_path.glob("sessions/*/events.jsonl")
        last = json.loads(events.read_text(encoding="utf-8").splitlines()[-1])
        assert (last["event"]["type"], last["event"]["state"]) == ("RunEnded", "stopped")
