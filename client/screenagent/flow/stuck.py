"""Whether what the agent does has any effect: pictures compared, and steps without effect counted.

An acting step counts when it pressed, clicked or typed something and the next settled picture equals the one before its first
action. What comes and goes by itself is left out: the pointer that we draw, and one blinking caret; a clock that ticks while the
model thinks is no effect either. One that shows only later, as of a program that is slow to open, is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from screenagent.domain import events as ev
from screenagent.domain.actions import Click, Drag, InputAction, MouseDown, MouseUp, Move, Scroll, Wait
from screenagent.domain.geometry import Box, Point
from screenagent.domain.limits import Patience
from screenagent.domain.machine import Signal
from screenagent.domain.screen import Screenshot

_LINE_CARET = (3, 40)
_BLOCK_CARET = (12, 26)
"""Width and height in pixels, at most. Typing one letter may paint as little as a block caret, and so may ticking a box: those go
for the mouse only, and not where it points."""
_NEAR = 12.0
"""Pixels from the pointer within which a change is the click's."""
_LATE = 600
"""Pixels that differ at least when an effect shows late, as a window does: more than a caret and a clock have together."""
_POINTING = (Move, Click, MouseDown, MouseUp, Drag, Scroll, Wait)


class Watch:
    """Counts the steps in a row without effect. The run's thread calls, but `forget` may come from any."""

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

    def saw(self, screenshot: Screenshot) -> None:
        """The actor is to act on this."""
        with self._lock:
            self._see(screenshot)

    def acts_on(self, screenshot: Screenshot) -> None:
        """The first action is about to be performed on this: what changed while the model thought is no effect of it."""
        with self._lock:
            if self._seen is not None:
                self._see(screenshot)

    def judge(self, after: Screenshot, performed: Sequence[InputAction]) -> None:
        """Compare the settled picture with the one that these were performed on, and tell when it is the same."""
        with self._lock:
            before, self._seen = self._seen, None
            if before is None or all(isinstance(action, (Move, Wait)) for action in performed):
                return
            if changed(before, after, pointing=all(isinstance(action, _POINTING) for action in performed)):
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

    def forget(self) -> None:
        """Start counting afresh: there was progress, or somebody else had a hand in it."""
        with self._lock:
            self._seen = None
            self._begin_anew()

    def _see(self, screenshot: Screenshot) -> None:
        if self._unmoved is not None and _much_differs(self._unmoved, screenshot):
            self._begin_anew()
        self._seen = screenshot

    def _begin_anew(self) -> None:
        self._in_a_row, self._due, self._unmoved = 0, None, None

    def _consequence(self) -> Signal | None:
        if 0 < self._patience.fail <= self._in_a_row:
            return Signal.STUCK
        every = self._patience.replan
        return Signal.REPLAN if every > 0 and self._in_a_row % every == 0 else None


def changed(before: Screenshot, after: Screenshot, *, pointing: bool) -> bool:
    """Whether the pictures differ by more than the drawn pointer and one caret; `pointing`: only the mouse was used between."""
    one, other = before.bare(), after.bare()
    if one.shape != other.shape:
        return True
    box = _extent(one, other)
    if box is None:
        return False
    carets = (_LINE_CARET, _BLOCK_CARET) if pointing and not _near(after.pointer, box) else (_LINE_CARET,)
    return not any(box.right - box.left <= width and box.bottom - box.top <= height for width, height in carets)


def _much_differs(before: Screenshot, after: Screenshot) -> bool:
    one, other = before.bare(), after.bare()
    return one.shape != other.shape or int(np.count_nonzero((one != other).any(axis=2))) >= _LATE


def _near(pointer: Point | None, box: Box) -> bool:
    if pointer is None:
        return False
    across = max(box.left - pointer.x, pointer.x - box.right, 0.0)
    down = max(box.top - pointer.y, pointer.y - box.bottom, 0.0)
    return max(across, down) <= _NEAR


def _extent(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> Box | None:
    """Return the box that encloses every difference; None when there is none."""
    if np.array_equal(one, other):
        return None
    height, width, channels = one.shape
    differs = one.reshape(height, width * channels) != other.reshape(height, width * channels)
    rows = np.flatnonzero(differs.any(axis=1))
    columns = np.flatnonzero(differs[rows[0] : rows[-1] + 1].any(axis=0)) // channels
    return Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
