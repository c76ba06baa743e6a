"""The whole thing: the window on an X display, a real desktop in it, and a task started with the mouse."""

from __future__ import annotations

import contextlib
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from screenagent.gui import style
from support import real_window
from support.real_window import Screen

NEEDED = (*real_window.NEEDED, "xwd", "mousepad")
MISSING = [name for name in NEEDED if shutil.which(name) is None]

pytestmark = [
    pytest.mark.end2end,
    pytest.mark.timeout(240),
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]


def find(screen: Screen, colour: str) -> tuple[int, int] | None:
    """The middle of what is painted in exactly this colour in the left column, if there is enough of it."""
    wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    ys, xs = np.nonzero((screen.picture()[:, :290] == wanted).all(axis=2))
    return (int(np.median(xs)), int(np.median(ys))) if len(xs) > 1500 else None


def wait_for(what: Callable[[], object], seconds: float) -> object:
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline, "it did not come in time"
        time.sleep(0.2)
    return found


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    with real_window.xvfb() as made:
        yield made


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
            screen.double_click((100, 150))
            return find(screen, style.ACCENT)

        start = wait_for(chosen, 90)
        screen.click(start)
        wait_for(lambda: find(screen, style.GOOD), 120)
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
        start = wait_for(lambda: process.poll() is None and find(screen, style.ACCENT), 90)
        screen.click(start)
        wait_for(lambda: list(tmp_path.glob("sessions/*/events.jsonl")), 30)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        (events,) = tmp_path.glob("sessions/*/events.jsonl")
        last = json.loads(events.read_text(encoding="utf-8").splitlines()[-1])
        assert (last["event"]["type"], last["event"]["state"]) == ("RunEnded", "stopped")
