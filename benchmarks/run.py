"""Measure where the time of a run goes, on the embedded desktop with the OCR worker.

    python benchmarks/run.py [--rounds 3]

Each round starts a fresh desktop and runs the first task of the list in this process, every event timed; then the command
`screenagent run` is started with the first task that clicks, and timed until its first input and its first click. Prints tables.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from screenagent import app
from screenagent.domain import events as ev
from screenagent.domain.events import Stamped
from screenagent.flow.cancel import CancelToken
from screenagent.recording.recorder import Recorder
from screenagent.settings import Settings, read_tasks

WAITING = "waiting for the screen to settle"
CALLING = "the model"
PERFORMING = "performing"
BETWEEN = "settling between actions"
DRAWING = "encoding and prompt"
SENDING = "sending and receiving"
READING = "reading the reply"
RECORDING = "recording"
REST = "everything else"
OWN = (DRAWING, SENDING, READING, RECORDING, REST)
PARTS = (WAITING, CALLING, PERFORMING, BETWEEN, *OWN)


@dataclass
class Round:
    """Seconds: of each part, of the whole run, of opening the desktop, of one screenshot (`shot`)."""

    parts: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PARTS, 0.0))
    steps: int = 0
    opening: float = 0.0
    whole: float = 0.0
    end: str = ""
    shot: float = 0.0


class TimedRecorder(Recorder):
    """Books the time since the event before on what was done in it, and its own."""

    current = Round()

    def __call__(self, stamped: Stamped) -> None:
        """Hear one event."""
        begun = time.perf_counter()
        gap = begun - getattr(self, "_last", begun)
        self._book(stamped.event, gap)
        super().__call__(stamped)
        self._last = time.perf_counter()
        self.current.parts[RECORDING] += self._last - begun
        self._before = stamped.event

    def _book(self, event: ev.Event, gap: float) -> None:
        parts = self.current.parts
        match event:
            case ev.ScreenshotTaken():
                parts[WAITING] += gap
            case ev.PromptSent():
                parts[DRAWING] += gap
                self.current.steps += 1
            case ev.ReplyReceived(reply=reply):
                parts[CALLING] += reply.seconds
                parts[SENDING] += gap - reply.seconds
            case ev.ReplyRead():
                parts[READING] += gap
            case ev.ActionEnded():
                parts[PERFORMING] += gap
            case ev.ActionStarted() if isinstance(self._before, ev.ActionEnded):
                parts[BETWEEN] += gap
            case _:
                parts[REST] += gap


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    app.Recorder = TimedRecorder  # type: ignore[misc]
    clicking = next(task for task in read_tasks(None) if "click" in task)
    done, firsts = [], []
    for number in range(rounds):
        with tempfile.TemporaryDirectory(prefix="screenagent-benchmark-") as folder:
            done.append(one_round(Path(folder)))
            firsts.append(first_input(Path(folder), clicking))
            print(
                f"round {number + 1}: {done[-1].end}, {done[-1].whole:.1f} s, {done[-1].steps} steps", file=sys.stderr, flush=True
            )
    show(done, firsts)


def one_round(folder: Path) -> Round:
    """Run the first task on a fresh desktop."""
    overrides = {"remote_vnc_server.home": str(folder / "home"), "recording.folder": str(folder / "sessions")}
    controller = app.Controller(Settings.load(None, overrides))
    TimedRecorder.current = result = Round()
    try:
        begun = time.perf_counter()
        controller.open(CancelToken())
        result.opening = time.perf_counter() - begun
        ended = controller.start(controller.reload_tasks()[0]).wait()
        assert ended is not None
        result.whole, result.end = ended.seconds, ended.state.value
        begun = time.perf_counter()
        for _ in range(20):
            controller.desktop.screenshot()
        result.shot = (time.perf_counter() - begun) / 20
    finally:
        controller.close()
    return result


def first_input(folder: Path, task: str) -> tuple[float, float]:
    """Start the command; return the seconds from its start to its first input event and to its first click."""
    command = [sys.executable, "-m", "screenagent", "run", task, "--json"]
    command += ["--desktop-home", str(folder / "home2"), "--session", str(folder / "sessions2")]
    begun, first, click = time.time(), 0.0, 0.0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=os.environ, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            told = json.loads(line)
            event = told.get("event", {})
            if event.get("type") == "ActionStarted" and event["action"]["type"] != "Wait":
                first = first or told["time"] - begun
                if event["action"]["type"] == "Click" and not click:
                    click = told["time"] - begun
                    process.terminate()
    return first, click


def show(done: list[Round], firsts: list[tuple[float, float]]) -> None:
    """Print the medians."""
    print("| part of a step | ms a step | share |\n|---|---|---|")
    whole = statistics.median(sum(one.parts.values()) for one in done)
    for part in PARTS:
        seconds = statistics.median(one.parts[part] / one.steps for one in done)
        share = statistics.median(one.parts[part] for one in done) / whole
        print(f"| {part} | {1000 * seconds:.1f} | {share:.1%} |")
    own = statistics.median(sum(one.parts[part] for part in OWN) / one.steps for one in done)
    print(f"| **the controller's own cost** ({', '.join(OWN)}) | {1000 * own:.1f} | |")
    print("\n| what | median | all |\n|---|---|---|")
    line("the task, seconds", [one.whole for one in done])
    line("its steps (model calls)", [float(one.steps) for one in done])
    line("opening the desktop and the worker, seconds", [one.opening for one in done])
    line("one screenshot, ms", [1000 * one.shot for one in done])
    line("`screenagent run`: process start to first input, seconds", [first for first, _ in firsts])
    line("`screenagent run`: process start to first click, seconds", [click for _, click in firsts if click])
    print(f"| ended | {', '.join(one.end for one in done)} | |")


def line(name: str, values: list[float]) -> None:
    if values:
        print(f"| {name} | {statistics.median(values):.1f} | {', '.join(f'{value:.1f}' for value in values)} |")


if __name__ == "__main__":
    main()
