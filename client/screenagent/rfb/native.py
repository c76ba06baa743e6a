"""The decoder of tiles.c, where it was built with the package; without it everything works, some of it slower."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np

from screenagent.rfb.pixels import Translator, Words

LIBRARY = Path(__file__).with_name("_tiles.so")
_VERSION = 1

PaintTiles: TypeAlias = Callable[[bytearray, Translator, Words], int]


def load(library: Path = LIBRARY) -> PaintTiles | None:
    """Return what paints the tiles of a ZRLE rectangle and tells where they end; None where there is no library of this version.

    It paints on (height, width) words from data that ends in a byte which is no part of it, and raises ValueError for what makes
    no sense.
    """
    try:
        found = ctypes.CDLL(str(library))
        if found.screenagent_tiles_version() != _VERSION:
            return None
        function = found.screenagent_paint_zrle
    except (OSError, AttributeError):
        return None
    function.restype = ctypes.c_int64
    pointer, number = ctypes.c_void_p, ctypes.c_int64
    function.argtypes = [pointer, number, ctypes.c_int32, pointer, pointer, number, ctypes.c_int32, ctypes.c_int32]

    def paint(data: bytearray, translator: Translator, area: Words) -> int:
        height, width = area.shape
        table = translator.table
        held = np.frombuffer(data, np.uint8)
        end: int = function(
            _address(held),
            len(data) - 1,
            translator.compact_size,
            None if table is None else _address(table),
            _address(area),
            area.strides[0] // 4,
            width,
            height,
        )
        if end < 0:
            raise ValueError(f"tiles.c gave the error {end}")
        return end

    return paint


def _address(array: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> int:
    return int(array.__array_interface__["data"][0])


zrle = load()
"""As `load` returns it."""
