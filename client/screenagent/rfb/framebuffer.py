"""The picture: decoders paint on a back copy, readers see a front copy that changes only between whole updates."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from screenagent.errors import DesktopProtocolError
from screenagent.rfb.pixels import WORD, Words
from screenagent.rfb.values import Pixels, Snapshot

_MOST_SIZES = 32
"""Changes of size within one update; a server has a handful to tell of."""
_BAND = 16
"""Rows that are looked at together."""


class Rectangle(NamedTuple):
    """A rectangle of the framebuffer, in pixels."""

    x: int
    y: int
    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height} at ({self.x}, {self.y})"

    def common(self, other: Rectangle) -> int:
        """Return how many pixels both have."""
        wide = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        high = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        return max(0, wide) * max(0, high)

    def with_(self, other: Rectangle) -> Rectangle:
        """Return the smallest rectangle that holds both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        right, bottom = max(self.x + self.width, other.x + other.width), max(self.y + self.height, other.y + other.height)
        return Rectangle(x, y, right - x, bottom - y)


class Framebuffer:
    """A picture of (height, width) words. One thread paints and publishes; any thread takes snapshots."""

    def __init__(self, *, pixel_limit: int, number: int = 0) -> None:
        self._pixel_limit = pixel_limit
        self._lock = threading.Lock()
        self._back: Words = np.zeros((0, 0), WORD)
        self._front = self._back.copy()
        self._painted = np.zeros((0, 0), np.bool_)
        self._sizes = 0
        self._number = number
        self._time = 0.0
        self.complete = False

    @property
    def width(self) -> int:
        """Pixels in a row."""
        return int(self._back.shape[1])

    @property
    def height(self) -> int:
        """Rows."""
        return int(self._back.shape[0])

    @property
    def number(self) -> int:
        """Updates published so far."""
        return self._number

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of what `snapshot` shows."""
        with self._lock:
            return int(self._front.shape[1]), int(self._front.shape[0])

    def resize(self, width: int, height: int) -> None:
        """Take on a new size and keep the common part; all of it counts as not yet painted. Raises DesktopProtocolError."""
        if width < 1 or height < 1 or width * height > self._pixel_limit:
            raise DesktopProtocolError(
                f"The server announced a screen of {width}x{height} pixels; "
                f"between 1 and {self._pixel_limit} pixels are accepted."
            )
        self._sizes += 1
        if self._sizes > _MOST_SIZES:
            raise DesktopProtocolError(f"The server changed the size of its screen more than {_MOST_SIZES} times in one update.")
        self._back = _cut(self._back, (height, width))
        self.forget()

    def forget(self) -> None:
        """Count all of the picture as not yet painted, until it has been painted anew."""
        self._painted = np.zeros(self._back.shape, np.bool_)
        self.complete = False

    def require_inside(self, rectangle: Rectangle, what: str) -> None:
        """Raise DesktopProtocolError, naming `what`, unless `rectangle` lies inside the picture."""
        x, y, width, height = rectangle
        if x + width > self._back.shape[1] or y + height > self._back.shape[0]:
            raise DesktopProtocolError(
                f"The server sent {what} of {rectangle}, which is not inside the screen of {self.width}x{self.height}."
            )

    def area(self, rectangle: Rectangle) -> Words:
        """Return the part of the picture in `rectangle`, known to lie inside, for painting on: (height, width) words."""
        x, y, width, height = rectangle
        return self._back[y : y + height, x : x + width]

    def copy(self, source_x: int, source_y: int, target: Rectangle) -> None:
        """Move a part of the picture to `target`; the two, known to lie inside, may overlap."""
        self.area(target)[:] = self.area(target._replace(x=source_x, y=source_y))

    def differs(self, rectangle: Rectangle) -> bool:
        """Tell whether the painted picture differs from the published one there, which must be of the same size."""
        x, y, width, height = rectangle
        area = np.s_[y : y + height, x : x + width]
        return bool(((self._back[area] ^ self._front[area]) & 0xFFFFFF).any())

    def publish(self, painted: Iterable[Rectangle], time: float) -> None:
        """Show what was painted since the last time, as one update applied at `time`."""
        rectangles = tuple(painted)
        if not self.complete:
            for x, y, width, height in rectangles:
                self._painted[y : y + height, x : x + width] = True
            if self._painted.all():
                self.complete, self._painted = True, np.zeros((0, 0), np.bool_)
        with self._lock:
            if self._sizes:
                self._front, self._sizes = _cut(self._back, self._back.shape), 0
            elif sum(width * height for _, _, width, height in rectangles) >= self._back.size:
                self._front[:] = self._back
            else:
                for x, y, width, height in rectangles:
                    area = np.s_[y : y + height, x : x + width]
                    self._front[area] = self._back[area]
            self._number += 1
            self._time = time

    def snapshot(self) -> Snapshot:
        """Return a read-only copy of the picture as the last whole update left it."""
        with self._lock:
            pixels, number, time = self._front.copy(), self._number, self._time
        shown: Pixels = pixels.view(np.uint8).reshape(*pixels.shape, 4)
        shown.flags.writeable = False
        return Snapshot(shown, number, time)


def _cut(picture: Words, shape: tuple[int, ...]) -> Words:
    """Return a copy of another shape. What is black takes up no memory, however large a server says that its screen is."""
    copy = np.zeros(shape, WORD)
    rows, columns = min(shape[0], picture.shape[0]), min(shape[1], picture.shape[1])
    for top in range(0, rows, _BAND):
        band = picture[top : min(top + _BAND, rows), :columns]
        if band.any():
            copy[top : top + len(band), :columns] = band
    return copy
