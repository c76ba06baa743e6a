"""Bombs: little that claims to be, or unfolds into, very much. Each ends in time and within its memory."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

from support.rfb_encoders import compact_length, sized
from support.rfb_misbehaviour import Case, Size, as_first_frame, endures
from support.rfb_visitor import Visitor
from support.rfb_wire import extended_cut_text, raw, rectangle, update

_RRE, _HEXTILE, _ZLIB, _TIGHT, _ZRLE, _TIGHT_PNG = 2, 5, 6, 7, 16, -260
_SCREEN = (1920, 1080)
_PROVIDE = 1 << 28 | 1


def _zeros(size: int) -> bytes:
    """A zlib stream of about `size` zeros: a piece that inflates to 16 MB, again and again."""
    stream = zlib.compressobj(9, wbits=-15)
    piece = stream.compress(bytes(1 << 24)) + stream.flush(zlib.Z_FULL_FLUSH)
    return b"\x78\x9c" + piece * (size >> 24)


def _deflated(data: bytes) -> bytes:
    stream = zlib.compressobj(1)
    return stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH)


def _tight(control: int, data: bytes, head: bytes = b"") -> bytes:
    return bytes([control]) + head + compact_length(len(data)) + data


def _frame(name: str, encoding: int, body: Callable[[], bytes], says: str = "", size: Size = _SCREEN) -> Case:
    """A server of which the first frame is one rectangle of the whole screen with this body."""
    return Case(name, as_first_frame(lambda: update(rectangle(0, 0, *size, encoding, body())), size), says=says)


def _parts(name: str, rectangles: Callable[[], list[bytes]], says: str = "") -> Case:
    return Case(name, as_first_frame(lambda: update(*rectangles()), _SCREEN), says=says)


def _jpeg(scans: int = 0, size: Size | None = None) -> bytes:
    """A progressive JPEG of the whole screen, with so many scans more, or with another size in its header."""
    out = io.BytesIO()
    Image.new("RGB", _SCREEN).save(out, "JPEG", progressive=True)
    data = out.getvalue()
    if size is not None:
        place = data.index(b"\xff\xc2") + 5
        data = data[:place] + struct.pack("!HH", size[1], size[0]) + data[place + 4 :]
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * scans + data[-2:]


def _png(size: Size, *chunks: tuple[bytes, bytes], pixels: Callable[[], bytes] | None = None) -> bytes:
    data = zlib.compress(bytes((1 + 3 * size[0]) * size[1])) if pixels is None else pixels()
    every = [(b"IHDR", struct.pack("!IIBBBBB", *size, 8, 2, 0, 0, 0)), *chunks, (b"IDAT", data), (b"IEND", b"")]
    parts = [struct.pack("!I", len(body)) + kind + body + struct.pack("!I", zlib.crc32(kind + body)) for kind, body in every]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _text_chunk() -> tuple[bytes, bytes]:
    return b"zTXt", b"Comment\0\0" + _zeros(1 << 31)


BOMBS = [
    _frame("Zlib, 10 GB in 10 MB", _ZLIB, lambda: sized(_zeros(10**10)), "decompresses to more than 8294400 bytes"),
    _frame("ZRLE, 10 GB in 10 MB", _ZRLE, lambda: sized(_zeros(10**10)), "decompresses to more than"),
    _frame("ZRLE, 4 GB in 4 MB", _ZRLE, lambda: sized(_zeros(1 << 32)), "decompresses to more than"),
    _frame("Tight, 4 GB in 4 MB", _TIGHT, lambda: _tight(0, _zeros(1 << 32)[: (1 << 22) - 1]), "decompresses to more than"),
    _frame(
        "Tight, a palette's 256 MB",
        _TIGHT,
        lambda: _tight(0x40, _zeros(1 << 28), b"\1\1" + bytes(6)),
        "decompresses to more than",
    ),
    _frame("Tight, a gradient's 2 GB", _TIGHT, lambda: _tight(0x40, _zeros(1 << 31), b"\2"), "decompresses to more than"),
    _frame("ZRLE, a run without end", _ZRLE, lambda: sized(_deflated(b"\x80abc" + b"\xff" * 8_000_000)), "beyond|no sense"),
    _frame(
        "ZRLE, a run of a palette without end",
        _ZRLE,
        lambda: sized(_deflated(b"\x82aaabbb\x80" + b"\xff" * 8_000_000)),
        "beyond|no sense",
    ),
    _frame("JPEG of 65500x65500", _TIGHT, lambda: _tight(0x90, _jpeg(size=(65500, 65500))), "JPEG of 65500x65500 for"),
    _frame(
        "PNG of 65500x65500",
        _TIGHT_PNG,
        lambda: _tight(0xA0, _png((65500, 65500), pixels=lambda: b"")),
        "65500x65500 for|exceeds limit",
    ),
    _frame("JPEG of 10,000 scans", _TIGHT, lambda: _tight(0x90, _jpeg(10_000)), "scans; at most 100"),
    _frame(
        "PNG with a text of 2 GB", _TIGHT_PNG, lambda: _tight(0xA0, _png(_SCREEN, _text_chunk())), "PNG that cannot be decoded"
    ),
    _parts(
        "Zlib rectangles of nothing after the stream's end",
        lambda: [
            rectangle(0, 0, 0, 0, _ZLIB, sized(zlib.compress(b""))),
            *[rectangle(0, 0, 0, 0, _ZLIB, sized(bytes(4096)))] * 60000,
        ],
        "goes on after its end",
    ),
]


def _every_pixel(tile: Callable[[int], bytes], side: int) -> bytes:
    width, height = _SCREEN
    return b"".join(
        tile(min(side, width - x) * min(side, height - y)) for y in range(0, height, side) for x in range(0, width, side)
    )


def _rre_pixels() -> bytes:
    fields = np.zeros(_SCREEN[0] * _SCREEN[1], np.dtype([("pixel", "<u4"), ("place", ">u2", 4)]))
    fields["place"][:, 2:] = 1
    return struct.pack("!I", len(fields)) + bytes(4) + fields.tobytes()


def _gradient(size: Size) -> bytes:
    return _tight(0x40, _deflated(bytes(3 * size[0] * size[1])), b"\2")


def _many_names(peer: Any) -> None:
    peer.greet()
    for number in range(2200):
        peer.send(update(rectangle(0, 0, 0, 0, -307, sized(f"{number:060000}".encode()))))
    peer.send(update(raw(0, 0, 4, 3, 5)))
    peer.hold()


GOOD = [
    _frame("gradient of 1x65535", _TIGHT, lambda: _gradient((1, 65535)), size=(1, 65535)),
    _frame("gradient of the whole screen", _TIGHT, lambda: _gradient(_SCREEN)),
    _frame("RRE, a part for every pixel", _RRE, _rre_pixels),
    _frame("Hextile, 255 parts in every tile", _HEXTILE, lambda: (b"\x18\xff" + bytes(6 * 255)) * (4096 * 4), size=(65535, 64)),
    _frame(
        "ZRLE, a run for every pixel", _ZRLE, lambda: sized(_deflated(_every_pixel(lambda count: b"\x80" + b"abc\0" * count, 64)))
    ),
    _frame(
        "ZRLE, the largest palettes",
        _ZRLE,
        lambda: sized(_deflated(_every_pixel(lambda count: b"\xff" + bytes(381) + b"\x80\0" * count, 64))),
    ),
    _frame("PNG of 2 GB", _TIGHT_PNG, lambda: _tight(0xA0, _png(_SCREEN, pixels=lambda: _zeros(1 << 31)))),
    Case("2200 names before the picture", _many_names),
    Case(
        "a clipboard text of 9 MB and 10 GB behind it",
        as_first_frame(lambda: extended_cut_text(_PROVIDE, _text_bomb()) + update(raw(0, 0, 4, 3, 5))),
    ),
]


def _text_bomb() -> bytes:
    stream = zlib.compressobj(1, wbits=-15)
    head = stream.compress(struct.pack("!I", 9_000_000)) + stream.flush(zlib.Z_FULL_FLUSH)
    zeros = _zeros(10**10)
    return zeros[:2] + head + zeros[2:]


@pytest.mark.parametrize("threads", [0, 2])
@pytest.mark.parametrize("case", BOMBS, ids=str)
def test_a_bomb_ends_the_connection(scripted_server: Any, visitor: Visitor, case: Case, threads: int) -> None:
    endures(case, scripted_server, visitor, threads=threads)


@pytest.mark.parametrize("case", GOOD, ids=str)
def test_what_is_large_and_still_right_is_shown(scripted_server: Any, visitor: Visitor, case: Case) -> None:
    endures(case, scripted_server, visitor, calm=True)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (lambda: sized(_zeros(10**10)), "decompresses to more than"),
        (lambda: sized(b"\x78\x9c" + b"\xff" * 10**7), "cannot be decompressed"),
    ],
    ids=["a bomb", "garbage"],
)
def test_what_is_given_up_again_and_again_takes_no_more_than_once(
    scripted_server: Any, visitor: Visitor, data: Callable[[], bytes], says: str
) -> None:
    def script(peer: Any) -> None:
        peer.greet(*_SCREEN)
        peer.send(update(raw(0, 0, *_SCREEN, 5)) + update(rectangle(0, 0, *_SCREEN, _ZLIB, data())))
        peer.hold()

    for _ in range(6):
        endures(Case("a picture, then worse", script, says=says), scripted_server, visitor, threads=0)
