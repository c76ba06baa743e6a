"""Encoders of the pixel encodings, written from the specifications and as simple as they can be, for tests to decode.

A picture is (height, width) integers, the pixels as they are on the wire; `size` is the bytes of a pixel, `compact` those of a
CPIXEL or TPIXEL. `choose` picks one of several ways to encode a part, as a real server would by what is shorter.
"""

from __future__ import annotations

import itertools
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence

import numpy as np

Picture = np.ndarray
Choose = Callable[[Sequence[str]], str]


def pixel(value: int, size: int) -> bytes:
    """A pixel in little endian."""
    return int(value).to_bytes(4, "little")[:size]


def pixels(values: np.ndarray, size: int) -> bytes:
    return b"".join(pixel(value, size) for value in np.asarray(values).flat)


def tight_pixel(value: int, compact: int) -> bytes:
    """A TPIXEL: red, green, blue where three bytes are enough, else a pixel."""
    return pixel(value, 3)[::-1] if compact == 3 else pixel(value, compact)


def tiles(picture: Picture, side: int) -> Iterator[Picture]:
    height, width = picture.shape
    for top, left in itertools.product(range(0, height, side), range(0, width, side)):
        yield picture[top : top + side, left : left + side]


def strips(picture: Picture, background: int) -> list[tuple[int, int, int, int, int]]:
    """(value, x, y, width, height) of horizontal strips that are not of the background's colour."""
    found = []
    for y, row in enumerate(picture.tolist()):
        x = 0
        for value, group in itertools.groupby(row):
            length = len(list(group))
            if value != background:
                found.append((value, x, y, length, 1))
            x += length
    return found


def rre(picture: Picture, size: int) -> bytes:
    background = int(picture.flat[0])
    parts = strips(picture, background)
    body = b"".join(pixel(value, size) + struct.pack("!HHHH", *place) for value, *place in parts)
    return struct.pack("!I", len(parts)) + pixel(background, size) + body


def hextile(picture: Picture, size: int, choose: Choose) -> bytes:
    out = b""
    background = foreground = None
    for tile in tiles(picture, 16):
        first = int(tile.flat[0])
        parts = strips(tile, first)
        ways = ["raw"] + (["parts"] if len(parts) < 256 else [])
        if choose(ways) == "raw":
            out += b"\x01" + pixels(tile, size)
            continue
        kind, head, body = 0, b"", b""
        if first != background:
            kind, head, background = kind | 2, head + pixel(first, size), first
        colours = {value for value, *_ in parts}
        places = [bytes([x << 4 | y, (width - 1) << 4 | (height - 1)]) for _, x, y, width, height in parts]
        if len(colours) > 1:
            kind |= 8 | 16
            body = b"".join(pixel(part[0], size) + place for part, place in zip(parts, places, strict=True))
        elif colours:
            kind |= 8
            body = b"".join(places)
            if colours != {foreground}:
                kind, foreground = kind | 4, colours.pop()
                head += pixel(foreground, size)
        out += bytes([kind]) + head + (bytes([len(parts)]) + body if parts else b"")
    return out


def run_length(length: int) -> bytes:
    whole, rest = divmod(length - 1, 255)
    return b"\xff" * whole + bytes([rest])


def tile(part: Picture, compact: int, choose: Choose, most_runs: int = 127) -> bytes:
    """A TRLE or ZRLE tile without the palette of another."""
    values = sorted({int(value) for value in part.flat})
    ways = ["raw", "plain runs"]
    ways += ["solid"] if len(values) == 1 else []
    ways += ["packed"] if 2 <= len(values) <= 16 else []
    ways += ["palette runs"] if 2 <= len(values) <= most_runs else []
    way = choose(ways)
    if way == "raw":
        return b"\0" + pixels(part, compact)
    if way == "solid":
        return b"\1" + pixel(values[0], compact)
    runs = [(int(value), len(list(group))) for value, group in itertools.groupby(part.flat)]
    if way == "plain runs":
        return b"\x80" + b"".join(pixel(value, compact) + run_length(length) for value, length in runs)
    palette = b"".join(pixel(value, compact) for value in values)
    if way == "packed":
        return bytes([len(values)]) + palette + packed_rows(part, values)
    return bytes([128 + len(values)]) + palette + palette_runs(runs, values)


def packed_rows(part: Picture, values: list[int]) -> bytes:
    bits = 1 if len(values) == 2 else 2 if len(values) <= 4 else 4
    out = b""
    for row in part.tolist():
        text = "".join(f"{values.index(value):0{bits}b}" for value in row)
        text += "0" * (-len(text) % 8)
        out += int(text, 2).to_bytes(len(text) // 8, "big")
    return out


def palette_runs(runs: list[tuple[int, int]], values: list[int]) -> bytes:
    out = b""
    for value, length in runs:
        index = values.index(value)
        out += bytes([index]) if length == 1 else bytes([index | 128]) + run_length(length)
    return out


def trle(picture: Picture, compact: int, choose: Choose) -> bytes:
    """With palettes used again where the tile before had the same."""
    out, before = b"", None
    for part in tiles(picture, 16):
        code = tile(part, compact, choose)
        kind = code[0]
        if 2 <= kind <= 16 or kind >= 130:
            palette = code[1 : 1 + (kind & 127) * compact]
            if palette == before and choose(["again", "anew"]) == "again":
                code = bytes([127 if kind <= 16 else 129]) + code[1 + len(palette) :]
            before = palette
        out += code
    return out


class Deflater:
    """A server's zlib stream, flushed after every rectangle."""

    def __init__(self, level: int = 6) -> None:
        self._stream = zlib.compressobj(level)

    def __call__(self, data: bytes) -> bytes:
        return self._stream.compress(data) + self._stream.flush(zlib.Z_SYNC_FLUSH)


def sized(data: bytes) -> bytes:
    return struct.pack("!I", len(data)) + data


def zrle(picture: Picture, compact: int, choose: Choose, deflate: Deflater) -> bytes:
    return sized(deflate(b"".join(tile(part, compact, choose) for part in tiles(picture, 64))))


def compact_length(length: int) -> bytes:
    out = bytes([length & 127 | (128 if length > 127 else 0)])
    if length > 127:
        out += bytes([length >> 7 & 127 | (128 if length > 16383 else 0)])
    if length > 16383:
        out += bytes([length >> 14])
    return out


def gradient(picture: Picture, maxima: Sequence[int], shifts: Sequence[int]) -> np.ndarray:
    """(height, width, 3) differences of red, green and blue from what their neighbours let expect."""
    channels = picture.astype(np.int64)[:, :, None] >> np.array(shifts) & np.array(maxima)
    padded = np.pad(channels, ((1, 0), (1, 0), (0, 0)))
    expected = np.clip(padded[1:, :-1] + padded[:-1, 1:] - padded[:-1, :-1], 0, maxima)
    return (channels - expected) & np.array(maxima)


class TightEncoder:
    """Tight with its four streams; `reset` begins one anew."""

    def __init__(
        self,
        size: int,
        compact: int,
        maxima: Sequence[int],
        shifts: Sequence[int],
        deflater: Callable[[], Deflater] = Deflater,
    ) -> None:
        self._size, self._compact, self._maxima, self._shifts = size, compact, maxima, shifts
        self._deflater = deflater
        self._streams = [deflater() for _ in range(4)]

    def __call__(self, picture: Picture, choose: Choose) -> bytes:
        values = sorted({int(value) for value in picture.flat})
        ways = ["copy", "explicit copy", "gradient"]
        ways += ["fill"] if len(values) == 1 else []
        ways += ["palette"] if 2 <= len(values) <= 256 else []
        way = choose(ways)
        stream = int(choose(["0", "1", "2", "3"]))
        control = stream << 4
        if choose(["keep", "reset"]) == "reset":
            control |= 1 << stream
            self._streams[stream] = self._deflater()
        if way == "fill":
            return bytes([0x80 | control & 15]) + tight_pixel(values[0], self._compact)
        head, data = b"", b"".join(tight_pixel(value, self._compact) for value in picture.flat)
        if way == "explicit copy":
            head = b"\0"
        elif way == "gradient":
            head, data = b"\2", self._gradient(picture)
        elif way == "palette":
            head = bytes([1, len(values) - 1]) + b"".join(tight_pixel(value, self._compact) for value in values)
            data = packed_rows(picture, values) if len(values) == 2 else bytes(values.index(value) for value in picture.flat)
        control |= 0x40 if head else 0
        if len(data) >= 12:
            data = self._streams[stream](data)
            data = compact_length(len(data)) + data
        return bytes([control]) + head + data

    def _gradient(self, picture: Picture) -> bytes:
        differences = gradient(picture, self._maxima, self._shifts)
        if self._compact == 3:
            return differences.astype(np.uint8).tobytes()
        return pixels((differences << np.array(self._shifts)).sum(axis=2), self._size)
