"""The doctor's checks: each looks at one thing and says what it found and, when that is bad, what to do.

To add one, write a function of the `Patient` and a `Cancel` that yields findings, and put it into `CHECKS` where it belongs,
with the seconds that each of its findings may take. They run in order; one that needs what an earlier one did not find yields
`skipped`.
"""

from __future__ import annotations

from collections.abc import Sequence

from screenagent.cli.checks.clipboard import clipboard
from screenagent.cli.checks.desktop import desktop
from screenagent.cli.checks.findings import Check, Finding, Patient, Verdict
from screenagent.cli.checks.machine import fonts, packages, programs, python
from screenagent.cli.checks.models import models
from screenagent.cli.checks.settings import settings
from screenagent.cli.checks.window import window

__all__ = ["CHECKS", "Check", "Finding", "Patient", "Verdict"]

CHECKS: Sequence[tuple[str, Check, float]] = (
    ("python", python, 10),
    ("settings", settings, 30),
    ("packages", packages, 30),
    ("programs", programs, 10),
    ("window", window, 40),
    ("fonts", fonts, 40),
    ("desktop", desktop, 100),
    ("clipboard", clipboard, 60),
    ("model", models, 100),
)
