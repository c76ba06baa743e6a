"""The one place where input leaves for the server: every event passes the ledger, under one lock."""

from __future__ import annotations

import threading

from screenagent.desktop.ledger import Held, Ledger, Owner
from screenagent.desktop.link import Link
from screenagent.domain.geometry import Point
from screenagent.errors import LinkLost
from screenagent.ports import Cancel

LEFT, MIDDLE, RIGHT, WHEEL_UP, WHEEL_DOWN, WHEEL_LEFT, WHEEL_RIGHT = range(7)


class Input:
    """Presses, releases and moves, for the agent and for a person.

    The agent's moves and presses check its cancel under the lock that `release` takes: once Stop was pressed and `release` has
    returned, no press can follow. Points are whole pixels on the screen.
    """

    def __init__(self, link: Link) -> None:
        self._link = link
        self._ledger = Ledger()
        self._lock = threading.RLock()
        self._x, self._y = 0, 0
        self.resting = False
        """Whether the pointer is known to be where `pointer` says."""

    @property
    def pointer(self) -> Point:
        """Where the pointer was last put."""
        return Point(self._x, self._y)

    @property
    def held(self) -> tuple[str, ...]:
        """Names of what is down, in the order of pressing."""
        with self._lock:
            return tuple(held.name for held in self._ledger.down)

    def key_is_down(self, *keysyms: int) -> bool:
        """Whether one of these keys is down, whoever holds it."""
        with self._lock:
            return any(held.kind == "key" and held.code in keysyms for held in self._ledger.down)

    def move(self, x: int, y: int, cancel: Cancel | None = None) -> None:
        """Put the pointer at (x, y) with whatever is held."""
        with self._lock:
            if cancel:
                cancel.check()
            self._put(x, y, self._ledger.buttons)

    def press_button(self, button: int, cancel: Cancel) -> None:
        """Press the agent's button (its bit number in the RFB mask) where the pointer is."""
        with self._lock:
            cancel.check()
            self._ledger.press(Held("agent", "button", button))
            self._put(self._x, self._y, self._ledger.buttons)

    def lift_button(self, button: int) -> None:
        """Release a button, held or not."""
        with self._lock:
            self._put(self._x, self._y, self._ledger.buttons & ~(1 << button))
            self._ledger.lift("button", button)

    def notch(self, wheel: int, cancel: Cancel) -> None:
        """Turn the wheel by one notch."""
        with self._lock:
            self.press_button(wheel, cancel)
            self.lift_button(wheel)

    def press_key(self, keysym: int, cancel: Cancel) -> None:
        """Press the agent's key."""
        with self._lock:
            cancel.check()
            self._key_down("agent", keysym)

    def lift_key(self, keysym: int) -> None:
        """Release a key, held or not."""
        with self._lock:
            self._link.key(keysym, False)
            self._ledger.lift("key", keysym)

    def person_key(self, keysym: int, down: bool) -> None:
        """A person's key."""
        with self._lock:
            if down:
                self._key_down("person", keysym)
            else:
                self.lift_key(keysym)

    def person_pointer(self, x: int, y: int, buttons: int) -> None:
        """A person's pointer, with the mask of all buttons that the person holds."""
        with self._lock:
            before = {held.code for held in self._ledger.down if held.owner == "person" and held.kind == "button"}
            now = {bit for bit in range(8) if buttons >> bit & 1}
            for bit in sorted(now - before):
                self._ledger.press(Held("person", "button", bit))
            lifted = before - now
            self._put(x, y, self._ledger.buttons & ~sum(1 << bit for bit in lifted))
            for bit in lifted:
                self._ledger.lift("button", bit)

    def release(self, agents_only: bool = False) -> tuple[str, ...]:
        """Let go of everything, the last pressed first; return the names. What a lost link keeps from being sent stays owed.

        With `agents_only`, what a person holds stays down.
        """
        with self._lock:
            held = [one for one in self._ledger.down[::-1] if one.owner == "agent" or not agents_only]
            for one in held:
                if agents_only and self._ledger.hand_over(one):
                    continue
                try:
                    self._lift(one)
                except LinkLost:
                    self._ledger.postpone()
                    break
            return tuple(one.name for one in held)

    def link_lost(self) -> None:
        """The link went: whatever is down must be released once it is back."""
        with self._lock:
            self._ledger.postpone()

    def link_back(self) -> tuple[str, ...]:
        """The link is there (again): say where the pointer is and release what was down before. Raises LinkLost."""
        with self._lock:
            size = self._link.size
            if not self.resting:
                self._x, self._y = size.width // 2, size.height // 2
            self._put(min(self._x, size.width - 1), min(self._y, size.height - 1), self._ledger.buttons)
            owed = self._ledger.owed[::-1]
            for one in owed:
                self._lift(one)
                self._ledger.settled(one)
            return tuple(one.name for one in owed)

    def _key_down(self, owner: Owner, keysym: int) -> None:
        self._ledger.press(Held(owner, "key", keysym))
        self._link.key(keysym, True)

    def _lift(self, held: Held) -> None:
        if held.kind == "key":
            self.lift_key(held.code)
        else:
            self.lift_button(held.code)

    def _put(self, x: int, y: int, buttons: int) -> None:
        self._x, self._y = x, y
        self._link.pointer(x, y, buttons)
        self.resting = True
