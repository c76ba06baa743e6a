"""Tight's gradient filter: each channel is told as its difference from a prediction (community rfbproto, Tight).

The prediction is left + above - (left and above), bounded to what a channel can be. Each pixel needs its neighbours, so that only
those on a diagonal can be undone together: from the bottom left to the top right, one diagonal after the other.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from screenagent.rfb.pixels import Data, Translator, Words

Channels: TypeAlias = npt.NDArray[np.integer[Any]]

_STRIP = 1 << 18
"""Pixels undone together: their diagonals take memory by the longer side, squared in the worst case."""


def undo_gradient(translator: Translator, data: Data, area: Words) -> None:
    """Paint the (height, width) `area` from the differences that `data` holds."""
    height, width = area.shape
    form = translator.format
    if translator.size == 4:
        whole = _undo(np.frombuffer(data, np.uint8).reshape(height, width, 3), np.array((255, 255, 255)))
        area[:] = whole[:, :, 0]
        for channel in (1, 2):
            area <<= np.uint32(8)
            area |= whole[:, :, channel]
        return
    maxima, shifts = np.array(form.maxima, np.uint16), np.array(form.shifts, np.uint16)
    pixels = np.frombuffer(data, f"<u{translator.size}").reshape(height, width, 1)
    whole = _undo(pixels >> shifts & maxima, maxima) << shifts
    told = whole.sum(axis=2, dtype=np.uint16).astype(f"<u{translator.size}").tobytes()
    area[:] = translator.words(told, height * width).reshape(area.shape)


def _undo(differences: Channels, maxima: Channels) -> Channels:
    if differences.shape[0] > differences.shape[1]:  # left and above are worth the same, and few long diagonals are cheaper
        swapped: Channels = _undo(differences.swapaxes(0, 1), maxima).swapaxes(0, 1)
        return swapped
    undone = np.empty(differences.shape, differences.dtype)
    width = differences.shape[1]
    above = np.zeros((width, 3), np.int32)
    rows = max(1, _STRIP // max(1, width))
    for top in range(0, len(differences), rows):
        strip = _undo_strip(differences[top : top + rows].astype(np.int32), above, maxima.astype(np.int32))
        undone[top : top + rows] = strip
        above = strip[-1]
    return undone


def _undo_strip(differences: Channels, before: Channels, maxima: Channels) -> Channels:
    """Undo the filter of some rows; `before` is the row above them."""
    height, width, _ = differences.shape
    # The diagonals as rows: skewed[d, y] is the pixel (d - y, y). A row and a column stand for what is outside.
    skewed = np.zeros((width + height + 1, height + 1, 3), np.int32)
    skewed[1 : width + 1, 0] = before
    rows = np.arange(height)
    for x in range(width):
        skewed[rows + x + 2, rows + 1] = differences[:, x]
    for diagonal in range(width + height - 1):
        first, last = max(0, diagonal - width + 1), min(diagonal, height - 1)
        here = skewed[diagonal + 2]
        left, above = skewed[diagonal + 1, first + 1 : last + 2], skewed[diagonal + 1, first : last + 1]
        both = skewed[diagonal, first : last + 1]
        target = here[first + 1 : last + 2]
        target += np.clip(left + above - both, 0, maxima)
        target &= maxima
    undone = np.empty_like(differences)
    for x in range(width):
        undone[:, x] = skewed[rows + x + 2, rows + 1]
    return undone
