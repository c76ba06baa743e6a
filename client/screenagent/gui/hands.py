"""Whose the desktop's mouse and keyboard are, and what a person holds down on it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from screenagent.domain.geometry import Point
from screenagent.errors import ScreenAgentError
from screenagent.ports import Desktop

_WHEEL_UP, _WHEEL_DOWN, _WHEEL_LEFT, _WHEEL_RIGHT = 8, 16, 32, 64
_NOTCH = 120


class Hands(Enum):
    """Whose the desktop's mouse and keyboard are; with `BOTH` a person's input goes to it beside the agent's."""

    NOBODY = "nobody"
    AGENT = "agent"
    PERSON = "person"
    BOTH = "both"

    @property
    def take_input(self) -> bool:
        """Whether a person's input goes to the desktop."""
        return self in (Hands.PERSON, Hands.BOTH)


class PersonsHands:
    """Sends a person's pointer and keys, and knows which of them are down. Input on a lost link is dropped: the link tells."""

    def __init__(self, desktop: Desktop) -> None:
        self._desktop = desktop
        self._mask = 0
        self._turn = [0, 0]
        self._down: dict[tuple[int, int], list[int]] = {}
        self._at = Point(0, 0)

    @property
    def holding(self) -> bool:
        """Whether a mouse button is down."""
        return self._mask != 0

    def point(self, at: Point) -> None:
        """The pointer moved."""
        self._pointer(at, self._mask)

    def press(self, bit: int, at: Point) -> None:
        """A button went down (RFB mask bit)."""
        self._mask |= bit
        self._pointer(at, self._mask)

    def release(self, bit: int, at: Point) -> None:
        """A button went up; one that was not pressed here is nobody's business."""
        if self._mask & bit:
            self._mask &= ~bit
            self._pointer(at, self._mask)

    def turn(self, at: Point, dx: int, dy: int) -> None:
        """The wheel turned, in eighths of a degree as Qt tells it; small turns add up to notches."""
        for axis, delta, (more, less) in ((0, dx, (_WHEEL_LEFT, _WHEEL_RIGHT)), (1, dy, (_WHEEL_UP, _WHEEL_DOWN))):
            self._turn[axis] += delta
            notches = int(self._turn[axis] / _NOTCH)
            self._turn[axis] -= notches * _NOTCH
            for _ in range(abs(notches)):
                self._pointer(at, self._mask | (more if notches > 0 else less))
                self._pointer(at, self._mask)

    def key_down(self, key: tuple[int, int], syms: list[int]) -> None:
        """A physical key went down, once more when it repeats, and means `syms`."""
        self._down[key] = syms
        for sym in syms:
            self._key(sym, True)

    def held(self, key: tuple[int, int]) -> list[int] | None:
        """What a physical key meant when it went down, if it is down."""
        return self._down.get(key)

    def key_up(self, key: tuple[int, int]) -> None:
        """A physical key went up; it is released as what it was when pressed."""
        for sym in reversed(self._down.pop(key, [])):
            self._key(sym, False)

    def type(self, syms: Iterable[int]) -> None:
        """Press and release these, one after the other."""
        for sym in syms:
            self._key(sym, True)
            self._key(sym, False)

    def let_go_of_buttons(self) -> None:
        """Release every button."""
        if self._mask:
            self._mask = 0
            self._pointer(self._at, 0)

    def let_go(self) -> None:
        """Release every key and button."""
        for key in reversed(list(self._down)):
            self.key_up(key)
        self.let_go_of_buttons()

    def _pointer(self, at: Point, mask: int) -> None:
        self._at = at
        try:
            self._desktop.pointer_event(at, mask)
        except ScreenAgentError:
            pass

    def _key(self, sym: int, down: bool) -> None:
        try:
            self._desktop.key_event(sym, down)
        except ScreenAgentError:
            pass
