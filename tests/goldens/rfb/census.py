"""Which kinds of tiles and filters the bodies of rectangles hold, read apart from the client's decoders."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

_Take = Callable[[int], bytes]


class Census:
    """Reads the rectangles of one conversation, in order."""

    def __init__(self, pixel_bits: int) -> None:
        self.found: set[str] = set()
        """Such as "zrle solid" or "tight gradient"."""
        self._pixel = pixel_bits // 8
        self._compact = 3 if pixel_bits == 32 else self._pixel
        self._zrle = zlib.decompressobj()

    def read(self, encoding: str, width: int, height: int, body: bytes) -> None:
        """Take note of what is in a rectangle that came in an encoding, by its name in the settings."""
        readers = {"hextile": self._hextile, "trle": self._trle, "zrle": self._zrle_tiles, "tight": self._tight}
        reader = readers.get(encoding.removesuffix("-png"))
        if reader is None:
            return
        position = 0

        def take(count: int) -> bytes:
            nonlocal position
            position += count
            if position > len(body):
                raise ValueError(f"{encoding} ends early")
            return body[position - count : position]

        self.found.update(f"{encoding} {kind}" for kind in reader(take, width, height))
        if position != len(body):
            raise ValueError(f"{encoding} has {len(body) - position} bytes too many")

    def _hextile(self, take: _Take, width: int, height: int) -> Iterator[str]:
        for across, down in _tiles(width, height, 16):
            kind = take(1)[0]
            if kind & 1:
                take(self._pixel * across * down)
                yield "raw"
                continue
            take(self._pixel * ((kind >> 1 & 1) + (kind >> 2 & 1)))
            yield "background" if kind & 2 else "background as before"
            if kind & 8:
                take(take(1)[0] * (2 + (self._pixel if kind & 16 else 0)))
                yield "coloured" if kind & 16 else "one colour" if kind & 4 else "one colour as before"

    def _trle(self, take: _Take, width: int, height: int) -> Iterator[str]:
        return self._tile_kinds(take, _tiles(width, height, 16))

    def _zrle_tiles(self, take: _Take, width: int, height: int) -> Iterator[str]:
        data = self._zrle.decompress(take(int.from_bytes(take(4), "big")))
        tiles, position = _tiles(width, height, 64), 0

        def take_inflated(count: int) -> bytes:
            nonlocal position
            position += count
            return data[position - count : position]

        yield from self._tile_kinds(take_inflated, tiles)
        if position != len(data):
            raise ValueError("zrle does not end with its last tile")

    def _tile_kinds(self, take: _Take, tiles: Iterator[tuple[int, int]]) -> Iterator[str]:
        colours = 0
        for across, down in tiles:
            kind = take(1)[0]
            if kind in (0, 1):
                take(self._compact * (across * down if kind == 0 else 1))
                yield "raw" if kind == 0 else "solid"
                continue
            if kind not in (127, 128, 129):
                colours = kind & 127
                take(self._compact * colours)
            if kind < 128:
                bits = 1 if colours == 2 else 2 if colours <= 4 else 4
                take((across * bits + 7) // 8 * down)
                yield f"packed in {bits} bits" + (" as before" if kind == 127 else "")
            else:
                long = _skip_runs(take, across * down, self._compact if kind == 128 else 0)
                name = "runs" if kind == 128 else "palette runs as before" if kind == 129 else "palette runs"
                yield name
                yield f"long {name}" if long else name

    def _tight(self, take: _Take, width: int, height: int) -> Iterator[str]:
        control = take(1)[0]
        kind = control >> 4
        if kind == 8:
            take(self._compact)
            yield "fill"
        elif kind in (9, 10):
            take(_compact_length(take))
            yield "jpeg" if kind == 9 else "png"
        else:
            size, name = self._compact * width * height, "plain"
            if kind & 4 and (chosen := take(1)[0]):
                name = "gradient"
                if chosen == 1:
                    colours = take(1)[0] + 1
                    take(self._compact * colours)
                    size = (width + 7) // 8 * height if colours == 2 else width * height
                    name = "two colours" if colours == 2 else "palette"
            take(size if size < 12 else _compact_length(take))
            yield name
            yield f"{self._pixel * 8} bit {name}"
            yield "uncompressed" if size < 12 else f"stream {kind & 3}"


def _tiles(width: int, height: int, size: int) -> Iterator[tuple[int, int]]:
    for top in range(0, height, size):
        for left in range(0, width, size):
            yield min(size, width - left), min(size, height - top)


def _skip_runs(take: _Take, left: int, pixel: int) -> bool:
    """Pass over runs, of pixels of so many bytes or, if none, of indices; tell whether one is longer than 255."""
    long = False
    while left:
        index = take(pixel or 1)[0]
        length = 1
        if pixel or index & 128:
            while (more := take(1)[0]) == 255:
                length += 255
            length += more
        long |= length > 255
        left -= length
    return long


def _compact_length(take: _Take) -> int:
    length = 0
    for shift in (0, 7, 14):
        byte = take(1)[0]
        length |= (byte & 127 if shift < 14 else byte) << shift
        if byte < 128:
            break
    return length
