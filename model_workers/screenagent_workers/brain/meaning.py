"""What a sub-task's sentence means: one of our own sentences read back, or a person's words planned like a task."""

from __future__ import annotations

from dataclasses import dataclass

from . import steps as s
from .plan import plan
from .programs import EDITOR, known
from .sentences import parse
from .steps import Step

PARKED = "move to"
"""How the history tells that an attempt ended: the actor always parks the pointer last."""


@dataclass(frozen=True)
class Moment:
    """Where a run stands: the sub-task's steps (usually one), those before and after it, and how often it was tried."""

    steps: tuple[Step, ...]
    earlier: tuple[Step, ...] = ()
    later: tuple[Step, ...] = ()
    attempts: int = 0
    unknown: str = ""


def moment(sub_task: str, sub_tasks: list[str], index: int, history: list[str], language: str) -> Moment:
    """Read the sub-task and its neighbours. Sub-tasks that are not understood are left out of the neighbours."""
    index = index if 0 <= index < len(sub_tasks) else 0
    steps, unknown = meaning(sub_task, language)
    earlier = tuple(step for text in sub_tasks[:index] if (step := parse(text)) is not None)
    later = tuple(step for text in sub_tasks[index + 1 :] if (step := parse(text)) is not None)
    return Moment(_alone(steps, earlier), earlier, later, attempts(history), unknown)


def meaning(sub_task: str, language: str) -> tuple[tuple[Step, ...], str]:
    """The steps of one sentence, and the words in it that are not understood."""
    own = parse(sub_task)
    if own is not None:
        return (own,), ""
    found = plan(sub_task, language)
    return found.steps, "; ".join(found.unknown)


def attempts(history: list[str]) -> int:
    """How often the current sub-task has been tried."""
    return max(sum(text.strip().lower().startswith(PARKED) for text in history), 1 if history else 0)


def _alone(steps: tuple[Step, ...], earlier: tuple[Step, ...]) -> tuple[Step, ...]:
    """A person's own sentence (`type "x"`) makes the planner open a program first; not when one is open already."""
    open_before = any(isinstance(step, s.OpenProgram) for step in earlier)
    if open_before and len(steps) > 1 and isinstance(steps[0], s.OpenProgram):
        return steps[1:]
    return steps


def front(moment_: Moment) -> str:
    """The program that should be in front, by the sub-tasks before; "" when they do not say."""
    for step in reversed(moment_.earlier):
        if isinstance(step, s.OpenProgram | s.SwitchTo):
            return step.program
    return ""


def is_named(moment_: Moment) -> bool:
    """Whether the document in the editor got a name by an earlier sub-task."""
    for step in reversed(moment_.earlier):
        if isinstance(step, s.SaveAs | s.OpenFile):
            return True
        program = known(step.program) if isinstance(step, s.OpenProgram) else None
        if program is not None and program.key == EDITOR:
            return False
    return False
