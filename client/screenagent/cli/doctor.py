"""All checks in order, a line each, with what to do about a problem."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from screenagent.cli.checks import CHECKS, Patient, Verdict
from screenagent.cli.inputs import load
from screenagent.log import redact

SICK = 1
_COLOURS = {Verdict.OK: "green", Verdict.NOTE: "cyan", Verdict.PROBLEM: "red", Verdict.SKIPPED: "bright_black"}


def examine(config: Path | None, sets: Sequence[str] | None) -> int:
    """Run every check, print what it found, and return the exit status: 0, or 1 when there is a problem."""
    patient = Patient(lambda: load(config, sets))
    problems = 0
    for name, check in CHECKS:
        for finding in check(patient):
            problems += finding.verdict is Verdict.PROBLEM
            word = typer.style(f"{finding.verdict.value:<8}", fg=_COLOURS[finding.verdict])
            first, *rest = redact(finding.text).splitlines() or [""]
            typer.echo(f"{word} {name:<10} {first}")
            for line in rest + [f"fix: {line}" for line in redact(finding.fix).splitlines()]:
                typer.echo(f"{'':<19} {line}")
    many = "1 problem" if problems == 1 else f"{problems} problems"
    typer.echo(f"\n{many} found." if problems else "\nNothing is in the way.")
    return SICK if problems else 0
