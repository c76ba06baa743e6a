"""Bounds that are always on, so that no run goes on for ever."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What ends a run with the state FAILED and the reason.

    `steps` counts model calls; `seconds` is the run's whole time without pauses; `unreadable` counts replies in a row that could
    not be read; `retries` counts retries of one sub-task; `replans` the plans after the first.
    """

    steps: int = 50
    seconds: float = 1800.0
    unreadable: int = 3
    retries: int = 4
    replans: int = 3
