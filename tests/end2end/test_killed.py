"""kill -9 of the controller at any moment: the desktop and the worker go, the recording is whole, nothing else stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from screenagent.desktop.xfce import processes
from screenagent.recording.session import read_events

PATIENCE = 60.0
TASK = "Open the text editor, type 'one two three' and save it as numbers.txt"


def environments(*markers: str) -> list[list[str]]:
    """The environments of the processes that have one of the `NAME=value` markers in theirs."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            words = (folder / "environ").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if not set(markers).isdisjoint(words):
            found.append(words)
    return found


def desktop_of(marker: str) -> set[str]:
    """The marker that the embedded desktop of a run puts into the environment of all its processes."""
    return {word for words in environments(marker) for word in words if word.startswith(f"{processes.MARKER}=")}


def displays_in(*markers: str) -> set[str]:
    """The numbers of the displays that these processes draw on."""
    words = {word for environment in environments(*markers) for word in environment}
    return {word.removeprefix("DISPLAY=:") for word in words if word.startswith("DISPLAY=:")}


def until(condition, what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        pause.wait(0.05)


def events_in(sessions: Path) -> int:
    return sum(path.read_bytes().count(b"\n") for path in sessions.glob("*/events.jsonl"))


@pytest.fixture
def temporary():
    """A folder for temporary files whose path is short enough for sockets in it."""
    with tempfile.TemporaryDirectory(prefix="k", dir="/tmp") as folder:
        yield Path(folder)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("moment", ["while the desktop starts", "in the first step", "in the middle", "late"])
def test_nothing_stays_but_the_session(tmp_path, temporary, moment):
    wanted = {"while the desktop starts": 0, "in the first step": 3, "in the middle": 25, "late": 60}[moment]
    sessions = tmp_path / "sessions"
    marker = f"SCREENAGENT_TEST_RUN={tmp_path}"
    command = [sys.executable, "-m", "screenagent", "run", TASK, "--session", str(sessions)]
    environment = {**os.environ, "TMPDIR": str(temporary), **dict([marker.split("=", 1)])}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        if wanted:
            until(lambda: events_in(sessions) >= wanted or process.poll() is not None, f"{wanted} events")
        else:
            until(lambda: len(desktop_of(marker)) == 1, "the desktop's processes")
        markers = {marker, *desktop_of(marker)}
        assert len(markers) == 2
        displays = displays_in(*markers)
        os.kill(process.pid, signal.SIGKILL)

    until(lambda: not environments(*markers), "the end of every process")
    for folder in sessions.glob("*"):
        numbers = [line["number"] for line in read_events(folder)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) >= wanted
    assert not list(temporary.iterdir())
    until(lambda: not any(Path(f"/tmp/.X11-unix/X{number}").exists() for number in displays), "the X server's socket")
