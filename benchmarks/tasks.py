"""Measure how many tasks the embedded desktop completes, those of the list and unseen ones, and where the time goes.

    python benchmarks/tasks.py [--rounds 3] [--unseen-rounds 1] [--only 3,6,u2] [--keep FOLDER]

Every run has a fresh desktop and a fresh worker. A task counts as done when its check in `tests/end2end` finds what it should
have left behind; what the run says of itself is counted apart. Prints two tables of each kind: what came of the tasks, and how
the time of a step is spent. An interrupt prints what there is so far. `--keep` leaves desktops' homes and recordings in a folder,
one a run.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import where
from where import Account

from screenagent.domain.machine import State

END2END = Path(__file__).parents[1] / "tests" / "end2end"
COLUMNS = {
    "settling": (where.SETTLING, where.BETWEEN, where.WATCHING),
    "screenshot, encoding": (where.SHOT, where.ENCODING),
    "prompt": (where.PROMPT,),
    "the model": (where.CALLING, where.SENDING),
    "reading": (where.READING,),
    "performing": (where.PACING, where.PERFORMING),
    "recording": (where.RECORDING,),
    "the rest": (where.REST,),
}


@dataclass(frozen=True)
class Outcome:
    """One run: done by the check, claimed by the run itself; seconds without opening the desktop, and model calls."""

    done: bool
    claimed: bool
    seconds: float
    calls: int
    reason: str
    account: Account = field(repr=False)


@dataclass
class Entry:
    """A task, its check, how often to run it, and what came of it."""

    text: str
    check: Callable[[Any], bool]
    rounds: int
    runs: list[Outcome] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--unseen-rounds", type=int, default=1)
    parser.add_argument("--only", type=lambda text: text.split(","), default=[], metavar="NUMBERS")
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    whole_runs, listed, unseen = load("conftest"), load("test_tasks"), load("test_unseen_tasks")
    entries = {
        str(number): Entry(text, check, arguments.rounds)
        for number, (text, check) in enumerate(zip(listed.TASKS, listed.CHECKS, strict=True), start=1)
    }
    for number, (text, check) in enumerate(unseen.UNSEEN, start=1):
        entries[f"u{number}"] = Entry(text, check, arguments.unseen_rounds)
    chosen = {name: entries[name] for name in arguments.only or entries}
    latest = where.listen()
    try:
        for turn in range(1, max(arguments.rounds, arguments.unseen_rounds) + 1):
            for name, entry in chosen.items():
                if turn > entry.rounds:
                    continue
                with room(arguments.keep, f"task{name}-round{turn}") as folder:
                    result = whole_runs.run_whole(entry.text, folder)
                    done = bool(entry.check(result))
                ended = result.ended
                entry.runs.append(
                    Outcome(done, ended.state is State.FINISHED, ended.seconds, ended.steps, ended.reason, latest())
                )
                print(f"round {turn}, task {name}: {entry.runs[-1]}", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
    for title, numbers in (("Tasks", [n for n in chosen if n[0] != "u"]), ("Unseen tasks", [n for n in chosen if n[0] == "u"])):
        run = {name: chosen[name] for name in numbers if chosen[name].runs}
        if run:
            show(title, run)


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


def show(title: str, entries: dict[str, Entry]) -> None:
    """Print both tables: medians, sums of the counts, and milliseconds a step."""
    everything = [run for entry in entries.values() for run in entry.runs]
    print(f"\n{title}\n\n| | task | done | says done | false claims | seconds | model calls | seconds a step |")
    print("|---|---|---|---|---|---|---|---|")
    for name, entry in entries.items():
        line(name, entry.text.replace("|", "\\|"), entry.runs)
    line("", "**all**", everything)
    print(f"\n| ms a step | {' | '.join(COLUMNS)} | in sum | the controller's own | the recorder's thread |")
    print("|" + "---|" * (len(COLUMNS) + 4))
    for name, entry in entries.items():
        spent(name, entry.runs)
    spent("**all**", everything)


def line(name: str, text: str, runs: Sequence[Outcome]) -> None:
    done, claimed = sum(run.done for run in runs), sum(run.claimed for run in runs)
    false = sum(run.claimed and not run.done for run in runs)
    seconds, calls = statistics.median(run.seconds for run in runs), statistics.median(run.calls for run in runs)
    step = sum(run.seconds for run in runs) / max(1, sum(run.calls for run in runs))
    print(f"| {name} | {text} | {done} of {len(runs)} | {claimed} | {false} | {seconds:.1f} | {calls:g} | {step:.2f} |")


def spent(name: str, runs: Sequence[Outcome]) -> None:
    total = Account()
    for run in runs:
        total.add(run.account)
    steps = max(1, total.steps)
    parts = [sum(total.parts[part] for part in column) for column in COLUMNS.values()]
    cells = [*parts, sum(parts), total.own, total.writing]
    print(f"| {name} | {' | '.join(f'{1000 * cell / steps:.1f}' for cell in cells)} |")


if __name__ == "__main__":
    main()
