"""Servers whose rectangles are wrong: each ends in its own error, in time, within its memory, and the next connection works."""

from __future__ import annotations

import io
import struct
import zlib
from functools import partial
from typing import Any

import numpy as np
import pytest
import simplejpeg
from PIL import Image

from support.rfb_misbehaviour import Case, as_first_frame, endures
from support.rfb_visitor import Visitor
from support.rfb_wire import raw, rectangle, update

_RAW, _COPYRECT, _RRE, _HEXTILE, _ZLIB, _TIGHT, _TRLE, _ZRLE, _TIGHT_PNG = 0, 1, 2, 5, 6, 7, 15, 16, -260
_PIXELS = {
    "Raw": _RAW,
    "CopyRect": _COPYRECT,
    "RRE": _RRE,
    "Hextile": _HEXTILE,
    "Zlib": _ZLIB,
    "Tight": _TIGHT,
    "TRLE": _TRLE,
    "ZRLE": _ZRLE,
    "Tight PNG": _TIGHT_PNG,
}
_PIXEL = b"\1\2\3\0"


def _frame(name: str, encoding: int, body: bytes, says: str, size: tuple[int, int] = (4, 3)) -> Case:
    """A server of which the first frame is one rectangle with this body."""
    return Case(name, as_first_frame(update(rectangle(0, 0, *size, encoding, body)), size), says=says)


def _sized(data: bytes) -> bytes:
    return struct.pack("!I", len(data)) + data


def _flushed(data: bytes, **settings: Any) -> bytes:
    stream = zlib.compressobj(**settings)
    return stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH)


def _tight(control: int, data: bytes, head: bytes = b"") -> bytes:
    """A Tight rectangle's body with less than 128 bytes of data."""
    return bytes([control]) + head + bytes([len(data)]) + data


def _jpeg(width: int, height: int) -> bytes:
    return simplejpeg.encode_jpeg(np.zeros((height, width, 3), np.uint8))


def _png(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height)).save(out, "PNG")
    return out.getvalue()


_STRANGER = _flushed(bytes(48), zdict=b"agreed on elsewhere")
_NOISE = b"\x78\x9cnoise, not deflated"

OUTSIDE = [
    Case(f"{name}, {width}x{height} at {x}", as_first_frame(update(rectangle(x, x, width, height, number))), says="not inside")
    for name, number in _PIXELS.items()
    for x, width, height in ((0, 5, 3), (60000, 1, 1), (4, 1, 0))
]
LENGTHS = [
    Case(
        f"{name} of {length} bytes",
        as_first_frame(update(rectangle(0, 0, 4, 3, number, struct.pack("!I", length)))),
        says=f"{length}",
    )
    for name, number in (("Zlib", _ZLIB), ("ZRLE", _ZRLE), ("RRE", _RRE))
    for length in (1 << 31, (1 << 32) - 1)
]
LENGTHS += [_frame("Tight of 4194303 bytes", _TIGHT, b"\0\xff\xff\xff", "4194303"), _frame("RRE, 13", _RRE, b"\0\0\0\x0d", "13")]

STREAMS = [
    _frame(f"{name}, {what}", number, wrap(data), says)
    for name, number, wrap in (("Zlib", _ZLIB, _sized), ("ZRLE", _ZRLE, _sized), ("Tight", _TIGHT, partial(_tight, 0)))
    for what, data, says in (
        ("garbage", _NOISE, "cannot be decompressed"),
        ("a preset dictionary", _STRANGER, "cannot be decompressed"),
        ("nothing", b"", "too short" if number == _ZRLE else "of 0 bytes where"),
        ("too little", _flushed(bytes(2)), "too short" if number == _ZRLE else "of 2 bytes where"),
        ("too much", _flushed(bytes(3000)), "decompresses to more than"),
    )
]
STREAMS += [
    Case(
        f"{name}, a stream that goes on after its end",
        as_first_frame(update(*[rectangle(0, 0, 4, 3, number, body) for body in bodies])),
        says="after its end",
    )
    for name, number, bodies in (
        ("Zlib", _ZLIB, [_sized(zlib.compress(bytes(48))), _sized(_flushed(bytes(48)))]),
        ("ZRLE", _ZRLE, [_sized(zlib.compress(b"\1abc")), _sized(_flushed(b"\1abc"))]),
        ("Tight", _TIGHT, [_tight(0, zlib.compress(bytes(36))), _tight(0, _flushed(bytes(36)))]),
        ("Zlib at once", _ZLIB, [_sized(zlib.compress(bytes(48)) + b"more")]),
    )
]


def _tiles(name: str, tile: bytes, says: str) -> list[Case]:
    """The same wrong tile in TRLE and ZRLE."""
    return [_frame(f"TRLE, {name}", _TRLE, tile, says), _frame(f"ZRLE, {name}", _ZRLE, _sized(_flushed(tile)), says)]


_PALETTE = b"aaabbb"
_ANY = "makes no sense"
"""What is said of a ZRLE rectangle by the compiled decoder, which does not tell why."""
TILES = [
    *_tiles("a run beyond its tile", b"\x80abc\x0c", f"beyond its end|{_ANY}"),
    *_tiles("a palette run beyond its tile", b"\x82" + _PALETTE + b"\x80\x0c", f"beyond its end|{_ANY}"),
    *_tiles("an endless run", b"\x80abc" + b"\xff" * 4000, f"beyond its end|{_ANY}|more than"),
    *_tiles("an endless palette run", b"\x82" + _PALETTE + b"\x80" + b"\xff" * 400, f"beyond its end|{_ANY}"),
    *_tiles("an unknown kind of tile", b"\x11", f"unknown kind 17|{_ANY}"),
    *_tiles("an index beyond its palette", b"\x03" + _PALETTE + b"ccc" + b"\xff" * 3, f"palette does not have|{_ANY}"),
    *_tiles("a run of an index beyond its palette", b"\x82" + _PALETTE + b"\x85\x0b", f"palette does not have|{_ANY}"),
    _frame("TRLE, a palette again and none before", _TRLE, b"\x7f", "there was none"),
    _frame("TRLE, a palette for runs again and none before", _TRLE, b"\x81", "there was none"),
    _frame("ZRLE, a palette again", _ZRLE, _sized(_flushed(b"\x7f")), f"unknown kind 127|{_ANY}"),
    _frame("ZRLE, a palette for runs again", _ZRLE, _sized(_flushed(b"\x81")), f"unknown kind 129|{_ANY}"),
    _frame("ZRLE, bytes after the last tile", _ZRLE, _sized(_flushed(b"\1abcdef")), "3 bytes too many"),
    _frame("ZRLE, raw that ends early", _ZRLE, _sized(_flushed(b"\0abc")), _ANY),
    _frame("ZRLE, a palette that ends early", _ZRLE, _sized(_flushed(b"\x10abc")), _ANY),
    _frame("ZRLE, runs that end early", _ZRLE, _sized(_flushed(b"\x80abc\1")), f"before it is full|{_ANY}"),
    _frame("ZRLE, palette runs that end early", _ZRLE, _sized(_flushed(b"\x82" + _PALETTE + b"\0")), f"before it is full|{_ANY}"),
]

PARTS = [
    _frame("Hextile, a part outside its tile", _HEXTILE, b"\x0a" + _PIXEL + b"\x01\xf0\x10", "not inside the tile"),
    _frame("Hextile, a part outside its rectangle", _HEXTILE, b"\x0a" + _PIXEL + b"\x01\x30\x10", "not inside its rectangle"),
    _frame("RRE, a part outside", _RRE, b"\0\0\0\1" + 2 * _PIXEL + struct.pack("!4H", 3, 2, 2, 1), "not inside its rectangle"),
    _frame("RRE, a part of 65535x65535", _RRE, b"\0\0\0\1" + 2 * _PIXEL + b"\xff" * 8, "times over"),
    _frame(
        "RRE, parts that cover everything again and again",
        _RRE,
        struct.pack("!I", 100_000) + _PIXEL + (_PIXEL + struct.pack("!4H", 0, 0, 1920, 1080)) * 100_000,
        "more than 16 times over",
        (1920, 1080),
    ),
    Case(
        "CopyRect, a source outside",
        as_first_frame(update(raw(0, 0, 4, 3, 1), rectangle(0, 0, 4, 3, _COPYRECT, b"\0\1\0\0"))),
        says="a CopyRect source",
    ),
]

PICTURES = [
    _frame("Tight, an unknown kind", _TIGHT, b"\xb0", "unknown kind 11"),
    _frame("Tight, another unknown kind", _TIGHT, b"\xff", "unknown kind 15"),
    _frame("Tight, an unknown filter", _TIGHT, b"\x40\x03", "unknown filter 3"),
    _frame(
        "Tight, a colour beyond its palette", _TIGHT, _tight(0x40, _flushed(b"\3" * 12), b"\1\2abcdefghi"), "beyond its palette"
    ),
    _frame(
        "a JPEG of another size",
        _TIGHT,
        b"\x90" + b"\xf7\4" + _jpeg(5, 3).ljust(631, b"\0"),
        "JPEG of 5x3 for a rectangle of 4x3",
    ),
    _frame("a PNG of another size", _TIGHT_PNG, _tight(0xA0, _png(40, 30)), "PNG of 40x30 for a rectangle of 4x3"),
    _frame("a JPEG that is none", _TIGHT, _tight(0x90, _NOISE), "JPEG that cannot be decoded"),
    _frame("a PNG that is none", _TIGHT_PNG, _tight(0xA0, _NOISE), "where a PNG was due"),
    _frame("a PNG that ends early", _TIGHT_PNG, _tight(0xA0, _png(4, 3)[:45]), "PNG that cannot be decoded"),
    _frame("a JPEG that is empty", _TIGHT, _tight(0x90, b""), "JPEG that cannot be decoded"),
    _frame("an encoding that there is not", 99, b"", r"number 99 \(unknown\)"),
    _frame("an encoding that was not asked for", 21, b"", r"JPEG \(21\)"),
]


@pytest.mark.parametrize("case", OUTSIDE + LENGTHS + STREAMS + TILES + PARTS + PICTURES, ids=str)
def test_a_rectangle_that_is_wrong(scripted_server: Any, visitor: Visitor, case: Case) -> None:
    endures(case, scripted_server, visitor)
