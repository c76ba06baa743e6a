"""Servers whose messages are wrong, or come without end: each ends in its own error, in time, and the next connection works."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from screenagent.errors import DesktopUnreachable, LinkLost
from support.rfb_misbehaviour import Case, Data, afterwards, as_first_frame, endures
from support.rfb_visitor import Visitor
from support.rfb_wire import colour_map, cut_text, extended_cut_text, fence, raw, rectangle, update

_CURSOR, _X_CURSOR, _ALPHA_CURSOR, _SIZE, _LAST, _NAME, _SCREENS = -239, -240, -314, -223, -224, -307, -308
_TEXT, _CAPS, _REQUEST, _NOTIFY, _PROVIDE = 1, 1 << 24, 1 << 25, 1 << 27, 1 << 28
_BELL = b"\2"
_ONE = raw(0, 0, 1, 1, 6)


def _pseudo(encoding: int, width: int = 0, height: int = 0, body: bytes = b"", x: int = 0, y: int = 0) -> bytes:
    return update(rectangle(x, y, width, height, encoding, body))


def _case(name: str, sent: Data, says: str, **settings: Any) -> Case:
    return Case(name, afterwards(sent), says=says, **settings)


def _silenced(name: str, sent: Data) -> Case:
    settings = {"idle_probe": 0.05, "idle_limit": 0.05}
    return Case(name, afterwards(sent), LinkLost, "has gone silent: it did not answer within 0.05 s", options=settings)


UNKNOWN = [
    *(_case(f"a message of type {kind}", bytes([kind]), f"unknown type {kind}") for kind in (4, 119, 151, 249, 255)),
    _case("an encoding that there is not", update(rectangle(0, 0, 1, 1, 12345)), r"number 12345 \(unknown\)"),
    _case("an encoding of -1", update(rectangle(0, 0, 1, 1, -1)), r"number -1 \(unknown\)"),
    _case("a rectangle of the size before", _pseudo(_SIZE, 2, 2) + update(raw(0, 0, 4, 3, 1)), "not inside the screen of 2x2"),
]

SIZES = [
    _case(f"{name} of {width}x{height}", _pseudo(number, width, height, body), f"{width}x{height}")
    for name, number, body in (("a screen", _SIZE, b""), ("screens", _SCREENS, b"\xff" + bytes(3 + 16 * 255)))
    for width, height in ((0, 0), (0, 5), (65535, 65535), (8193, 8192))
]
SIZES += [
    _case(f"a pointer of {width}x{height}, encoding {number}", _pseudo(number, width, height), f"{width}x{height} pixels")
    for number in (_CURSOR, _X_CURSOR, _ALPHA_CURSOR)
    for width, height in ((65535, 65535), (65535, 1), (1, 1025))
]
SIZES += [
    _case("a pointer in an encoding of its own", _pseudo(_ALPHA_CURSOR, 1, 1, struct.pack("!i", 7)), r"encoding Tight \(7\)"),
    _case("a pointer in no encoding", _pseudo(_ALPHA_CURSOR, 1, 1, struct.pack("!i", -99)), r"number -99 \(unknown\)"),
]
LENGTHS = [
    _case("a name of 2 GiB", _pseudo(_NAME, body=struct.pack("!I", 1 << 31)), "desktop name of 2147483648 bytes"),
    _case("a clipboard text of 2 GiB", cut_text((1 << 31) - 1), "clipboard text of 2147483647 bytes"),
    _case("a clipboard message of -2 GiB", cut_text(-(1 << 31)), "clipboard text of 2147483648 bytes"),
    _case("a clipboard message of -1 byte", cut_text(-1), "clipboard message of 1 bytes"),
    _case("a clipboard message of -3 bytes", cut_text(-3), "clipboard message of 3 bytes"),
    _case("clipboard formats without sizes", extended_cut_text(_CAPS | 0xFFFF), "0 bytes of sizes for 16 clipboard formats"),
    _case("a fence of 65 bytes", fence(0, size=65), "fence of 65 bytes"),
    _case("a fence of 255 bytes", fence(1 << 31, size=255), "fence of 255 bytes"),
]


def _provided(data: bytes) -> bytes:
    return extended_cut_text(_PROVIDE | _TEXT, data)


CLIPBOARD = [
    _case("a clipboard text that is no zlib data", _provided(b"noise, not deflated"), "is not zlib data"),
    _case("a clipboard text that is empty", _provided(b""), "ends 4 bytes early"),
    _case("a clipboard text without its text", _provided(zlib.compress(struct.pack("!I", 9))), "ends 9 bytes early"),
    _case("a clipboard text cut short", _provided(zlib.compress(struct.pack("!I", 9) + b"abcd")[:-6]), "bytes early"),
]


def _dictionary() -> bytes:
    stream = zlib.compressobj(zdict=b"agreed on elsewhere")
    return stream.compress(bytes(64)) + stream.flush()


CLIPBOARD.append(_case("a clipboard text with a preset dictionary", _provided(_dictionary()), "is not zlib data"))

UNFINISHED = [
    _silenced("an update of which nothing follows", update(count=65535)),
    _silenced("an update of 65535 that ends with the 65534th", lambda: update(*[_ONE] * 65534, count=65535)),
    _silenced("the last rectangle that never comes", lambda: update(*[_ONE] * 1000, count=65535)),
    _silenced("a rectangle's header alone", update(rectangle(0, 0, 4, 3, 0))),
    _silenced("a text of which nothing follows", cut_text(9_000_000)),
    _silenced("a text that is skipped and of which nothing follows", cut_text(90_000_000)),
    _silenced("a clipboard message of which nothing follows", cut_text(-(1 << 28))),
    _silenced("a colour map of which nothing follows", colour_map(0, 65535, b"\0")),
    Case(
        "resizes without end in one update",
        as_first_frame(update(*[rectangle(0, 0, 8192 - number % 2, 8192, _SIZE) for number in range(10_000)])),
        says="more than 32 times in one update",
    ),
]


def _flood(data: bytes, *, reading: bool = True) -> Callable[[Any], None]:
    """Shake hands, and then nothing but `data`."""

    def script(peer: Any) -> None:
        peer.greet()
        peer.flood(data, reading=reading)

    return script


def _asking(peer: Any) -> None:
    """Say that the clipboard's text is wanted, ask for it as often as can be, and take none of it."""
    peer.greet()
    peer.send(extended_cut_text(_CAPS | _REQUEST | _NOTIFY | _PROVIDE | _TEXT, bytes(4)) + update(raw(0, 0, 4, 3, 5)))
    peer.flood(extended_cut_text(_REQUEST | _TEXT) * 20_000, reading=False)


def _endless(name: str, data: bytes) -> Case:
    settings = {"frame_timeout": 0.2}
    return Case(f"no picture, but {name} without end", _flood(data), DesktopUnreachable, "its picture", options=settings)


_PARTS = update(raw(0, 0, 1, 1, 6))
FLOODS = [
    _endless("bells", _BELL * 65536),
    _endless("empty updates", update() * 16384),
    _endless("parts of it", _PARTS * 8192),
    _endless("large updates of parts", update(*[_ONE] * 65535)),
    _endless("texts", cut_text(9_000_000, bytes(9_000_000))),
    _endless("names", b"".join(_pseudo(_NAME, body=struct.pack("!I", 60000) + bytes([65 + n]) * 60000) for n in range(8))),
    _endless("pointers", _pseudo(_CURSOR, 1024, 1024, bytes(4 * 1024 * 1024 + 128 * 1024))),
    _endless("positions of the pointer", _pseudo(0x574D5666) * 16384),
    _endless("screens", _pseudo(_SCREENS, 4, 3, b"\xff" + bytes(3 + 16 * 255)) * 64),
    _endless("fences", fence(1 << 31, bytes(64)) * 4096),
    _endless("colour maps", colour_map(0, 65535)),
    _endless("ends of continuous updates", b"\x96" * 65536),
    _endless("other sizes", (_pseudo(_SIZE, 8192, 8192) + _pseudo(_SIZE, 8191, 8192)) * 100),
    Case(
        "questions whose answers nobody takes",
        _flood(fence(1 << 31, bytes(64)) * 4096, reading=False),
        LinkLost,
        "took no input for 0.3 s|takes no input",
        options={"send_timeout": 0.3, "frame_timeout": 30.0},
    ),
    Case(
        "requests for a long text that nobody takes",
        _asking,
        LinkLost,
        "took no input for 0.3 s|takes no input",
        options={"send_timeout": 0.3},
        put=4_000_000,
    ),
]


@pytest.mark.parametrize("case", UNKNOWN + SIZES + LENGTHS + CLIPBOARD + UNFINISHED + FLOODS, ids=str)
def test_messages_that_are_wrong(scripted_server: Any, visitor: Visitor, case: Case) -> None:
    endures(case, scripted_server, visitor)
