"""What goes to a model and what comes back, in the order in which it happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal

from screenagent.domain.actions import Action
from screenagent.domain.geometry import Size
from screenagent.domain.plan import Plan
from screenagent.domain.screen import Screenshot


class Role(str, Enum):
    """Which of the three jobs a call is for."""

    PLANNER = "planner"
    ACTOR = "actor"
    EVALUATOR = "evaluator"


@dataclass(frozen=True, eq=False)
class Situation:
    """Everything a dialect may tell a model about the moment of the call.

    `advice` comes from the evaluator (retry, replan) or the person; `complaint` says why the last reply could not be read;
    `done` is what was performed for the current sub-task so far, oldest first; `unchanged` counts the steps in a row that
    changed nothing on the screen.
    """

    role: Role
    task: str
    screenshot: Screenshot
    plan: Plan = field(default_factory=Plan)
    advice: str = ""
    complaint: str = ""
    done: tuple[str, ...] = ()
    unchanged: int = 0


@dataclass(frozen=True)
class Picture:
    """An encoded screenshot exactly as the model gets it; `size` is the encoded picture's, in pixels."""

    data: bytes = field(repr=False)
    media_type: str
    size: Size


@dataclass(frozen=True)
class Prompt:
    """One call's input. `screen` is the real screen's size; `context` goes only to servers whose settings ask for it."""

    role: Role
    text: str
    picture: Picture
    screen: Size
    context: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Reply:
    """One call's output, as text.

    `seconds` is from the first byte sent to the last received, `first_token` from there to the first text where it was
    streamed; tokens where the server tells. `closed` says that we closed the stream because the reply was complete;
    `tokens_out` then counts the pieces that had come.
    """

    text: str
    model: str
    seconds: float
    tokens_in: int | None = None
    tokens_out: int | None = None
    first_token: float | None = None
    closed: bool = False


@dataclass(frozen=True)
class Price:
    """What a model costs, for a million tokens, in whatever currency the settings mean."""

    input: float
    output: float


@dataclass(frozen=True)
class Usage:
    """What one call used. `estimated` when the server did not tell both counts; `cost` where the settings give a price."""

    tokens_in: int
    tokens_out: int
    estimated: bool
    cost: float | None = None


Severity = Literal["error", "note"]


@dataclass(frozen=True)
class Problem:
    """Something in a reply that could not be read (error), or was mended on the way (note): a sentence and the text at fault."""

    what: str
    raw: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        return f"{self.what}: {self.raw[:200]}" if self.raw else self.what


@dataclass(frozen=True)
class Reading:
    """What a dialect made of a reply. No actions and no error means that the model chose to do nothing."""

    actions: tuple[Action, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that lost something."""
        return tuple(problem for problem in self.problems if problem.severity == "error")
