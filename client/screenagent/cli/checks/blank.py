"""Whether a picture shows a desktop at all."""

from __future__ import annotations

from enum import Enum

import numpy as np
from numpy.typing import NDArray

_POINTER = 64
"""The side of the largest box, in pixels, that may be a mere pointer."""
_PERIOD = 4
"""The side of the stipple with which an X server paints its bare root window, in pixels."""


class Blank(str, Enum):
    """What is seen where a desktop should be."""

    COLOUR = "one colour"
    STIPPLE = "the pattern of a bare X server"


def blank(pixels: NDArray[np.uint8]) -> Blank | None:
    """Tell what an empty picture shows, None when there is more on it; `pixels` are (height, width, 3) RGB.

    Whatever fits into a small box may be the pointer and does not count.
    """
    height, width = pixels.shape[:2]
    plain = pixels.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    if _small(plain != _commonest(plain)):
        return Blank.COLOUR
    if min(height, width) <= 4 * _PERIOD:
        return None
    tile = np.array([[_commonest(plain[y::_PERIOD, x::_PERIOD]) for x in range(_PERIOD)] for y in range(_PERIOD)])
    woven = np.tile(tile, (height // _PERIOD + 1, width // _PERIOD + 1))[:height, :width]
    return Blank.STIPPLE if _small(plain != woven) else None


def colour_name(pixels: NDArray[np.uint8]) -> str:
    """Return the commonest colour for people: ``black``, ``white``, or as ``#rrggbb``."""
    value = int(_commonest(pixels.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)))
    return {0: "black", 0xFFFFFF: "white"}.get(value, f"#{value:06x}")


def _commonest(values: NDArray[np.uint32]) -> np.uint32:
    found, counts = np.unique(values, return_counts=True)
    commonest: np.uint32 = found[counts.argmax()]
    return commonest


def _small(different: NDArray[np.bool_]) -> bool:
    rows, columns = np.flatnonzero(different.any(axis=1)), np.flatnonzero(different.any(axis=0))
    return rows.size == 0 or bool(max(rows[-1] - rows[0], columns[-1] - columns[0]) < _POINTER)
