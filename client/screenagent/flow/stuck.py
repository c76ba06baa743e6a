"""Whether what the agent does has any effect: what was painted is looked at, and steps without effect are counted.

An acting step counts when it pressed, clicked or typed something and the next settled picture equals the one before its first
action where anything was painted since; where nothing was, there is nothing to compare. What comes and goes by itself is left
out: the pointer that we draw, one blinking caret, and the places that are painted anyway, unless the mouse pointed there; a clock
that ticks while the model thinks is no effect either. One that shows only later, as of a program that is slow to open, is.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from screenagent.domain import events as ev
from screenagent.domain.actions import InputAction, Move, Wait
from screenagent.domain.geometry import Box, Point, enclosing
from screenagent.domain.limits import Patience
from screenagent.domain.machine import Signal
from screenagent.domain.screen import Damage, Screenshot
from screenagent.flow.response import POINTING, is_caret, point_of
from screenagent.flow.restless import without

_NEAR = 12.0
"""Pixels from the pointer within which a change is the click's."""
_LATE = 600
"""Pixels that differ at least when an effect shows late, as a window does: more than a caret and a clock have together."""


class Watch:
    """Counts the steps in a row without effect. The run's thread calls, but `forget` may come from any.

    `painted` is the damage since the first action, None where that is not known; `restless` are the places painted anyway.
    """

    def __init__(self, patience: Patience, emit: Callable[[ev.Event], None]) -> None:
        self._patience = patience
        self._emit = emit
        self._lock = threading.Lock()
        self._seen: Screenshot | None = None
        self._unmoved: Screenshot | None = None
        self._due: Signal | None = None
        self._in_a_row = 0

    @property
    def unchanged(self) -> int:
        """The steps in a row to tell the model of; 0 as long as there is nothing to say."""
        count, patience = self._in_a_row, self._patience
        return count if any(0 < bound <= count for bound in (patience.advise, patience.replan)) else 0

    @property
    def in_a_row(self) -> int:
        """The steps in a row without effect."""
        return self._in_a_row

    def saw(self, screenshot: Screenshot, restless: Sequence[Box] = ()) -> None:
        """The actor is to act on this."""
        with self._lock:
            self._see(screenshot, restless)

    def acts_on(self, screenshot: Screenshot, restless: Sequence[Box] = ()) -> None:
        """The first action is about to be performed on this: what changed while the model thought is no effect of it."""
        with self._lock:
            if self._seen is not None:
                self._see(screenshot, restless)

    def judge(
        self,
        after: Screenshot,
        performed: Sequence[InputAction],
        painted: Sequence[Damage] | None = None,
        restless: Sequence[Box] = (),
    ) -> None:
        """Compare the settled picture with the one that these were performed on, and tell when it is the same."""
        with self._lock:
            before, self._seen = self._seen, None
            if before is None or all(isinstance(action, (Move, Wait)) for action in performed):
                return
            pointing = all(isinstance(action, POINTING) for action in performed)
            points = [point for point in map(point_of, performed) if point]
            if changed(before, after, pointing=pointing, points=points, painted=painted, restless=restless):
                self._begin_anew()
                return
            self._unmoved = after
            self._in_a_row += 1
            self._due = self._consequence()
            count = self._in_a_row
        self._emit(ev.NothingChanged(count))

    def take_due(self) -> Signal | None:
        """Return STUCK or REPLAN once when the count has come to that."""
        with self._lock:
            due, self._due = self._due, None
            return due

    def answered(self) -> None:
        """The step judged last had an effect after all: it came later than the picture."""
        with self._lock:
            self._begin_anew()

    def forget(self) -> None:
        """Start counting afresh: there was progress, or somebody else had a hand in it."""
        with self._lock:
            self._seen = None
            self._begin_anew()

    def _see(self, screenshot: Screenshot, restless: Sequence[Box]) -> None:
        if self._unmoved is not None and _much_differs(self._unmoved, screenshot, restless):
            self._begin_anew()
        self._seen = screenshot

    def _begin_anew(self) -> None:
        self._in_a_row, self._due, self._unmoved = 0, None, None

    def _consequence(self) -> Signal | None:
        if 0 < self._patience.fail <= self._in_a_row:
            return Signal.STUCK
        every = self._patience.replan
        return Signal.REPLAN if every > 0 and self._in_a_row % every == 0 else None


def changed(
    before: Screenshot,
    after: Screenshot,
    *,
    pointing: bool,
    points: Sequence[Point] = (),
    painted: Sequence[Damage] | None = None,
    restless: Sequence[Box] = (),
) -> bool:
    """Whether the pictures differ by more than the drawn pointer and one caret; `pointing`: only the mouse was used between.

    It was used at `points`; without any, where the pointer is. Only where something was `painted` is looked, if that is given,
    and not in the `restless` places that the mouse was not used at.
    """
    if before.size != after.size:
        return True
    points = points or ([after.pointer] if after.pointer else [])
    restless = [box for box in restless if not _near(points, box)]
    where = _whole(after)
    if painted is not None:
        boxes = [part.box for part in without(painted, restless) if part.box.area]
        if not boxes:
            return False
        where = enclosing(boxes)
    box = _extent(before, after, where, restless)
    if box is None:
        return False
    return not is_caret(box, pointing=pointing and not _near(points, box))


def _near(points: Sequence[Point], box: Box) -> bool:
    return any(box.distance(point) <= _NEAR for point in points)


def _much_differs(before: Screenshot, after: Screenshot, restless: Sequence[Box]) -> bool:
    if before.size != after.size:
        return True
    return int(np.count_nonzero(_differences(before, after, _whole(after), restless))) >= _LATE


def _extent(before: Screenshot, after: Screenshot, where: Box, besides: Sequence[Box]) -> Box | None:
    """Return the box that encloses every difference within `where` and not in `besides`; None when there is none."""
    differs = _differences(before, after, where, besides)
    rows = np.flatnonzero(differs.any(axis=1))
    if not rows.size:
        return None
    columns = np.flatnonzero(differs[rows[0] : rows[-1] + 1].any(axis=0))
    return Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


def _differences(before: Screenshot, after: Screenshot, where: Box, besides: Sequence[Box]) -> NDArray[np.bool_]:
    """Return (height, width) of the screen: where the pictures differ within `where` and not in `besides`."""
    one, other = before.bare(), after.bare()
    found: NDArray[np.bool_] = np.zeros(one.shape[:2], bool)
    part = _slices(where)
    channels = one[part] != other[part]
    found[part] = channels[:, :, 0] | channels[:, :, 1] | channels[:, :, 2]
    for box in besides:
        found[_slices(box)] = False
    return found


def _slices(box: Box) -> tuple[slice, slice]:
    top, left = max(0, math.floor(box.top)), max(0, math.floor(box.left))
    return slice(top, max(top, math.ceil(box.bottom))), slice(left, max(left, math.ceil(box.right)))


def _whole(screenshot: Screenshot) -> Box:
    return Box(0, 0, screenshot.size.width, screenshot.size.height)
