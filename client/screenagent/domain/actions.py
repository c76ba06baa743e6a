"""The canonical action set (reference: actions.md).

Every dialect reads its model's reply into these values and nothing else crosses from dialect to desktop. Points are screen
pixels. Each action keeps its `origin`, so that it can be drawn and explained; origins do not take part in comparison.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Literal, TypeAlias, TypeGuard, get_args

from screenagent.domain.geometry import Box, Point
from screenagent.domain.text import shortened

Button: TypeAlias = Literal["left", "middle", "right"]


@dataclass(frozen=True)
class Origin:
    """Where an action was read: the dialect, the raw text, and the area that the model annotated, in screen pixels."""

    dialect: str
    raw: str
    box: Box | None = None


@dataclass(frozen=True, kw_only=True)
class _Action:
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Move(_Action):
    """Move the pointer."""

    point: Point


@dataclass(frozen=True)
class Click(_Action):
    """Press and release a button `count` times (1-3) at `point`, or where the pointer is."""

    point: Point | None = None
    button: Button = "left"
    count: int = 1


@dataclass(frozen=True)
class MouseDown(_Action):
    """Press a button and keep it down."""

    button: Button = "left"
    point: Point | None = None


@dataclass(frozen=True)
class MouseUp(_Action):
    """Release a button."""

    button: Button = "left"
    point: Point | None = None


@dataclass(frozen=True)
class Drag(_Action):
    """Press at the first point of `path`, move along it, release at the last; a path of one point starts at the pointer."""

    path: tuple[Point, ...]
    button: Button = "left"


@dataclass(frozen=True)
class Scroll(_Action):
    """Turn the wheel by notches: `dy` > 0 scrolls the content down (wheel towards the user), `dx` > 0 right."""

    point: Point | None = None
    dx: int = 0
    dy: int = 0


@dataclass(frozen=True)
class Key(_Action):
    """Press the keys of `chord` in order and release them in reverse, `repeat` times. X keysym names or single characters."""

    chord: tuple[str, ...]
    repeat: int = 1


@dataclass(frozen=True)
class KeyDown(_Action):
    """Press a key and keep it down."""

    key: str


@dataclass(frozen=True)
class KeyUp(_Action):
    """Release a key."""

    key: str


@dataclass(frozen=True)
class TypeText(_Action):
    """Enter text where the focus is; a newline is the Return key."""

    text: str


@dataclass(frozen=True)
class Wait(_Action):
    """Do nothing for a while."""

    seconds: float


@dataclass(frozen=True)
class PlanItem(_Action):
    """One sub-task of a plan."""

    text: str


class Judgement(str, Enum):
    """What an evaluator says of a sub-task."""

    SUCCESS = "success"
    RETRY = "retry"
    REPLAN = "replan"


@dataclass(frozen=True)
class Verdict(_Action):
    """The evaluator's judgement of the current sub-task."""

    judgement: Judgement
    advice: str = ""


class Standing(str, Enum):
    """What a model says of the task as a whole."""

    CONTINUE = "continue"
    DONE = "done"
    IMPOSSIBLE = "impossible"
    NEED_USER = "need_user"


@dataclass(frozen=True)
class Status(_Action):
    """The model's own word on the task: no input, but a signal."""

    standing: Standing
    text: str = ""


InputAction: TypeAlias = Move | Click | MouseDown | MouseUp | Drag | Scroll | Key | KeyDown | KeyUp | TypeText | Wait
Action: TypeAlias = InputAction | PlanItem | Verdict | Status

_INPUT_TYPES: tuple[type, ...] = get_args(InputAction)


def is_input(action: Action) -> TypeGuard[InputAction]:
    """Whether the action is performed on the desktop."""
    return isinstance(action, _INPUT_TYPES)


def describe(action: Action) -> str:
    """One short line a person understands, such as ``click left at (10, 760)``."""
    match action:
        case Move(point=point):
            return f"move to {point}"
        case Click(point=point, button=button, count=count):
            times = {1: "click", 2: "double-click", 3: "triple-click"}.get(count, f"click {count} times")
            return f"{times} {button} {_at(point)}"
        case MouseDown(button=button, point=point):
            return f"hold {button} button {_at(point)}"
        case MouseUp(button=button, point=point):
            return f"release {button} button {_at(point)}"
        case Drag(path=path, button=button):
            return f"drag {button} " + " to ".join(str(point) for point in (path if len(path) > 1 else ("here", *path)))
        case Scroll(point=point, dx=dx, dy=dy):
            ways = [
                f"{abs(n)} {word}" for n, word in ((dy, "down" if dy > 0 else "up"), (dx, "right" if dx > 0 else "left")) if n
            ]
            return f"scroll {' and '.join(ways) or 'nothing'} {_at(point)}"
        case Key(chord=chord, repeat=repeat):
            return f"press {'+'.join(chord)}" + (f" {repeat} times" if repeat > 1 else "")
        case KeyDown(key=key):
            return f"hold {key}"
        case KeyUp(key=key):
            return f"release {key}"
        case TypeText(text=text):
            return f"type {_short(text)}"
        case Wait(seconds=seconds):
            return f"wait {seconds:g} s"
        case PlanItem(text=text):
            return f"plan: {text}"
        case Verdict(judgement=judgement, advice=advice):
            return f"judge: {judgement.value}" + (f" ({advice})" if advice else "")
        case Status(standing=standing, text=text):
            return f"status: {standing.value}" + (f" ({text})" if text else "")


def _at(point: Point | None) -> str:
    return f"at {point}" if point else "here"


def _short(text: str, limit: int = 60) -> str:
    return '"' + shortened(text, limit).replace("\n", "⏎") + '"'
