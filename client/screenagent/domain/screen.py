"""What is seen of a desktop: pictures of it, and which parts changed when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screenagent.domain.geometry import Box, Point, Size


@dataclass(frozen=True, eq=False)
class Screenshot:
    """The whole screen at one FramebufferUpdate boundary.

    `pixels` is (height, width, 3) uint8 RGB and read-only; `taken_at` is UTC seconds since 1970; `pointer` is where we last
    put the pointer, in screen pixels.
    """

    pixels: NDArray[np.uint8]
    taken_at: float
    pointer: Point | None = None

    @property
    def size(self) -> Size:
        """Width and height of the screen in pixels."""
        height, width = self.pixels.shape[:2]
        return Size(width, height)


@dataclass(frozen=True)
class Damage:
    """A part of the screen that was painted; `time` is `time.monotonic()` seconds. A `cursor` change covers no pixels."""

    box: Box
    time: float
    cursor: bool = False
