"""The picture behind vncdotool's protocol: painted by the reactor's thread, looked at by any other."""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

from screenagent.domain.geometry import Size


class Canvas:
    """Two BGRX framebuffers: one being painted, and one that is whole, moved on at every update boundary."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._painted = np.zeros((0, 0, 4), np.uint8)
        self._whole = self._painted.copy()
        self._touched: list[tuple[slice, slice]] = []
        self._missing = np.zeros((0, 0), bool)

    @property
    def size(self) -> Size:
        """Of the picture being painted."""
        height, width = self._painted.shape[:2]
        return Size(width, height)

    @property
    def complete(self) -> bool:
        """Whether every pixel has been painted since `reset`."""
        return not self._missing.size

    def reset(self, width: int, height: int) -> None:
        """A new connection: nothing is known."""
        self._missing = np.ones((height, width), bool)
        self.resize(width, height)

    def resize(self, width: int, height: int) -> None:
        """Change the size; what both sizes have in common stays."""
        rows, columns = min(height, self._painted.shape[0]), min(width, self._painted.shape[1])
        fresh = np.zeros((height, width, 4), np.uint8)
        fresh[:rows, :columns] = self._painted[:rows, :columns]
        if self._missing.size:
            self._missing = np.ones((height, width), bool)
        self._painted = fresh
        self._touched = [(slice(0, height), slice(0, width))]

    def paint(self, x: int, y: int, width: int, height: int, data: bytes) -> None:
        """Put BGRX bytes where they belong; the rectangle lies within the picture."""
        where = (slice(y, y + height), slice(x, x + width))
        self._painted[where] = np.frombuffer(data, np.uint8).reshape(height, width, 4)
        self._touched.append(where)
        if self._missing.size:
            self._missing[where] = False
            if not self._missing.any():
                self._missing = np.zeros((0, 0), bool)

    def commit(self) -> None:
        """An update ended: what it painted becomes visible."""
        with self._lock:
            if self._whole.shape != self._painted.shape:
                self._whole = self._painted.copy()
            else:
                for where in self._touched:
                    self._whole[where] = self._painted[where]
        self._touched = []

    def picture(self) -> NDArray[np.uint8]:
        """A copy of the whole picture."""
        with self._lock:
            picture: NDArray[np.uint8] = self._whole.copy()
        return picture
