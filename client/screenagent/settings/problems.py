"""What is wrong with a settings file, gathered first and told all at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from screenagent.domain.text import shortened
from screenagent.errors import SettingsError
from screenagent.log import redact

MOST = 20


@dataclass(frozen=True)
class Problem:
    """One fault: the dotted key, what is wrong with it, how to mend it, and the line (from 1) where that is known."""

    key: str
    what: str
    fix: str = ""
    line: int | None = None


def settings_error(source: str, problems: Iterable[Problem]) -> SettingsError:
    """Return the one error that tells all `problems` of `source` (a file, or where else the values came from)."""
    ordered = sorted(set(problems), key=lambda problem: (problem.line or 0, problem.key, problem.what))
    if len(ordered) == 1:
        only = ordered[0]
        return SettingsError(_clean(f"{source}{_at(only, ', ')}: {_sentence(only)}"), hint=_clean(only.fix))
    lines = [f"{source} has {len(ordered)} problems:"]
    for problem in ordered[:MOST]:
        lines.append(f"  - {_at(problem, '').lstrip()}{': ' if problem.line else ''}{_sentence(problem)}")
        if problem.fix:
            lines.append(f"      {problem.fix}")
    if len(ordered) > MOST:
        lines.append(f"  ... and {len(ordered) - MOST} more")
    return SettingsError(_clean("\n".join(lines)))


def shown(value: object, limit: int = 60) -> str:
    """Return a value fit for a sentence: quoted, short, on one line."""
    text = str(value).replace("\n", " ")
    return f'"{shortened(text, limit)}"'


def _at(problem: Problem, before: str) -> str:
    return f"{before}line {problem.line}" if problem.line else ""


def _sentence(problem: Problem) -> str:
    return f"{problem.key} {problem.what}" if problem.key else problem.what


def _clean(text: str) -> str:
    printable = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return redact("".join(char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}" for char in printable))
