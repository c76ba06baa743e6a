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
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import where
from where import PARTS, WAITS, Account

from screenagent import app
from screenagent.flow.cancel import CancelToken
from screenagent.settings import Settings, read_tasks


@dataclass
class Round:
    """Seconds: of each part, of the whole run, of opening the desktop, of one screenshot (`shot`)."""

    account: Account = field(default_factory=Account)
    opening: float = 0.0
    whole: float = 0.0
    end: str = ""
    shot: float = 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    latest = where.listen()
    clicking = next(task for task in read_tasks(None) if "click" in task)
    done, firsts = [], []
    for number in range(rounds):
        with tempfile.TemporaryDirectory(prefix="screenagent-benchmark-") as folder:
            done.append(one_round(Path(folder), latest))
            firsts.append(first_input(Path(folder), clicking))
            print(
                f"round {number + 1}: {done[-1].end}, {done[-1].whole:.1f} s, {done[-1].account.steps} steps",
                file=sys.stderr,
                flush=True,
            )
    show(done, firsts)


def one_round(folder: Path, latest: Callable[[], Account]) -> Round:
    """Run the first task on a fresh desktop."""
    overrides = {"remote_vnc_server.home": str(folder / "home"), "recording.folder": str(folder / "sessions")}
    controller = app.Controller(Settings.load(None, overrides))
    result = Round()
    try:
        begun = time.perf_counter()
        controller.open(CancelToken())
        result.opening = time.perf_counter() - begun
        ended = controller.start(controller.reload_tasks()[0]).wait()
        assert ended is not None
        result.whole, result.end, result.account = ended.seconds, ended.state.value, latest()
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
    whole = statistics.median(sum(one.account.parts.values()) for one in done)
    for part in PARTS:
        seconds = statistics.median(one.account.parts[part] / one.account.steps for one in done)
        share = statistics.median(one.account.parts[part] for one in done) / whole
        print(f"| {part} | {1000 * seconds:.1f} | {share:.1%} |")
    own = statistics.median(one.account.own / one.account.steps for one in done)
    print(f"| **the controller's own cost** (all but the first {len(WAITS)}) | **{1000 * own:.1f}** | |")
    writing = statistics.median(one.account.writing / one.account.steps for one in done)
    print(f"| beside the run: writing the recording, on a thread of its own | {1000 * writing:.1f} | |")
    print("\n| what | median | all |\n|---|---|---|")
    line("the task, seconds", [one.whole for one in done])
    line("its steps (model calls)", [float(one.account.steps) for one in done])
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
