"""Runs all checks in order, each with a deadline, and prints what they found."""

from __future__ import annotations

import json
import os
import queue
import shutil
import sys
import textwrap
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TypeAlias

import typer

from screenagent.cli.checks import CHECKS, Check, Finding, Patient, Verdict
from screenagent.cli.inputs import load
from screenagent.cli.progress import Progress
from screenagent.errors import Cancelled, ScreenAgentError
from screenagent.flow.cancel import CancelToken
from screenagent.log import redact

Found: TypeAlias = Finding | Exception | None
"""What comes from a check's thread: a finding, what ended it, or None for its orderly end."""
_COLOURS = {Verdict.OK: "green", Verdict.NOTE: "cyan", Verdict.PROBLEM: "red", Verdict.SKIPPED: "bright_black"}
_MARGIN = 20
_NARROWEST, _WIDEST = 30, 120
_TICK = 1.0
_GRACE = 1.0
"""Seconds that a check gets to end after it was told to."""


def examine(config: Path | None, sets: Sequence[str] | None, *, as_json: bool = False) -> int:
    """Run every check, print what it found, and return the exit status: 0, or that of the first problem's cause.

    Ctrl+C ends it, with what was found so far printed.
    """
    found: list[tuple[str, Finding]] = []
    stopped = False
    progress = Progress()
    patient = Patient(lambda: load(config, sets), progress.say)
    try:
        for name, finding in _all(patient, progress):
            found.append((name, finding))
            if not as_json:
                _print(name, finding)
    except KeyboardInterrupt:
        stopped = True
    statuses = [finding.status for _, finding in found if finding.verdict is Verdict.PROBLEM]
    status = Cancelled.exit_status if stopped else next(iter(statuses), 0)
    if as_json:
        typer.echo(json.dumps({"findings": [_plain(*entry) for entry in found], "exit_status": status}, indent=2))
        return status
    typer.echo(f"\n{_summary(len(statuses), stopped=stopped)}")
    return status


def _summary(problems: int, *, stopped: bool) -> str:
    many = "1 problem found" if problems == 1 else f"{problems} problems found"
    if stopped:
        return f"Stopped; {many if problems else 'nothing was wrong'} until then."
    return f"{many}." if problems else "Nothing is in the way."


def _all(patient: Patient, progress: Progress) -> Iterator[tuple[str, Finding]]:
    for name, check, seconds in CHECKS:
        for finding in _in_time(check, patient, seconds, progress):
            yield name, finding


def _in_time(check: Check, patient: Patient, seconds: float, progress: Progress) -> Iterator[Finding]:
    """Yield what a check finds; it runs on a thread of its own, which is left behind when it does not end in time."""
    cancel = CancelToken()
    found: queue.SimpleQueue[Found] = queue.SimpleQueue()

    def work() -> None:
        try:
            for finding in check(patient, cancel):
                found.put(finding)
            found.put(None)
        except Exception as error:  # noqa: BLE001 - carried over to the thread that waits
            found.put(error)

    thread = threading.Thread(target=work, name="doctor's check", daemon=True)
    thread.start()
    try:
        while (finding := _next(found, seconds, progress)) is not None:
            if isinstance(finding, ScreenAgentError):
                yield Finding(Verdict.PROBLEM, finding.message, finding.hint, status=finding.exit_status)
                return
            if isinstance(finding, Exception):
                raise finding
            yield finding
    except queue.Empty:
        text = f"This check did not end within {seconds:g} s and was given up."
        yield Finding(Verdict.PROBLEM, text, "Something hangs; try again.", status=ScreenAgentError.exit_status)
    finally:
        cancel.cancel()
        thread.join(_GRACE)


def _next(found: queue.SimpleQueue[Found], seconds: float, progress: Progress) -> Found:
    """Wait for what a check finds next. Raises queue.Empty when `seconds` have passed, or what ended the check."""
    end = time.monotonic() + seconds
    try:
        while True:
            try:
                finding = found.get(timeout=min(_TICK, end - time.monotonic()))
            except (queue.Empty, ValueError):
                if time.monotonic() >= end:
                    raise queue.Empty from None
                progress.tick()
            else:
                return finding
    finally:
        progress.clear()


def _print(name: str, finding: Finding) -> None:
    word = f"{finding.verdict.value:<8}"
    if not os.environ.get("NO_COLOR"):
        word = typer.style(word, fg=_COLOURS[finding.verdict])
    first, *rest = _lines(finding.text) or [""]
    typer.echo(f"{word} {name:<10} {first}")
    for line in rest:
        typer.echo(f"{'':{_MARGIN}}{line}")
    label = "fix: " if finding.verdict is Verdict.PROBLEM else ""
    for number, part in enumerate(_lines(finding.fix, hang=" " * len(label))):
        typer.echo(f"{'':{_MARGIN}}{label if number == 0 else ''}{part}")
    if finding.command:
        typer.echo(f"{'':{_MARGIN}}run: {_clean(finding.command)}")


def _lines(text: str, hang: str = "") -> list[str]:
    """Fold a text to a terminal's width, keeping its indents; elsewhere its own lines stay whole."""
    lines = _clean(text).splitlines()
    if sys.stdout.isatty():
        width = min(_WIDEST, shutil.get_terminal_size().columns) - _MARGIN - len(hang)
        lines = [part for line in lines for part in _fold(line, max(_NARROWEST, width))]
    return [f"{hang if number else ''}{line}" for number, line in enumerate(lines)]


def _fold(line: str, width: int) -> list[str]:
    bare = line.lstrip()
    indent = " " * (len(line) - len(bare))
    further = indent + ("  " if bare.startswith("- ") else "")
    return textwrap.wrap(
        bare, width, initial_indent=indent, subsequent_indent=further, break_long_words=False, break_on_hyphens=False
    )


def _clean(text: str) -> str:
    """Mask secrets, and what a server says to steer a terminal."""
    return "".join(mark if mark.isprintable() or mark == "\n" else "\N{REPLACEMENT CHARACTER}" for mark in redact(text))


def _plain(name: str, finding: Finding) -> dict[str, object]:
    return {"check": name, **{key: _clean(value) if isinstance(value, str) else value for key, value in asdict(finding).items()}}
