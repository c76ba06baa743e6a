"""Counts what a run uses up and says when a bound is passed."""

from __future__ import annotations

from collections.abc import Callable

from screenagent.domain.limits import Limits


class Meter:
    """What one run has used of its limits; `active_seconds` tells the run's time without pauses."""

    def __init__(self, limits: Limits, active_seconds: Callable[[], float]) -> None:
        self._limits = limits
        self._active_seconds = active_seconds
        self.steps = 0
        self.unreadable = 0
        self.retries = 0
        self.replans = 0

    def new_sub_task(self) -> None:
        """Retries are counted for each sub-task afresh."""
        self.retries = 0

    def exceeded(self) -> str:
        """Return the sentence for the first limit passed, or nothing."""
        limits = self._limits
        if self.steps >= limits.steps:
            return f"the limit of {limits.steps} model calls (limits.steps) is used up"
        if late := self.out_of_time():
            return late
        if self.unreadable >= limits.unreadable:
            return f"{self.unreadable} replies in a row could not be used (limits.unreadable)"
        if self.retries > limits.retries:
            return f"one sub-task was retried {limits.retries} times (limits.retries)"
        if self.replans > limits.replans:
            return f"the task was planned again {limits.replans} times (limits.replans)"
        return ""

    def out_of_time(self) -> str:
        """Return the sentence for the limit on time if that is passed, or nothing."""
        if self._active_seconds() < self._limits.seconds:
            return ""
        return f"the limit of {self._limits.seconds:g} seconds (limits.seconds) is used up"
