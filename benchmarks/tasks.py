"""Measure how many of the tasks in the list the embedded desktop completes.

    python benchmarks/tasks.py [--rounds 3] [--only 3,6] [--keep FOLDER]

Every run has a fresh desktop and a fresh worker. A task counts as done when the check of `tests/end2end/test_tasks.py` finds what
it should have left behind; what the run says of itself is counted apart. Prints a table. `--keep` leaves desktops' homes and
recordings in a folder, one a run.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from screenagent.domain.machine import State

END2END = Path(__file__).parents[1] / "tests" / "end2end"


@dataclass(frozen=True)
class Outcome:
    """One run: done by the check, claimed by the run itself; seconds without opening the desktop, and model calls."""

    done: bool
    claimed: bool
    seconds: float
    calls: int
    reason: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", type=lambda text: [int(part) for part in text.split(",")], default=[], metavar="NUMBERS")
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    whole_runs, tests = load("conftest"), load("test_tasks")
    tasks: Sequence[str] = tests.TASKS
    numbers = arguments.only or range(1, len(tasks) + 1)
    outcomes: dict[int, list[Outcome]] = {number: [] for number in numbers}
    for turn in range(1, arguments.rounds + 1):
        for number in numbers:
            with room(arguments.keep, f"task{number}-round{turn}") as folder:
                result = whole_runs.run_whole(tasks[number - 1], folder)
                done = bool(tests.CHECKS[number - 1](result))
            ended = result.ended
            outcome = Outcome(done, ended.state is State.FINISHED, ended.seconds, ended.steps, ended.reason)
            outcomes[number].append(outcome)
            print(f"round {turn}, task {number}: {outcome}", file=sys.stderr, flush=True)
    show(tasks, outcomes)


def load(name: str) -> ModuleType:
    """A module of the end-to-end tests, which are in no package."""
    spec = importlib.util.spec_from_file_location(f"end2end_{name}", END2END / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@contextlib.contextmanager
def room(keep: Path | None, name: str) -> Iterator[Path]:
    """A folder for one run: for good, or until it is over."""
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="screenagent-benchmark-") as folder:
            yield Path(folder)
    else:
        (keep / name).mkdir(parents=True)
        yield keep / name


def show(tasks: Sequence[str], outcomes: dict[int, list[Outcome]]) -> None:
    """Print the table: medians, and the sums of the counts."""
    print("| task | done | says done | false claims | seconds | model calls |\n|---|---|---|---|---|---|")
    for number, runs in outcomes.items():
        line(tasks[number - 1].replace("|", "\\|"), runs)
    line("**all**", [run for runs in outcomes.values() for run in runs])


def line(name: str, runs: list[Outcome]) -> None:
    done, claimed = sum(run.done for run in runs), sum(run.claimed for run in runs)
    false = sum(run.claimed and not run.done for run in runs)
    seconds, calls = statistics.median(run.seconds for run in runs), statistics.median(run.calls for run in runs)
    print(f"| {name} | {done} of {len(runs)} | {claimed} | {false} | {seconds:.1f} | {calls:g} |")


if __name__ == "__main__":
    main()
