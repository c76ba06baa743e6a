"""Which parts of a screen differ from an earlier picture of it, and which rectangles must be read again."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from screenagent_workers.pictures import Pixels
from screenagent_workers.screen import Line

Box = tuple[int, int, int, int]
"""(left, top, right, bottom) in pixels, right and bottom exclusive."""
Blocks = NDArray[np.bool_]
"""One truth value for each block of BLOCK x BLOCK pixels."""

BLOCK = 8
_STRONG = 48
"""Levels of one colour channel; JPEG at quality 90 (4:4:4) errs by up to 37 beside text, a letter by more."""
_STRONG_SHARE = 255 * 2 // 64
"""Of a block's mean over a 0/255 mask: two strong pixels of 64."""
_WEAK = 14
"""Mean levels of a block: a tint that changed all over; JPEG at quality 90 costs coloured text up to 11."""
_REACH = (24, 8)
"""Pixels across and down within which changes belong together."""
_TOUCH = 16
"""Pixels beside a line within which a change may continue it."""


def changed_blocks(before: Pixels, after: Pixels) -> Blocks:
    """Compare two pictures of one size block by block, deaf to JPEG noise."""
    blue, green, red = cv2.split(cv2.absdiff(before, after))
    peak = cv2.max(cv2.max(blue, green), red)
    height, width = peak.shape
    peak = cv2.copyMakeBorder(peak, 0, -height % BLOCK, 0, -width % BLOCK, cv2.BORDER_CONSTANT, value=0)
    _, strong = cv2.threshold(peak, _STRONG, 255, cv2.THRESH_BINARY)
    size = (peak.shape[1] // BLOCK, peak.shape[0] // BLOCK)
    share = cv2.resize(strong, size, interpolation=cv2.INTER_AREA)
    mean = cv2.resize(peak, size, interpolation=cv2.INTER_AREA)
    return np.asarray((share >= _STRONG_SHARE) | (mean >= _WEAK), dtype=np.bool_)


def bounding_box(blocks: Blocks, width: int, height: int) -> Box | None:
    """Return the pixels around all changed blocks, None when there are none."""
    rows, columns = np.flatnonzero(blocks.any(axis=1)), np.flatnonzero(blocks.any(axis=0))
    if not len(rows):
        return None
    right, bottom = (int(columns[-1]) + 1) * BLOCK, (int(rows[-1]) + 1) * BLOCK
    return int(columns[0]) * BLOCK, int(rows[0]) * BLOCK, min(right, width), min(bottom, height)


def regions(blocks: Blocks, lines: Sequence[Line], width: int, height: int) -> list[Box]:
    """Return separate rectangles that hold every changed block and cut none of `lines` (those of the earlier picture)."""
    reach_x, reach_y = _REACH[0] // BLOCK, _REACH[1] // BLOCK
    kernel = np.ones((2 * reach_y + 1, 2 * reach_x + 1), np.uint8)
    joined = cv2.dilate(blocks.astype(np.uint8), kernel)
    count, labels = cv2.connectedComponents(joined)
    boxes: list[Box] = []
    for label in range(1, count):
        box = bounding_box(blocks & (labels == label), width, height)
        if box:
            boxes.append(box)
    while True:
        grown = _merged([_grown(box, lines) for box in boxes])
        if grown == boxes:
            return boxes
        boxes = grown


def touches(box: Box, line: Line) -> bool:
    """Tell whether `box` reaches the middle half of the line's height, or its continuation to either side."""
    return touches_box(box, (line.left, line.top, line.right, line.bottom))


def touches_box(box: Box, line: Box) -> bool:
    """Like `touches`, of a line's box."""
    quarter = (line[3] - line[1]) / 4
    return box[0] < line[2] + _TOUCH and line[0] - _TOUCH < box[2] and box[1] < line[3] - quarter and line[1] + quarter < box[3]


def area(box: Box) -> int:
    """Pixels inside."""
    return max(0, box[2] - box[0]) * max(0, box[3] - box[1])


def union(one: Box, other: Box) -> Box:
    """The smallest box around both."""
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def overlap(one: Box, other: Box) -> int:
    """Pixels in both."""
    return area((max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])))


def _grown(box: Box, lines: Sequence[Line]) -> Box:
    for line in lines:
        if touches(box, line):
            box = union(box, (line.left, line.top, line.right, line.bottom))
    return box


def _merged(boxes: list[Box]) -> list[Box]:
    """Join boxes that overlap, or whose union is hardly larger than both: one reading costs less than two."""
    rest = sorted(boxes)
    done: list[Box] = []
    while rest:
        box = rest.pop(0)
        for index, other in enumerate(rest):
            both = union(box, other)
            if overlap(box, other) or area(both) <= 1.25 * (area(box) + area(other)):
                rest[index] = both
                break
        else:
            done.append(box)
    return sorted(done)
