"""Bounds that are always on, so that no run goes on for ever."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What ends a run with the state FAILED and the reason.

    `steps` counts model calls; `seconds` is the run's whole time without pauses; `tokens` counts what went to the models and
    came back; `cost` is in the currency of the prices; `unreadable` counts replies in a row that could not be read; `retries`
    counts retries of one sub-task; `replans` the plans after the first.
    """

    steps: int = 50
    seconds: float = 1800.0
    tokens: int = 2_000_000
    cost: float = 10.0
    unreadable: int = 3
    retries: int = 4
    replans: int = 3


@dataclass(frozen=True)
class Patience:
    """After how many steps in a row that change nothing on the screen: advice, a new plan, the end. 0 switches one off.

    A new plan gets as many steps again before the next one.
    """

    advise: int = 1
    replan: int = 3
    fail: int = 5
