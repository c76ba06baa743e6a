"""What a run remembers while it goes: the plan, the advice, what was done. Owned by the run's thread alone."""

from __future__ import annotations

from dataclasses import dataclass, field

from screenagent.domain.actions import InputAction
from screenagent.domain.exchange import Role, Situation
from screenagent.domain.plan import Plan
from screenagent.domain.screen import Screenshot


@dataclass
class Work:
    """The task at hand. `touched` is the monotonic time of the first input since the last screenshot was settled on."""

    task: str
    plan: Plan = field(default_factory=Plan)
    advice: str = ""
    complaint: str = ""
    done: tuple[str, ...] = ()
    performed: tuple[InputAction, ...] = ()
    touched: float | None = None

    def situation(self, role: Role, screenshot: Screenshot) -> Situation:
        """Return what a dialect may tell the model now."""
        return Situation(role, self.task, screenshot, self.plan, self.advice, self.complaint, self.done)

    def turn_to(self, plan: Plan) -> None:
        """Work on the current sub-task of `plan` with a clean slate."""
        self.plan = plan
        self.advice = ""
        self.complaint = ""
        self.done = ()
