"""Pixel formats (RFC 6143 section 7.4): what the server is asked for, and how it becomes BGRX.

Decoders paint words: one little-endian uint32 a pixel, 0x??RRGGBB, which in memory is B, G, R and a byte that means nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

Words: TypeAlias = npt.NDArray[np.uint32]
Data: TypeAlias = bytes | bytearray | memoryview
FormatName: TypeAlias = Literal["bgrx", "rgb565", "bgr233", "colour-map"]

WORD = np.dtype("<u4")


@dataclass(frozen=True)
class PixelFormat:
    """The fields of PIXEL_FORMAT; maxima and shifts are (red, green, blue)."""

    bits: int
    depth: int
    true_colour: bool = True
    maxima: tuple[int, int, int] = (0, 0, 0)
    shifts: tuple[int, int, int] = (0, 0, 0)

    def pack(self) -> bytes:
        """Return the 16 bytes of the message; multi-byte pixels are little endian."""
        return struct.pack("!BBBBHHHBBBxxx", self.bits, self.depth, 0, self.true_colour, *self.maxima, *self.shifts)


FORMATS: Mapping[FormatName, PixelFormat] = MappingProxyType(
    {
        "bgrx": PixelFormat(32, 24, True, (255, 255, 255), (16, 8, 0)),
        "rgb565": PixelFormat(16, 16, True, (31, 63, 31), (11, 5, 0)),
        "bgr233": PixelFormat(8, 8, True, (7, 7, 3), (0, 3, 6)),
        "colour-map": PixelFormat(8, 8, False),
    }
)


class Translator:
    """Turns pixels as they are on the wire of one connection into words; owned by the thread that feeds the session.

    The arrays returned may be views of the data: paint them before the data goes. Positions count bytes from the data's start.
    """

    def __init__(self, name: FormatName = "bgrx") -> None:
        self.format = FORMATS[name]
        self.size = self.format.bits // 8
        """Bytes of a PIXEL."""
        self.compact_size = 3 if self.size == 4 else self.size
        """Bytes of a CPIXEL (RFC 6143 section 7.7.5)."""
        self.tight_size = self.compact_size
        """Bytes of a TPIXEL (community rfbproto, Tight)."""
        self._wire = np.dtype(f"<u{self.size}")
        self.table: Words | None = None if self.size == 4 else _table(self.format)

    def words(self, data: Data, count: int, start: int = 0) -> Words:
        """Return `count` PIXELs."""
        return self._look_up(np.frombuffer(data, self._wire, count, start))

    def compact(self, data: Data, count: int, start: int = 0) -> Words:
        """Return `count` CPIXELs; `data` must go on for a byte, of whatever value, after the last."""
        if self.size == 4:
            words: Words = np.ndarray((count,), WORD, data, start, (3,))
            return words
        return self.words(data, count, start)

    def tight(self, data: Data, count: int, start: int = 1) -> Words:
        """Return `count` TPIXELs; `data` must have a byte, of whatever value, before the first."""
        if self.size == 4:
            words: Words = np.ndarray((count,), ">u4", data, start - 1, (3,))
            return words
        return self.words(data, count, start)

    def set_colours(self, first: int, colours: npt.NDArray[np.uint16]) -> bool:
        """Take over colour map entries from `first` on; tell whether any colour is another now.

        `colours` is (count, 3) of 16-bit red, green and blue; entries out of range are left out.
        """
        if self.table is None or self.format.true_colour:
            return False
        channels = (colours >> 8).astype(WORD)
        words = channels[:, 0] << 16 | channels[:, 1] << 8 | channels[:, 2]
        room = max(0, min(len(words), len(self.table) - first))
        if np.array_equal(self.table[first : first + room], words[:room]):
            return False
        self.table[first : first + room] = words[:room]
        return True

    def _look_up(self, pixels: npt.NDArray[np.unsignedinteger]) -> Words:
        return pixels if self.table is None else self.table[pixels]


def _table(form: PixelFormat) -> Words:
    if not form.true_colour:
        return np.zeros(1 << form.bits, WORD)
    values = np.arange(1 << form.bits, dtype=WORD)
    words = np.zeros_like(values)
    for most, shift, place in zip(form.maxima, form.shifts, (16, 8, 0), strict=True):
        channel = values >> np.uint32(shift) & np.uint32(most)
        words |= (channel * np.uint32(255) + np.uint32(most // 2)) // np.uint32(most) << np.uint32(place)
    return words
