"""Points, sizes and boxes in screen pixels; the origin is the top left corner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Point:
    """A place on the screen, in (fractions of) screen pixels."""

    x: float
    y: float

    def __str__(self) -> str:
        return f"({self.x:g}, {self.y:g})"


@dataclass(frozen=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int

    def clamp(self, point: Point) -> Point:
        """Return the nearest point that lies on the screen."""
        return Point(min(max(point.x, 0), self.width - 1), min(max(point.y, 0), self.height - 1))

    def contains(self, point: Point) -> bool:
        """Whether the point lies on the screen."""
        return 0 <= point.x < self.width and 0 <= point.y < self.height

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


@dataclass(frozen=True)
class Box:
    """A rectangle in screen pixels; `right` and `bottom` are exclusive."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def area(self) -> float:
        """Pixels covered; zero for an empty box."""
        return max(0.0, self.right - self.left) * max(0.0, self.bottom - self.top)

    @property
    def centre(self) -> Point:
        """The middle of the box."""
        return Point((self.left + self.right) / 2, (self.top + self.bottom) / 2)

    def grown(self, by: float) -> Box:
        """Return the box with `by` pixels more on each side."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def encloses(self, other: Box) -> bool:
        """Whether `other` lies in this box, to its edges."""
        return self.left <= other.left and self.top <= other.top and other.right <= self.right and other.bottom <= self.bottom

    def distance(self, point: Point) -> float:
        """Return how many pixels `point` is off the box, along the axis on which it is further off; 0 inside."""
        across = max(self.left - point.x, point.x - self.right, 0.0)
        down = max(self.top - point.y, point.y - self.bottom, 0.0)
        return max(across, down)


def enclosing(boxes: Sequence[Box]) -> Box:
    """Return the smallest box that holds all of `boxes`, at least one."""
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )
