"""Points, sizes and boxes in screen pixels; the origin is the top left corner."""

from __future__ import annotations

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
