"""A plan: the sub-tasks of a task and how far they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum


class Progress(str, Enum):
    """How far a sub-task is."""

    WAITING = "waiting"
    CURRENT = "current"
    DONE = "done"


@dataclass(frozen=True)
class SubTask:
    """One step of a plan, in the planner's words."""

    text: str
    progress: Progress = Progress.WAITING


@dataclass(frozen=True)
class Plan:
    """Sub-tasks in order; `current` is the index of the one being worked on and equals the length when all are done."""

    sub_tasks: tuple[SubTask, ...] = ()
    current: int = 0

    @classmethod
    def of(cls, texts: tuple[str, ...] | list[str]) -> Plan:
        """Return a fresh plan whose first sub-task is the current one."""
        return cls(tuple(SubTask(text) for text in texts)).choose(0)

    @property
    def texts(self) -> tuple[str, ...]:
        """The sub-tasks' words."""
        return tuple(item.text for item in self.sub_tasks)

    @property
    def current_text(self) -> str:
        """The current sub-task's words, or nothing when there is none."""
        return self.sub_tasks[self.current].text if self.current < len(self.sub_tasks) else ""

    @property
    def complete(self) -> bool:
        """Whether every sub-task is behind us."""
        return self.current >= len(self.sub_tasks)

    def advance(self) -> Plan:
        """Return the plan with the current sub-task done and the next one current."""
        return self.choose(self.current + 1)

    def choose(self, index: int) -> Plan:
        """Return the plan with sub-task `index` current: those before it count as done, those after it wait."""
        index = min(max(index, 0), len(self.sub_tasks))
        marked = tuple(
            replace(
                item,
                progress=Progress.DONE if at < index else Progress.CURRENT if at == index else Progress.WAITING,
            )
            for at, item in enumerate(self.sub_tasks)
        )
        return Plan(marked, index)
