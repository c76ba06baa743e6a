"""What a run remembers while it goes: the plan, the advice, what was done. Owned by the run's thread alone."""

from __future__ import annotations

from dataclasses import dataclass, field

from screenagent.domain.actions import InputAction
from screenagent.domain.exchange import Role, Situation
from screenagent.domain.plan import Plan
from screenagent.domain.screen import Screenshot
from screenagent.domain.text import shortened

LONGEST = 8_000
LONGEST_COMPLAINT = 2_000


@dataclass
class Work:
    """The task at hand. `touched` is the monotonic time at which the last input began, None once a screenshot has settled on it.

    What a model says comes back in later prompts, so it is kept to `LONGEST` characters.
    """

    task: str
    plan: Plan = field(default_factory=Plan)
    advice: str = ""
    complaint: str = ""
    done: tuple[str, ...] = ()
    performed: tuple[InputAction, ...] = ()
    touched: float | None = None

    def situation(self, role: Role, screenshot: Screenshot, unchanged: int = 0) -> Situation:
        """Return what a dialect may tell the model now; `unchanged` counts the steps in a row without effect."""
        return Situation(role, self.task, screenshot, self.plan, self.advice, self.complaint, self.done, unchanged)

    def advise(self, text: str) -> None:
        """Tell the next call what to keep in mind."""
        self.advice = shortened(text, LONGEST)

    def complain(self, text: str) -> None:
        """Tell the next call why the last reply was of no use."""
        self.complaint = shortened(text, LONGEST_COMPLAINT)

    def turn_to(self, plan: Plan) -> None:
        """Work on the current sub-task of `plan` with a clean slate."""
        self.plan = plan
        self.advice = ""
        self.complaint = ""
        self.done = ()
