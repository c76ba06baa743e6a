"""Painting many small rectangles of one colour each, as RRE and Hextile send them by the hundred thousand."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from screenagent.errors import DesktopProtocolError
from screenagent.rfb.pixels import Words

Numbers = npt.NDArray[np.intp]

_LARGE = 256
"""Pixels from which a patch is painted by itself."""
_BATCH = 1 << 18
"""Pixels painted together, which bounds the memory."""


def paint_patches(area: Words, words: Words, x: Numbers, y: Numbers, width: Numbers, height: Numbers) -> None:
    """Paint patch after patch on (height, width) `area`; where they overlap, the later one is seen.

    Raises DesktopProtocolError for a patch that is not inside.
    """
    if not len(words):
        return
    outside = np.flatnonzero((x + width > area.shape[1]) | (y + height > area.shape[0]))
    if len(outside):
        one = outside[0]
        raise DesktopProtocolError(
            f"The server sent a part of {width[one]}x{height[one]} at ({x[one]}, {y[one]}), "
            f"which is not inside its rectangle of {area.shape[1]}x{area.shape[0]}."
        )
    sizes = width * height
    ends = np.cumsum(sizes)
    first = 0
    while first < len(words):
        if sizes[first] >= _LARGE:
            area[y[first] : y[first] + height[first], x[first] : x[first] + width[first]] = words[first]
            first += 1
            continue
        before = ends[first] - sizes[first]
        last = max(first + 1, int(np.searchsorted(ends, before + _BATCH)))
        large = np.flatnonzero(sizes[first:last] >= _LARGE)
        last = first + int(large[0]) if len(large) else last
        chosen = slice(first, last)
        _paint_small(area, words[chosen], x[chosen], y[chosen], width[chosen], sizes[chosen])
        first = last


def _paint_small(area: Words, words: Words, x: Numbers, y: Numbers, width: Numbers, sizes: Numbers) -> None:
    """Paint all pixels of all patches in one assignment, in which the last of several for a pixel remains."""
    starts = np.cumsum(sizes) - sizes
    within = np.arange(int(sizes.sum())) - np.repeat(starts, sizes)
    down, across = np.divmod(within, np.repeat(width, sizes))
    area[down + np.repeat(y, sizes), across + np.repeat(x, sizes)] = np.repeat(words, sizes)
