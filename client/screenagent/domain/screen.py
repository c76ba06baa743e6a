"""What is seen of a desktop: pictures of it, and which parts changed when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screenagent.domain.geometry import Box, Point, Size


@dataclass(frozen=True, eq=False)
class Patch:
    """A piece of a picture: (height, width, 3) uint8 RGB, with its upper left corner at (`left`, `top`)."""

    left: int
    top: int
    pixels: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Screenshot:
    """The whole screen at one FramebufferUpdate boundary.

    `pixels` is (height, width, 3) uint8 RGB and read-only; `taken_at` is UTC seconds since 1970; `pointer` is where we last
    put the pointer, in screen pixels; `hidden` is what a pointer that was drawn in covers.
    """

    pixels: NDArray[np.uint8]
    taken_at: float
    pointer: Point | None = None
    hidden: Patch | None = None

    @property
    def size(self) -> Size:
        """Width and height of the screen in pixels."""
        height, width = self.pixels.shape[:2]
        return Size(width, height)

    def bare(self) -> NDArray[np.uint8]:
        """Return the pixels without the pointer that was drawn in."""
        if self.hidden is None:
            return self.pixels
        pixels: NDArray[np.uint8] = self.pixels.copy()
        height, width = self.hidden.pixels.shape[:2]
        pixels[self.hidden.top : self.hidden.top + height, self.hidden.left : self.hidden.left + width] = self.hidden.pixels
        return pixels


@dataclass(frozen=True)
class Damage:
    """A part of the screen that was painted; `time` is `time.monotonic()` seconds. A `cursor` change covers no pixels."""

    box: Box
    time: float
    cursor: bool = False
