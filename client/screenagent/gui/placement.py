"""Where the screen lies in the view, and which screen pixel a view pixel stands for."""

from __future__ import annotations

import math
from dataclasses import dataclass

from screenagent.domain.geometry import Point, Size


@dataclass(frozen=True)
class Placement:
    """The screen drawn at (`left`, `top`) with the size `width` x `height`, all in view pixels.

    Pixels map edge to edge: the first view pixel of a row is the first screen pixel and the last is the last, so that corners
    can be hit at every scale; at 1:1 and above every screen pixel can be hit.
    """

    screen: Size
    left: int
    top: int
    width: int
    height: int

    @classmethod
    def fit(cls, screen: Size, view: Size) -> Placement:
        """The screen as large as the view allows, its aspect kept, at the top: it stays there when the view gets less high."""
        scale = min(view.width / screen.width, view.height / screen.height)
        return cls._at_top(screen, view, max(1, round(screen.width * scale)), max(1, round(screen.height * scale)))

    @classmethod
    def actual(cls, screen: Size, view: Size) -> Placement:
        """One view pixel a screen pixel; at the top, and in the middle where the view is wider."""
        return cls._at_top(screen, view, screen.width, screen.height)

    @classmethod
    def _at_top(cls, screen: Size, view: Size, width: int, height: int) -> Placement:
        return cls(screen, max(0, (view.width - width) // 2), 0, width, height)

    def to_screen(self, x: float, y: float) -> Point:
        """The screen pixel under view pixel (x, y); outside the picture, the nearest one."""
        return Point(
            _scaled(x - self.left, self.width, self.screen.width), _scaled(y - self.top, self.height, self.screen.height)
        )

    def covers(self, x: float, y: float) -> bool:
        """Whether view pixel (x, y) shows a part of the screen."""
        return 0 <= x - self.left < self.width and 0 <= y - self.top < self.height

    def to_view(self, point: Point) -> tuple[int, int]:
        """A view pixel that shows this screen pixel."""
        return (
            self.left + _scaled(point.x, self.screen.width, self.width),
            self.top + _scaled(point.y, self.screen.height, self.height),
        )


def _scaled(at: float, length: int, target: int) -> int:
    """Pixel `at` of a row of `length` pixels as a pixel of a row of `target` pixels."""
    place = min(max(math.floor(at), 0), length - 1)
    if length <= 1:
        return 0
    return (2 * place * (target - 1) + (length - 1)) // (2 * (length - 1))
