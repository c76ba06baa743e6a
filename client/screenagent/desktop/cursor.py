"""The pointer as part of a screenshot."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from screenagent.desktop.link import CursorImage
from screenagent.domain.geometry import Point
from screenagent.domain.screen import Patch

_SHAPE = (
    "#           ",
    "##          ",
    "#.#         ",
    "#..#        ",
    "#...#       ",
    "#....#      ",
    "#.....#     ",
    "#......#    ",
    "#.......#   ",
    "#........#  ",
    "#.....##### ",
    "#..#..#     ",
    "#.# #..#    ",
    "##  #..#    ",
    "#    #..#   ",
    "     #..#   ",
    "      ##    ",
)


def _arrow() -> CursorImage:
    pixels = np.zeros((len(_SHAPE), len(_SHAPE[0]), 4), np.uint8)
    for row, line in enumerate(_SHAPE):
        for column, mark in enumerate(line):
            if mark != " ":
                pixels[row, column] = (0, 0, 0, 255) if mark == "#" else (255, 255, 255, 255)
    return CursorImage(pixels, 0, 0)


ARROW = _arrow()
"""Drawn when the server has told no shape."""


def draw(pixels: NDArray[np.uint8], cursor: CursorImage, pointer: Point) -> Patch | None:
    """Paint `cursor` into `pixels`, (height, width, 3) uint8 RGB, with its hotspot at `pointer`; what hangs over is cut off.

    Returns what was there before, if anything was painted.
    """
    left, top = int(pointer.x) - cursor.hotspot_x, int(pointer.y) - cursor.hotspot_y
    height, width = cursor.pixels.shape[:2]
    first_row, first_column = max(0, -top), max(0, -left)
    last_row, last_column = min(height, pixels.shape[0] - top), min(width, pixels.shape[1] - left)
    if first_row >= last_row or first_column >= last_column:
        return None
    shape = cursor.pixels[first_row:last_row, first_column:last_column]
    target = pixels[top + first_row : top + last_row, left + first_column : left + last_column]
    alpha = shape[:, :, 3:].astype(np.uint16)
    blended = (shape[:, :, 2::-1] * alpha + target * (255 - alpha)) // 255
    before = target.copy()
    target[:] = blended.astype(np.uint8)
    return Patch(left + first_column, top + first_row, before)
