"""What is down right now: every key and button, who holds it, in the order of pressing. Pure bookkeeping; `Input` sends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from screenagent.desktop import keys

_LATELY = 256
"""So many different keys at most are remembered as let go of."""
Owner: TypeAlias = Literal["agent", "person"]
BUTTON_NAMES = ("left", "middle", "right", "wheel up", "wheel down", "wheel left", "wheel right", "back", "forward")


@dataclass(frozen=True)
class Held:
    """A key (`code` is its keysym) or a mouse button (`code` is its bit in the RFB button mask) that `owner` holds down."""

    owner: Owner
    kind: Literal["key", "button"]
    code: int

    @property
    def name(self) -> str:
        """The key or button in words."""
        return keys.name_of(self.code) if self.kind == "key" else f"{BUTTON_NAMES[self.code]} button"


class Ledger:
    """Not thread-safe: `Input` guards it with the lock under which it also sends."""

    def __init__(self) -> None:
        self._down: list[Held] = []
        self._owed: list[Held] = []
        self._lately: dict[int, None] = {}
        self._doubtful: dict[int, None] = {}

    @property
    def down(self) -> tuple[Held, ...]:
        """What is down, in the order of pressing."""
        return tuple(self._down)

    @property
    def owed(self) -> tuple[Held, ...]:
        """What was down when the link went: its up is sent once the link is back."""
        return tuple(self._owed)

    @property
    def doubtful(self) -> tuple[int, ...]:
        """The keys that were let go of before the link went: a loss is noticed late, and the last ups may be lost with it."""
        return tuple(self._doubtful)

    @property
    def buttons(self) -> int:
        """The RFB button mask of what is down."""
        mask = 0
        for held in self._down:
            if held.kind == "button":
                mask |= 1 << held.code
        return mask

    def press(self, held: Held) -> None:
        """Enter `held`; pressing again what is down changes nothing."""
        if held not in self._down:
            self._down.append(held)

    def forget(self, held: Held) -> None:
        """Strike out what was never sent."""
        self._down = [other for other in self._down if other != held]

    def lift(self, kind: Literal["key", "button"], code: int) -> None:
        """Strike out the key or button, whoever held it: once up, it is up for all."""
        before = len(self._down)
        self._down = [held for held in self._down if (held.kind, held.code) != (kind, code)]
        if kind == "key" and len(self._down) < before:
            self._lately.pop(code, None)
            self._lately[code] = None
            if len(self._lately) > _LATELY:
                del self._lately[next(iter(self._lately))]

    def hand_over(self, held: Held) -> bool:
        """Strike out `held` alone if somebody else holds the same key or button too; whether that is so."""
        shared = any(other != held and (other.kind, other.code) == (held.kind, held.code) for other in self._down)
        if shared:
            self.forget(held)
        return shared

    def postpone(self) -> None:
        """The link went: everything that is down now is owed an up."""
        self._owed += [held for held in self._down if held not in self._owed]
        self._doubtful |= self._lately
        self._down, self._lately = [], {}

    def settled(self, held: Held) -> None:
        """An owed up has been sent."""
        self._owed = [owed for owed in self._owed if owed != held]

    def certain(self, keysym: int) -> None:
        """A doubtful up has been sent again."""
        self._doubtful.pop(keysym, None)
