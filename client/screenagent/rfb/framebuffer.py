"""The picture: decoders paint on a back copy, readers see a front copy that changes only between whole updates."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from screenagent.errors import DesktopProtocolError
from screenagent.rfb.values import Pixels, Snapshot


class Rectangle(NamedTuple):
    """A rectangle of the framebuffer, in pixels."""

    x: int
    y: int
    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height} at ({self.x}, {self.y})"


class Framebuffer:
    """A BGRX picture of (height, width, 4) uint8. One thread paints and publishes; any thread takes snapshots."""

    def __init__(self, *, pixel_limit: int, number: int = 0) -> None:
        self._pixel_limit = pixel_limit
        self._lock = threading.Lock()
        self._back: Pixels = np.zeros((0, 0, 4), np.uint8)
        self._front = self._back.copy()
        self._missing = np.zeros((0, 0), np.bool_)
        self._resized = False
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
        old = self._back
        self._back = np.zeros((height, width, 4), np.uint8)
        rows, columns = min(height, old.shape[0]), min(width, old.shape[1])
        self._back[:rows, :columns] = old[:rows, :columns]
        self._missing = np.ones((height, width), np.bool_)
        self._resized = True
        self.complete = False

    def require_inside(self, rectangle: Rectangle, what: str) -> None:
        """Raise DesktopProtocolError, naming `what`, unless `rectangle` lies inside the picture."""
        x, y, width, height = rectangle
        if x + width > self.width or y + height > self.height:
            raise DesktopProtocolError(
                f"The server sent {what} of {rectangle}, which is not inside the screen of {self.width}x{self.height}."
            )

    def paint(self, rectangle: Rectangle, pixels: Pixels) -> None:
        """Paint BGRX `pixels`, (height, width, 4), on a rectangle that is known to lie inside."""
        x, y, width, height = rectangle
        self._back[y : y + height, x : x + width] = pixels

    def copy(self, source_x: int, source_y: int, target: Rectangle) -> None:
        """Move a part of the picture to `target`; the two, known to lie inside, may overlap."""
        x, y, width, height = target
        part = self._back[source_y : source_y + height, source_x : source_x + width]
        self._back[y : y + height, x : x + width] = part

    def differs(self, rectangle: Rectangle) -> bool:
        """Tell whether the painted picture differs from the published one there, which must be of the same size."""
        x, y, width, height = rectangle
        area = np.s_[y : y + height, x : x + width, :3]
        return not np.array_equal(self._back[area], self._front[area])

    def publish(self, painted: Iterable[Rectangle], time: float) -> None:
        """Show what was painted since the last time, as one update applied at `time`."""
        rectangles = tuple(painted)
        if not self.complete:
            for x, y, width, height in rectangles:
                self._missing[y : y + height, x : x + width] = False
            if not self._missing.any():
                self.complete, self._missing = True, np.zeros((0, 0), np.bool_)
        with self._lock:
            if self._resized:
                self._front, self._resized = self._back.copy(), False
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
        pixels.flags.writeable = False
        return Snapshot(pixels, number, time)
