"""What the checks have in common: what is examined, and what a finding is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from screenagent.desktop.standing import Standing
from screenagent.errors import ScreenAgentError, SettingsError
from screenagent.ports import Cancel
from screenagent.settings import Backend, Settings


class Verdict(str, Enum):
    """What a finding means."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Finding:
    """What a check saw. `fix` says what to do, `command` is a line for the shell that does it.

    `status` is the exit status of a problem's cause, as in `screenagent.errors`.
    """

    verdict: Verdict
    text: str
    fix: str = ""
    command: str = ""
    status: int = 0


@dataclass
class Patient:
    """What is examined. `load` reads the settings, `say` tells a person what takes long; checks leave what they found here.

    A model has at most `ask_seconds` for its reply.
    """

    load: Callable[[], Settings]
    say: Callable[[str], None] = lambda text: None
    ask_seconds: float = 60.0
    settings: Settings | None = None
    running: Standing | None = None
    backends: dict[str, Backend] = field(default_factory=dict)


Check: TypeAlias = Callable[[Patient, Cancel], Iterator[Finding]]

HERE = SettingsError.exit_status
"""The status of what is wrong with this machine's installation."""


def ok(text: str) -> Finding:
    """It is as it should be."""
    return Finding(Verdict.OK, text)


def problem(text: str, fix: str = "", *, command: str = "", status: int = HERE) -> Finding:
    """It keeps runs from working."""
    return Finding(Verdict.PROBLEM, text, fix, command, status)


def note(text: str, fix: str = "", *, command: str = "") -> Finding:
    """Worth knowing; no problem."""
    return Finding(Verdict.NOTE, text, fix, command)


def skipped(text: str) -> Finding:
    """It was not looked at."""
    return Finding(Verdict.SKIPPED, text)


def problem_of(error: ScreenAgentError, more: str = "") -> Finding:
    """The problem that an error describes; `more` is added to what to do."""
    return problem(error.message, "\n".join(part for part in (error.hint, more) if part), status=error.exit_status)


NO_SETTINGS = skipped("needs settings that can be used")
