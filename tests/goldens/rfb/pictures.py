"""Pictures compared, and what remains of them in fewer colours, worked out apart from the client.

Pictures are (height, width, 3) uint8 RGB. Each server has its own way to bring the 256 levels of a channel down to fewer; a
client brings them up again to the nearest of 256. For a client with a colour map, the server says what the levels look like.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

LEVELS = {"rgb565": (31, 63, 31), "bgr233": (7, 7, 3), "colour-map": (7, 7, 3)}
"""The highest value of red, green and blue in each format of fewer than 24 bits, and in the map of servers that have none."""
_BLOCK = 8

Scale = Callable[[np.ndarray, int], np.ndarray]


def cut(level: np.ndarray, most: int) -> np.ndarray:
    """Keep the upper bits of levels of 0 to 255, so that 0 to `most` remain."""
    return level * (most + 1) // 256


def rounded(level: np.ndarray, most: int) -> np.ndarray:
    """Take the nearest of 0 to `most`."""
    return (level * most + 127) // 255


def nearest(level: np.ndarray, most: int) -> np.ndarray:
    """Bring levels of 0 to `most` up to the nearest of 256."""
    return np.rint(level * 255 / most).astype(int)


@dataclass(frozen=True)
class Reduction:
    """How a server makes do with fewer colours."""

    down: Scale
    map_up: Scale = nearest
    """What its colour map makes of the result."""

    def __call__(self, picture: np.ndarray, pixel_format: str) -> np.ndarray:
        """Return how a picture looks after it has come through a pixel format."""
        if pixel_format not in LEVELS:
            return picture
        up = self.map_up if pixel_format == "colour-map" else nearest
        planes = [up(self.down(picture[:, :, place].astype(int), most), most) for place, most in enumerate(LEVELS[pixel_format])]
        return np.stack(planes, axis=2).astype(np.uint8)


NONE = Reduction(lambda level, most: level, lambda level, most: level)
"""A screen that has no more colours than the client wants."""
TIGERVNC = Reduction(lambda level, most: (level * most + 128) // 255, lambda level, most: level * 255 // most)
LIBVNCSERVER = Reduction(rounded)
LIBVNCSERVER_MAP = Reduction(cut)
"""libvncserver whose own screen has a colour map."""
TIGHTVNC = Reduction(rounded)
QEMU = Reduction(cut, lambda level, most: level * 256 // (most + 1))


def worst_block(one: np.ndarray, other: np.ndarray) -> float:
    """Return by how many levels two pictures differ on the average, in the block of 8x8 pixels where they differ most."""
    off = np.abs(one.astype(int) - other).mean(axis=2)
    off = np.pad(off, [(0, -size % _BLOCK) for size in off.shape])
    blocks = off.reshape(off.shape[0] // _BLOCK, _BLOCK, off.shape[1] // _BLOCK, _BLOCK)
    return float(blocks.mean(axis=(1, 3)).max())
