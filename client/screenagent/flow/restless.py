"""Places that are painted although nobody acts: a clock, a blinking caret, an animation. They answer nothing and end no quiet."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import pairwise

from screenagent.domain.geometry import Box, Size, enclosing
from screenagent.domain.screen import Damage

_MOMENTS = 3
"""So often in idle time makes a place restless: a late answer may be painted in two goes."""
_APART = 0.03
"""Seconds within which everything painted at a place is one moment."""
_LONGEST_PERIOD = 3.0
"""Seconds between two moments, at most: what is painted less often holds nothing up."""
_MISSED, _LATENESS = 3.0, 0.25
"""A place that has not been painted for so many of its periods, and so many seconds more for a busy server, has come to rest."""
_MARGIN = 8.0
"""Pixels by which one moment's part may reach over another's: digits differ in width."""
_GROWTH = 4.0
"""So many times as large as what was painted before at most, or it is something else."""
_SHARE = 1 / 16
"""Of the screen, at most: in anything larger, such as a page, what an action does could not be told from what goes on anyway."""
_MOST_PLACES = 64


class Restless:
    """Learns these places from what was painted. For the run's thread."""

    def __init__(self) -> None:
        self._places: list[_Place] = []

    def note(self, parts: Sequence[Damage], screen: Size, *, idle: bool) -> None:
        """Learn from `parts`, oldest first; `idle`: nobody acted. Otherwise they tell only of known places that they go on."""
        largest = screen.width * screen.height * _SHARE
        for part in parts:
            if part.cursor or not part.box.area:
                continue
            known = next((place for place in self._places if place.takes(part.box, idle)), None)
            if known:
                known.note(part, idle)
            elif idle:
                self._places.append(_Place(part))
        self._places = [place for place in self._places if place.box.area <= largest][-_MOST_PLACES:]

    def boxes(self, now: float) -> tuple[Box, ...]:
        """Return where the screen is restless at `now`, `time.monotonic()` seconds."""
        known = [place for place in self._places if place.idle_moments >= _MOMENTS and place.goes_on(now)]
        return tuple(place.box.grown(_MARGIN) for place in known)


def without(parts: Sequence[Damage], restless: Sequence[Box]) -> tuple[Damage, ...]:
    """Return those of `parts` that reach beyond every restless place."""
    return tuple(part for part in parts if not any(box.encloses(part.box) for box in restless))


class _Place:
    """Where something was painted in idle time, and when it was, lately."""

    def __init__(self, part: Damage) -> None:
        self.box = part.box
        self.idle_moments = 1
        self._moments = deque([part.time], maxlen=6)

    def takes(self, box: Box, idle: bool) -> bool:
        """Whether what was painted in `box` may be the same thing."""
        if self.box.grown(_MARGIN).encloses(box):
            return True
        return idle and box.grown(_MARGIN).encloses(self.box) and box.area <= _GROWTH * self.box.area

    def note(self, part: Damage, idle: bool) -> None:
        if not self.goes_on(part.time):
            self.idle_moments = 0
            self._moments.clear()
        if idle:
            self.box = enclosing([self.box, part.box])
        if not self._moments or part.time > self._moments[-1] + _APART:
            self._moments.append(part.time)
            self.idle_moments += idle

    def goes_on(self, now: float) -> bool:
        if not self._moments:
            return False
        period = max((later - earlier for earlier, later in pairwise(self._moments)), default=_LONGEST_PERIOD)
        return now - self._moments[-1] <= min(_LONGEST_PERIOD, _MISSED * period + _LATENESS)
