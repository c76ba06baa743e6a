"""What a judgement is, and the common ones."""

from __future__ import annotations

from dataclasses import dataclass

from ..screen import ScreenText
from .ground import in_panel
from .meaning import Moment
from .sight import Sight

SUCCESS, RETRY, REPLAN = "sub_task_success", "need_retry", "need_reformulate"
TRIES = 3
"""After so many tries of one sub-task another way is asked for."""
STAGES = 5
"""Tries of a sub-task that goes through a menu or dialog, one look at the screen for each stage of it."""


@dataclass(frozen=True)
class Judgement:
    """`reason` is what the screen shows; `advice` what to do about it, empty on success."""

    situation: str
    reason: str
    advice: str = ""


@dataclass(frozen=True)
class View:
    """The screen after the deed, what it shows, and where the run stands."""

    screen: ScreenText
    sight: Sight
    now: Moment

    @property
    def first(self) -> bool:
        """Whether this is the first try."""
        return self.now.attempts <= 1

    @property
    def changed(self) -> bool:
        """Whether the screen differs from the reading before, by more than a clock in the panel."""
        box = self.screen.changed
        return box is not None and not in_panel(box[1], box[3], self.screen)

    @property
    def next_label_shown(self) -> bool:
        """Whether the label that the next sub-task needs is on the screen."""
        following = self.now.later[0] if self.now.later else None
        label = getattr(following, "label", "") or getattr(following, "field", "")
        return bool(label) and self.sight.has_label(label)


def good(reason: str) -> Judgement:
    """The sub-task is done."""
    return Judgement(SUCCESS, reason)


def bad(view: View, reason: str, advice: str, tries: int = TRIES) -> Judgement:
    """Not done: try again, or after enough tries ask for another way."""
    if view.now.attempts >= tries:
        return Judgement(REPLAN, reason, advice)
    return Judgement(RETRY, reason, advice)


def hopeless(reason: str, advice: str) -> Judgement:
    """Trying the same again cannot help."""
    return Judgement(REPLAN, reason, advice)
