"""A signal to a real `screenagent run`: everything is released, the recording is whole, no process stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from contract.stop.places import LONG_TEXT
from contract.stop.wire import held
from contract.stop.worker import key, mouse, silence, typed, wait
from screenagent.recording.session import read_events

PATIENCE = 60.0


def processes(marker):
    """The processes that have `NAME=value` in their environment."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            if marker.encode() in (folder / "environ").read_bytes().split(b"\0"):
                found.append(folder.name)
        except OSError:
            continue
    return found


def until_idle(marker):
    pause = threading.Event()
    for _ in range(int(PATIENCE / 0.05)):
        if not processes(marker):
            return
        pause.wait(0.05)
    raise AssertionError(f"still there: {processes(marker)}")


def typing(stage):
    stage.worker.lines["actor"] = [[key("down", "Control_L"), typed(LONG_TEXT)]]
    return lambda: stage.wire.until(lambda inputs: len(inputs) > 20)


def dragging(stage):
    stage.worker.lines["actor"] = [[mouse("move", 10, 10), *[mouse("drag", 1010, 750), mouse("drag", 10, 10)] * 10]]
    return lambda: stage.wire.until(lambda inputs: len([event for event in inputs if event.code == 1]) > 5)


def waiting(stage):
    stage.worker.lines["actor"] = [[key("down", "Shift_L"), wait(50)]]
    return lambda: stage.wire.until(lambda inputs: any(event.code == 0xFFE1 for event in inputs))


def asking(stage):
    stage.worker.lines["actor"] = [silence]
    return stage.worker.until_hanging


MOMENTS = [(typing, signal.SIGTERM), (dragging, signal.SIGTERM), (waiting, signal.SIGINT), (asking, signal.SIGTERM)]


@pytest.mark.parametrize(("moment", "number"), MOMENTS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_signal_ends_the_run_in_order(stage, moment, number, tmp_path):
    until_there = moment(stage)
    marker = f"SCREENAGENT_TEST_RUN={tmp_path}"
    command = [sys.executable, "-m", "screenagent", "run", "the task", "-c", str(stage.settings_file())]
    environment = {**os.environ, **dict([marker.split("=", 1)])}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            until_there()
            process.send_signal(number)
            printed, _ = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
    assert process.returncode == 130, printed
    until_idle(marker)
    assert held(stage.wire.inputs) == set()
    (folder,) = (tmp_path / "sessions").iterdir()
    lines = list(read_events(folder))
    assert [line["number"] for line in lines] == list(range(1, len(lines) + 1))
    assert [line["event"]["type"] for line in lines[-2:]] == ["StateChanged", "RunEnded"]
    assert lines[-2]["event"]["after"] == lines[-1]["event"]["state"] == "stopped"
    assert lines[-1]["event"]["reason"] == ("Ctrl+C" if number is signal.SIGINT else number.name)
    named = {value for line in lines for value in images(line)}
    assert named == {f"images/{path.name}" for path in (folder / "images").iterdir()}


def images(value):
    """The names of the pictures in an event."""
    if isinstance(value, dict):
        if isinstance(value.get("image"), str):
            yield value["image"]
        for one in value.values():
            yield from images(one)
