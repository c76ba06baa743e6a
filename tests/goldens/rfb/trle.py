"""TRLE written from RFC 6143 section 7.7.5, and a small server that speaks it, since no server at hand does.

It shares nothing with the encoders that the decoders' own tests use, so that two readings of the specification are compared.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections import Counter
from collections.abc import Iterator

import numpy as np

from goldens.rfb import scene
from goldens.rfb.pictures import LEVELS, rounded
from goldens.rfb.servers import PATIENCE, Stage

TILE = 16
ENCODING = 15
_RAW, _SOLID, _MOST_PACKED, _SAME_PACKED, _RUNS, _SAME_RUNS, _PALETTE_RUNS = 0, 1, 16, 127, 128, 129, 128
_MOST_COLOURS = 127


class Encoder:
    """Tells every tile in that of the possible ways which it has used least so far, be it long or short."""

    def __init__(self, size: int) -> None:
        self._size = size
        """Bytes of a CPIXEL."""
        self._used: Counter[str] = Counter()

    def encode(self, pixels: np.ndarray) -> bytes:
        """Return the body of a rectangle of (height, width) pixel values."""
        body, palette = b"", []
        for top in range(0, pixels.shape[0], TILE):
            for left in range(0, pixels.shape[1], TILE):
                tile = pixels[top : top + TILE, left : left + TILE]
                way, kind, rest, palette = min(_ways(tile, palette, self._size), key=lambda way: self._used[way[0]])
                self._used[way] += 1
                body += bytes([kind]) + rest
        return body


def _ways(tile: np.ndarray, before: list[int], size: int) -> Iterator[tuple[str, int, bytes, list[int]]]:
    """Yield every way to tell a tile: its name, the kind, what follows, the palette that it leaves; `before` is the last one."""
    values = [int(value) for value in tile.ravel()]
    colours = sorted(set(values))
    runs = _runs(values)
    long = "long" if max(length for _, length in runs) > 255 else ""

    def cpixels(these: list[int]) -> bytes:
        return b"".join(value.to_bytes(size, "little") for value in these)

    yield "raw", _RAW, cpixels(values), []
    yield f"{long} runs", _RUNS, b"".join(cpixels([value]) + _length(length) for value, length in runs), []
    if len(colours) == 1:
        yield "solid", _SOLID, cpixels(colours), []
    elif len(colours) <= _MOST_COLOURS:
        yield "palette runs", _PALETTE_RUNS + len(colours), cpixels(colours) + _indexed_runs(runs, colours), colours
        if len(colours) <= _MOST_PACKED:
            yield f"packed in {_bits(colours)}", len(colours), cpixels(colours) + _packed(tile, colours), colours
    if before and set(colours) <= set(before):
        yield f"same palette, {long} runs", _SAME_RUNS, _indexed_runs(runs, before), before
        if len(before) <= _MOST_PACKED:
            yield f"same palette, packed in {_bits(before)}", _SAME_PACKED, _packed(tile, before), before


def _bits(palette: list[int]) -> int:
    return 1 if len(palette) == 2 else 2 if len(palette) <= 4 else 4


def _runs(values: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for value in values:
        if runs and runs[-1][0] == value:
            runs[-1] = (value, runs[-1][1] + 1)
        else:
            runs.append((value, 1))
    return runs


def _length(length: int) -> bytes:
    """Return a run's length: one less, as a sum of bytes of which only the last is not 255."""
    return b"\xff" * ((length - 1) // 255) + bytes([(length - 1) % 255])


def _indexed_runs(runs: list[tuple[int, int]], palette: list[int]) -> bytes:
    told = b""
    for value, length in runs:
        index = palette.index(value)
        told += bytes([index]) if length == 1 else bytes([index | 128]) + _length(length)
    return told


def _packed(tile: np.ndarray, palette: list[int]) -> bytes:
    """Return the palette's indices, 1, 2 or 4 bits each, the first in the upper bits; each row fills whole bytes."""
    bits, told = _bits(palette), b""
    for row in tile:
        digits = "".join(format(palette.index(int(value)), f"0{bits}b") for value in row)
        digits += "0" * (-len(digits) % 8)
        told += bytes(int(digits[at : at + 8], 2) for at in range(0, len(digits), 8))
    return told


@contextlib.contextmanager
def trle_server() -> Iterator[Stage]:
    """A server for one client, on a thread."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = _Server(listener)
        thread = threading.Thread(target=server.serve)
        thread.start()
        try:
            yield Stage(listener.getsockname()[1], server.paint, server.truth)
        finally:
            server.stop()
            thread.join()


class _Server:
    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._listener.settimeout(PATIENCE)
        self._painted = threading.Condition()
        self._picture = self._sent = scene.frames()[0]
        self._stopped = False
        self._format = ""
        self._encoder = Encoder(0)

    def paint(self, _: np.ndarray, picture: np.ndarray) -> None:
        with self._painted:
            self._picture = picture
            self._painted.notify()

    def truth(self) -> np.ndarray:
        return self._picture[:, :, 2::-1]

    def stop(self) -> None:
        with self._painted:
            self._stopped = True
            self._painted.notify()

    def serve(self) -> None:
        link, _ = self._listener.accept()
        with link, link.makefile("rb") as stream:
            link.settimeout(PATIENCE)
            link.sendall(b"RFB 003.008\n")
            stream.read(12)
            link.sendall(b"\x01\x01")
            stream.read(1)
            link.sendall(bytes(4))
            stream.read(1)
            native = struct.pack("!BBBBHHHBBBxxx", 32, 24, 0, 1, 255, 255, 255, 16, 8, 0)
            link.sendall(struct.pack("!HH", scene.WIDTH, scene.HEIGHT) + native + struct.pack("!I", 6) + b"golden")
            while kind := stream.read(1):
                if kind == b"\0":
                    self._set_format(link, stream.read(19)[3:])
                elif kind == b"\2":
                    stream.read(4 * struct.unpack("!xH", stream.read(3))[0])
                elif kind == b"\3":
                    self._answer(link, bool(stream.read(9)[0]))
                else:
                    raise RuntimeError(f"an unexpected message of type {kind[0]}")

    def _set_format(self, link: socket.socket, form: bytes) -> None:
        bits, _, _, true_colour, most = struct.unpack("!BBBBH", form[:6])
        self._format = {(32, 255): "bgrx", (16, 31): "rgb565", (8, 7): "bgr233"}[bits, most] if true_colour else "colour-map"
        self._encoder = Encoder(3 if bits == 32 else bits // 8)
        if not true_colour:
            entries = [(red * 65535 // 7, green * 65535 // 7, blue * 65535 // 3) for blue, green, red in np.ndindex(4, 8, 8)]
            link.sendall(struct.pack("!BxHH", 1, 0, 256) + b"".join(struct.pack("!HHH", *entry) for entry in entries))

    def _answer(self, link: socket.socket, incremental: bool) -> None:
        area = (0, 0, scene.WIDTH, scene.HEIGHT)
        if incremental:
            with self._painted:
                self._painted.wait_for(lambda: self._stopped or not np.array_equal(self._picture, self._sent))
                if self._stopped:
                    return
                area = scene.changed(self._sent, self._picture)
        self._sent = self._picture
        x, y, width, height = area
        body = self._encoder.encode(self._values(self._sent[y : y + height, x : x + width]))
        link.sendall(struct.pack("!BxHHHHHi", 0, 1, *area, ENCODING) + body)

    def _values(self, picture: np.ndarray) -> np.ndarray:
        """Return a picture's pixel values in the client's format."""
        blue, green, red = (picture[:, :, place].astype(int) for place in range(3))
        if self._format == "bgrx":
            return red << 16 | green << 8 | blue
        levels = [rounded(channel, most) for channel, most in zip((red, green, blue), LEVELS[self._format], strict=True)]
        shifts = (11, 5, 0) if self._format == "rgb565" else (0, 3, 6)
        return levels[0] << shifts[0] | levels[1] << shifts[1] | levels[2] << shifts[2]
