"""What was read on a picture of the screen: frozen values, no I/O.

All coordinates are pixels of the picture received, x to the right and y down, (0, 0) at the top left; `right` and
`bottom` are exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Word:
    """One word of a line; for scripts without spaces, one run of characters."""

    text: str
    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True)
class Line:
    """One run of text with no wide gap in it: a label, a menu's entry, a sentence's line. `score` is from 0 to 1."""

    text: str
    left: int
    top: int
    right: int
    bottom: int
    score: float
    words: tuple[Word, ...]

    @property
    def centre(self) -> tuple[int, int]:
        """The pixel (x, y) to click."""
        return (self.left + self.right) // 2, (self.top + self.bottom) // 2

    @property
    def width(self) -> int:
        """Pixels from the left to the right edge."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels from the top to the bottom edge."""
        return self.bottom - self.top


@dataclass(frozen=True)
class ScreenText:
    """All lines of a picture in reading order (top to bottom, then left to right)."""

    lines: tuple[Line, ...]
    width: int
    height: int
    changed: tuple[int, int, int, int] | None = None
    """(left, top, right, bottom) of what changed since the reading before of the same size; None: nothing, or first."""
