"""Whether what the agent does has any effect: pictures compared, and steps without effect counted.

An acting step counts when it pressed, clicked or typed something and the next settled picture equals the one that the actor
saw. What comes and goes by itself is left out: the pointer that we draw, and one blinking caret.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from screenagent.domain import events as ev
from screenagent.domain.actions import Click, Drag, InputAction, MouseDown, MouseUp, Move, Scroll, Wait
from screenagent.domain.limits import Patience
from screenagent.domain.machine import Signal
from screenagent.domain.screen import Screenshot

_LINE_CARET = (3, 40)
_BLOCK_CARET = (12, 26)
"""Width and height in pixels, at most. Typing one letter may paint as little as a block caret, so those go for the mouse only."""
_POINTING = (Move, Click, MouseDown, MouseUp, Drag, Scroll, Wait)


class Watch:
    """Counts the steps in a row without effect. The run's thread calls, but `forget` may come from any."""

    def __init__(self, patience: Patience, emit: Callable[[ev.Event], None]) -> None:
        self._patience = patience
        self._emit = emit
        self._lock = threading.Lock()
        self._seen: Screenshot | None = None
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
            self._seen = screenshot

    def judge(self, after: Screenshot, performed: Sequence[InputAction]) -> None:
        """Compare the settled picture with what the actor saw before these were performed, and tell when it is the same."""
        with self._lock:
            before, self._seen = self._seen, None
            if before is None or all(isinstance(action, (Move, Wait)) for action in performed):
                return
            if changed(before, after, pointing=all(isinstance(action, _POINTING) for action in performed)):
                self._in_a_row, self._due = 0, None
                return
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
            self._seen, self._due, self._in_a_row = None, None, 0

    def _consequence(self) -> Signal | None:
        if 0 < self._patience.fail <= self._in_a_row:
            return Signal.STUCK
        return Signal.REPLAN if 0 < self._patience.replan <= self._in_a_row else None


def changed(before: Screenshot, after: Screenshot, *, pointing: bool) -> bool:
    """Whether the pictures differ by more than the drawn pointer and one caret; `pointing`: only the mouse was used between."""
    one, other = before.bare(), after.bare()
    if one.shape != other.shape:
        return True
    size = _extent(one, other)
    if size is None:
        return False
    carets = (_LINE_CARET, _BLOCK_CARET) if pointing else (_LINE_CARET,)
    return not any(size[0] <= width and size[1] <= height for width, height in carets)


def _extent(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> tuple[int, int] | None:
    """Return width and height of the area that encloses every difference; None when there is none."""
    if np.array_equal(one, other):
        return None
    height, width, channels = one.shape
    differs = one.reshape(height, width * channels) != other.reshape(height, width * channels)
    rows = np.flatnonzero(differs.any(axis=1))
    columns = np.flatnonzero(differs[rows[0] : rows[-1] + 1].any(axis=0)) // channels
    return int(columns[-1] - columns[0]) + 1, int(rows[-1] - rows[0]) + 1
