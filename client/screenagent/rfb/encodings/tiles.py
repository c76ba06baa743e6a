"""The tiles that TRLE and ZRLE share (RFC 6143 sections 7.7.5 and 7.7.6).

Runs are taken apart by array operations, many at a time. A run's length is a chain of bytes: 255 means that more follow, and the
run is one pixel longer than their sum.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from screenagent.errors import DesktopProtocolError
from screenagent.rfb.pixels import Data, Translator, Words

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.intp]

_UNPACKED = {
    bits: np.array(
        [[value >> (8 - bits - shift) & ((1 << bits) - 1) for shift in range(0, 8, bits)] for value in range(256)], "u1"
    )
    for bits in (1, 2, 4)
}
"""What a byte of a packed palette tile says, by the bits of an index."""
_FIRST_LOOK = 128
"""Bytes, or runs, that are looked at first; as many tiles are simple."""


def packed_bits(colours: int) -> int:
    """Return the bits of an index into a packed palette."""
    return 1 if colours == 2 else 2 if colours <= 4 else 4


def packed_size(colours: int, width: int, height: int) -> int:
    """Return the bytes of a packed palette tile's indices: each row fills whole bytes."""
    return (width * packed_bits(colours) + 7) // 8 * height


def packed(data: Data, start: int, palette: Words, width: int, height: int) -> Words:
    """Return (height, width) words of a packed palette tile. Raises IndexError for an index beyond the palette."""
    colours = len(palette)
    size = packed_size(colours, width, height)
    indices = _UNPACKED[packed_bits(colours)][np.frombuffer(data, np.uint8, size, start)]
    found: Words = palette[indices.reshape(height, -1)[:, :width]]
    return found


class Runs:
    """Reads the run-length tiles of one stream of bytes, `data`, that ends in a byte which is no part of it."""

    def __init__(self, data: Data, translator: Translator) -> None:
        self._data = data
        self._bytes: Bytes = np.frombuffer(data, np.uint8)[:-1]
        self._translator = translator
        self._look = _FIRST_LOOK

    def plain(self, start: int, count: int) -> tuple[Words, int]:
        """Return `count` pixels of plain RLE, and where it ends. Raises DesktopProtocolError."""
        size = self._translator.compact_size
        words: list[Words] = []
        lengths: list[npt.NDArray[np.intp]] = []
        left, look = count, self._look
        while left:
            run = self._bytes[start + size :: size + 1][: min(left, look)]
            ends = np.cumsum(run, dtype=np.intp)
            ends += np.arange(1, len(run) + 1)
            taken = min(int(np.searchsorted(ends, left)) + 1, len(run))
            longs = np.flatnonzero(run[:taken] == 255)
            long = len(longs) > 0
            if long:
                taken = int(longs[0])
            words.append(self._pixels(start, taken + long, size + 1))
            lengths.append(run[:taken].astype(np.intp) + 1)
            left -= int(ends[taken - 1]) if taken else 0
            start += taken * (size + 1)
            if long:
                length, start = self._length(start + size, left)
                lengths.append(np.array([length]))
                left -= length
            elif not taken:
                raise _short()
            if left < 0:
                raise overrun()
            look *= 4
        return np.repeat(np.concatenate(words), np.concatenate(lengths)), start

    def with_palette(self, start: int, count: int, palette: Words) -> tuple[Words, int]:
        """Return `count` pixels of palette RLE, and where it ends. Raises DesktopProtocolError, IndexError."""
        look = self._look
        while True:
            window = self._bytes[start : start + look]
            indices, lengths, begins, ends = _palette_runs(window)
            total = np.cumsum(lengths)
            last = int(np.searchsorted(total, count))
            if last < len(total):
                break
            if start + look >= len(self._bytes):
                raise _short()
            if look > 2 * count:  # the most that runs of one pixel take
                raise overrun()
            look *= 4
        if total[last] != count:
            raise overrun()
        if begins[0] or not np.array_equal(begins[1 : last + 1], ends[:last]):
            raise IndexError("255 stands where an index was due")
        used = int(ends[last])
        self._look = max(_FIRST_LOOK, 2 * used)
        return np.repeat(palette[indices[: last + 1]], lengths[: last + 1]), start + used

    def _pixels(self, start: int, count: int, step: int) -> Words:
        """Return the CPIXELs that begin every `step` bytes."""
        if self._translator.compact_size == 3:
            words: Words = np.ndarray((count,), "<u4", self._data, start, (step,))
            return words
        pixels = np.ndarray((count,), f"<u{self._translator.compact_size}", self._data, start, (step,))
        return self._translator.words(pixels.tobytes(), count)

    def _length(self, start: int, most: int) -> tuple[int, int]:
        """Return a run's length, which may be `most`, and where it ends. Raises DesktopProtocolError."""
        length = 1
        for at in range(start, len(self._bytes)):
            value = int(self._bytes[at])
            length += value
            if length > most:
                raise overrun()
            if value != 255:
                return length, at + 1
        raise _short()


def _palette_runs(window: Bytes) -> tuple[Bytes, Places, Places, Places]:
    """Take palette RLE apart: (indices, lengths, begins, ends) of the runs that are whole within `window`, in bytes of it.

    An index of 128 or more has a length after it. An index is 254 at most, so that 255 is always a part of a length and can be
    put aside. Of what remains, whatever follows a byte below 128 is an index, and from there on up to the next such byte, indices
    and last bytes of lengths take turns.
    """
    places = None
    longs = window == 255
    if longs.any():
        places = np.flatnonzero(~longs)
        window = window[places]
    number = np.arange(len(window))
    above = window >= 128
    after_low = np.zeros(len(window) + 1, np.intp)
    np.maximum.accumulate(np.where(above, 0, number + 1), out=after_low[1:])
    starts = np.flatnonzero(((number - after_low[:-1]) & 1) == 0)
    if len(starts) and starts[-1] == len(window) - 1 and above[-1]:
        starts = starts[:-1]
    indices = window[starts]
    long = indices >= 128
    ends = starts + long
    lengths = np.where(long, window[ends], 0).astype(np.intp) + 1
    if places is not None:
        lengths += 255 * np.where(long, places[ends] - places[starts] - 1, 0)
        starts, ends = places[starts], places[ends]
    return indices & np.uint8(127), lengths, starts, ends + 1


def _short() -> DesktopProtocolError:
    return DesktopProtocolError("The server sent a tile whose runs end before it is full.")


def overrun() -> DesktopProtocolError:
    """Return the error for a run that is longer than what is left of its tile."""
    return DesktopProtocolError("The server sent a tile with a run that goes beyond its end.")


def unknown_tile(kind: int) -> DesktopProtocolError:
    """Return the error for a subencoding that there is not."""
    return DesktopProtocolError(f"The server sent a tile of the unknown kind {kind}.")
