"""Random cases: what the agent has its hands on, what a person does meanwhile, and how and when it ends, all from one number."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from contract.stop.worker import key, mouse, typed

Actions = list[dict[str, Any]]
WIDTH, HEIGHT = 1024, 768
MODIFIERS = ("Shift_L", "Control_L", "Alt_L", "Super_L", "Shift_R", "Control_R")
OTHER_KEYS = ("a", "Left", "Right", "Home", "Tab", "F5", "x", "7")
PERSONS_KEYS = (0xFFE1, 0xFFE3, 0x71, 0xFF54)
"""Shift_L and Control_L, which the agent may hold too; q and Down."""
ENDINGS = (
    *["stop"] * 6,
    *["a listener fails, then stop"] * 2,
    *["a defect"] * 3,
    *["the link is cut and comes back"] * 4,
    "the link is cut for good",
    *["the program closes the desktop"] * 2,
    "a signal",
    "the process ends",
)
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,;:!?@#$%&*()-_=+/<>'\""


@dataclass(frozen=True)
class Deed:
    """What a person does when so many input events have passed: a key, or a mask of buttons at a place."""

    after: int
    keysym: int = 0
    buttons: int = 0
    x: int = 0
    y: int = 0


@dataclass(frozen=True)
class Case:
    """`after` so many input events it ends; `lets_go`: the person does so before."""

    seed: int
    server: str
    backend: str
    ending: str
    actions: Actions
    after: int
    deeds: tuple[Deed, ...] = ()
    lets_go: bool = True
    detail: int = 0

    def __str__(self) -> str:
        return f"{self.ending}, by {self.backend} on {self.server}"


def draw(seed: int) -> Case:
    """Return the case of this number; each ending comes as often as it stands in ENDINGS."""
    chance = random.Random(seed)
    ending = ENDINGS[seed % len(ENDINGS)]
    server = "x11vnc" if chance.random() < 0.35 and ending != "the link is cut for good" else "Xtigervnc"
    leg, events = chance.choice(LEGS)(chance)
    held = [_hold(chance) for _ in range(chance.choice((0, 0, 1, 2, 3)))]
    after = len(held) + chance.randint(1, events)
    alone = ending in ("a defect", "a signal", "the process ends") or chance.random() < 0.65
    deeds = () if alone else tuple(_deed(chance, after) for _ in range(chance.randint(1, 3)))
    return Case(
        seed,
        server,
        "vncdotool" if chance.random() < 0.15 else "rfb",
        ending,
        [*held, *leg, *_more(chance)],
        after,
        tuple(sorted(deeds, key=lambda deed: deed.after)),
        chance.random() < 0.5,
        chance.randrange(1 << 16),
    )


def _place(chance: random.Random) -> tuple[int, int]:
    return chance.randrange(WIDTH), chance.randrange(HEIGHT)


def _hold(chance: random.Random) -> dict[str, Any]:
    if chance.random() < 0.3:
        return mouse("down", *_place(chance), button=chance.choice(("middle", "right")))
    return key("down", chance.choice(MODIFIERS + OTHER_KEYS))


def _drag(chance: random.Random) -> tuple[Actions, int]:
    corners = [(10, 10), (WIDTH - 10, 10), (WIDTH - 10, HEIGHT - 10), (10, HEIGHT - 10)]
    start = chance.randrange(4)
    there, across = corners[start], corners[start - 2]
    return [mouse("move", *there), mouse("drag", *across)], 45


def _slow_drag(chance: random.Random) -> tuple[Actions, int]:
    return [mouse("down", *_place(chance)), *(mouse("move", *_place(chance)) for _ in range(30))], 25


def _chord(chance: random.Random) -> tuple[Actions, int]:
    keys = [*chance.sample(MODIFIERS, chance.randint(1, 4)), chance.choice(OTHER_KEYS)]
    return [key("press", "+".join(keys))], 2 * len(keys)


def _text(chance: random.Random) -> tuple[Actions, int]:
    return [typed("".join(chance.choices(LETTERS, k=150)))], 40


def _scrolling(chance: random.Random) -> tuple[Actions, int]:
    x, y = _place(chance)
    kind = chance.choice(("scroll_up", "scroll_down"))
    place = {"width": x, "height": y}
    return [{"action_type": "MouseAction", "mouse_action_type": kind, "scroll_repeat": 40, "mouse_position": place}], 30


def _click(chance: random.Random) -> tuple[Actions, int]:
    kind, button = chance.choice((("click", "left"), ("click", "right"), ("click", "middle"), ("double_click", "left")))
    return [mouse(kind, *_place(chance), button=button)], 3


LEGS: tuple[Callable[[random.Random], tuple[Actions, int]], ...] = (_drag, _drag, _slow_drag, _chord, _text, _scrolling, _click)


def _more(chance: random.Random) -> Actions:
    """So much to do that no ending comes too late."""
    legs = [action for _ in range(6) for action in (*_drag(chance)[0], *_text(chance)[0])]
    return [*legs, *legs, *legs]


def _deed(chance: random.Random, before: int) -> Deed:
    after = chance.randint(0, before)
    if chance.random() < 0.5:
        return Deed(after, keysym=chance.choice(PERSONS_KEYS))
    x, y = _place(chance)
    return Deed(after, buttons=chance.choice((1, 2, 4, 5)), x=x, y=y)
