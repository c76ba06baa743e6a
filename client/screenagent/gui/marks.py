"""What the actions of a reply look like on the screen: points, paths and captions, without Qt and without a scale."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from screenagent.domain.actions import (
    Action,
    Click,
    Drag,
    Key,
    KeyDown,
    KeyUp,
    MouseDown,
    MouseUp,
    Move,
    Scroll,
    TypeText,
    Wait,
    is_input,
)
from screenagent.domain.geometry import Point, Size
from screenagent.domain.story import ActionLine, Performed
from screenagent.domain.text import shortened
from screenagent.log import redact

Shape = Literal["click", "press", "release", "move", "drag", "scroll", "text", "keys", "wait"]
CAPTIONS: frozenset[Shape] = frozenset({"text", "keys", "wait"})

_LETTERS = {"left": "L", "middle": "M", "right": "R"}
_NAMES = {
    "Control": "Ctrl",
    "Return": "Enter",
    "Escape": "Esc",
    "Prior": "Page Up",
    "Next": "Page Down",
    "ISO_Level3_Shift": "AltGr",
    "space": "Space",
}
_LONGEST = 44
_NEAR = Size(40, 24)
_BESIDE = 20  # more marks than that beside each other are a blot anyway


@dataclass(frozen=True)
class Mark:
    """One action to draw.

    `points` are screen pixels: one for a click or a scroll, two or more along a path, none for a caption. `number` is the
    action's place in the list from 1, or 0 when it is the only one; `rank` counts the marks shortly before so near that their
    tags would lie on this one's; `way` is a scroll's notches to the right and down.
    """

    shape: Shape
    points: tuple[Point, ...] = ()
    label: str = ""
    number: int = 0
    progress: Performed = Performed.QUEUED
    count: int = 1
    way: tuple[int, int] = (0, 0)
    rank: int = 0

    @property
    def tag(self) -> str:
        """Number and label together, as they stand beside the mark."""
        return " ".join(part for part in (f"{self.number}." if self.number else "", self.label) if part)

    @property
    def anchor(self) -> Point | None:
        """The point at which the action ends; None for a caption."""
        return self.points[-1] if self.points else None


def marks(lines: Iterable[ActionLine], pointer: Point) -> tuple[Mark, ...]:
    """A mark for every input action of `lines`, in order; `pointer` is where the pointer was before the first."""
    inputs = [line for line in lines if is_input(line.action)]
    made: list[Mark] = []
    for number, line in enumerate(inputs, start=1):
        mark = _mark(line.action, pointer)
        pointer = mark.anchor or pointer
        rank = sum(_near(mark.anchor, other.anchor) for other in made[-_BESIDE:])
        made.append(replace(mark, number=number if len(inputs) > 1 else 0, progress=line.progress, rank=rank))
    return tuple(made)


def _near(one: Point | None, other: Point | None) -> bool:
    return one is not None and other is not None and abs(one.x - other.x) < _NEAR.width and abs(one.y - other.y) < _NEAR.height


def _mark(action: Action, pointer: Point) -> Mark:
    match action:
        case Move(point=point):
            return Mark("move", (pointer, point))
        case Click(point=point, button=button, count=count):
            return Mark("click", (point or pointer,), _LETTERS[button] + (f"×{count}" if count > 1 else ""), count=count)
        case MouseDown(point=point, button=button):
            return Mark("press", (point or pointer,), f"{_LETTERS[button]}↓")
        case MouseUp(point=point, button=button):
            return Mark("release", (point or pointer,), f"{_LETTERS[button]}↑")
        case Drag(path=path, button=button):
            return Mark("drag", path if len(path) > 1 else (pointer, *path), _LETTERS[button])
        case Scroll(point=point, dx=dx, dy=dy):
            ways = [f"{sign}{abs(many)}" for many, sign in ((dx, "→" if dx > 0 else "←"), (dy, "↓" if dy > 0 else "↑")) if many]
            return Mark("scroll", (point or pointer,), " ".join(ways), way=(dx, dy))
        case Key(chord=chord, repeat=repeat):
            return Mark("keys", label=_short(_chord(chord)) + (f" ×{repeat}" if repeat > 1 else ""))
        case KeyDown(key=key):
            return Mark("keys", label=f"{_short(_chord((key,)))} ↓")
        case KeyUp(key=key):
            return Mark("keys", label=f"{_short(_chord((key,)))} ↑")
        case TypeText(text=text):
            return Mark("text", label=f"“{_short(redact(text))}”")
        case Wait(seconds=seconds):
            return Mark("wait", label=f"{seconds:g} s")
        case _:
            raise TypeError(f"not an input action: {type(action).__name__}")


def _chord(keys: Sequence[str]) -> str:
    return redact(" + ".join(_key(key) for key in keys))


def _key(key: str) -> str:
    plain = key[:-2] if key.endswith(("_L", "_R")) else key
    if len(plain) == 1:
        return plain.upper() if plain.isascii() else plain
    return _NAMES.get(plain, plain.replace("_", " "))


def _short(text: str) -> str:
    return shortened(text.replace("\r\n", "↵").replace("\n", "↵").replace("\t", "⇥"), _LONGEST)
