"""Servers that are too slow or too fast: what is legal must not block a look, an input or a close, nor take up memory."""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable
from typing import Any

import pytest

from screenagent.errors import DesktopUnreachable, LinkLost
from screenagent.rfb import Options
from support.rfb_encoders import sized
from support.rfb_misbehaviour import Case, Size, endures
from support.rfb_visitor import Visitor
from support.rfb_wire import HANDSHAKE, colour_map, cut_text, fence, raw, rectangle, server_init, update

_PATIENCE = 30.0
_SCREEN = (1920, 1080)
_COPYRECT, _TIGHT, _CURSOR, _SIZE, _NAME = 1, 7, -239, -223, -307
_FILL = rectangle(0, 0, *_SCREEN, _TIGHT, b"\x80abc")
_COPY = rectangle(1, 1, 1919, 1079, _COPYRECT, bytes(4))


def _after_a_frame(then: Callable[[Any], None], size: Size = (4, 3)) -> Callable[[Any], None]:
    def script(peer: Any) -> None:
        peer.greet(*size)
        peer.send(update(raw(0, 0, *size, 5)))
        peer.read(10)
        then(peer)

    return script


def _flood(name: str, data: bytes, size: Size = (4, 3)) -> Case:
    return Case(f"a flood of {name}", _after_a_frame(lambda peer: peer.flood(data), size))


def _drip(name: str, data: bytes, size: Size = (4, 3)) -> Case:
    return Case(f"a drip of {name}", _after_a_frame(lambda peer: peer.drip(data, 0.002), size))


def _pseudo(encoding: int, width: int = 0, height: int = 0, body: bytes = b"") -> bytes:
    return update(rectangle(0, 0, width, height, encoding, body))


_STANDING = [
    _flood("pictures", update(raw(0, 0, *_SCREEN, 9)), _SCREEN),
    _flood("empty updates", update() * 65536),
    _flood("filled rectangles, in updates of 65535", update(*[_FILL] * 65535), _SCREEN),
    _flood("filled rectangles, in updates of their own", update(_FILL) * 16384, _SCREEN),
    _flood("copies", update(*[_COPY] * 65535), _SCREEN),
    _flood("single pixels", update(*[raw(0, 0, 1, 1, 7)] * 65535)),
    _flood("bells", b"\2" * (1 << 20)),
    _flood("texts", cut_text(9_000_000, bytes(9_000_000))),
    _flood("empty texts", cut_text(0) * 65536),
    _flood("texts that are skipped", cut_text(90_000_000, bytes(90_000_000))),
    _flood("fences", fence(1 << 31, bytes(64)) * 4096),
    _flood("colour maps", colour_map(0, 65535)),
    _flood("pointers", _pseudo(_CURSOR, 1024, 1024, bytes(4 * 1024 * 1024 + 128 * 1024))),
    _flood("names", b"".join(_pseudo(_NAME, body=sized(bytes([65 + number]) * 60000)) for number in range(8))),
    _flood("ends of continuous updates", b"\x96" * (1 << 20)),
    _flood(
        "other sizes, with a pixel each",
        b"".join(_pseudo(_SIZE, 1920, 1080 - n) + update(raw(0, 0, 1, 1, 6)) for n in (0, 1)) * 5000,
    ),
    _drip("a picture", update(raw(0, 0, 4, 3, 6))),
    _drip("an update without end", update(*[raw(0, 0, 1, 1, 6)] * 100, count=65535)[:-1]),
    _drip("a long text", cut_text(9_000_000) + bytes(100)),
    _drip("a large picture", update(raw(0, 0, *_SCREEN, 6)), _SCREEN),
    Case("silence", _after_a_frame(lambda peer: peer.hold())),
    Case("half an update, then silence", _after_a_frame(lambda peer: (peer.send(update(count=9)), peer.hold()))),
]


@pytest.mark.parametrize("case", _STANDING, ids=str)
def test_a_connection_stands_and_can_be_used_whatever_comes(scripted_server: Any, visitor: Visitor, case: Case) -> None:
    endures(case, scripted_server, visitor, calm=True)


_UNFINISHED = [
    Case(
        "a greeting that drips",
        lambda peer: (peer.send(b"RFB 003.008\n\x01\x01" + bytes(4)), peer.drip(server_init(4, 3, bytes(60000)), 0.001)),
        DesktopUnreachable,
        "did not send the description of its screen within 0.2 s",
        options={"connect_timeout": 0.2},
    ),
    Case(
        "a reason that drips",
        lambda peer: (peer.send(b"RFB 003.008\n\0" + struct.pack("!I", 1 << 14)), peer.drip(b"no", 0.001)),
        DesktopUnreachable,
        "did not send its reason for refusing within 0.2 s",
        options={"connect_timeout": 0.2},
    ),
    Case(
        "a first frame that drips",
        lambda peer: (peer.send(HANDSHAKE + server_init(*_SCREEN)), peer.drip(update(raw(0, 0, 1, 1, 6)), 0.001)),
        DesktopUnreachable,
        "did not send its picture within 0.2 s",
        options={"frame_timeout": 0.2},
    ),
    Case(
        "a first frame of which one pixel never comes",
        lambda peer: (peer.send(HANDSHAKE + server_init(4, 3)), peer.flood(update(raw(0, 0, 4, 2, 5), raw(0, 2, 3, 1, 5)))),
        DesktopUnreachable,
        "did not send its picture within 0.2 s",
        options={"frame_timeout": 0.2},
    ),
    Case(
        "slow rectangles without end before the first frame",
        lambda peer: (peer.greet(*_SCREEN), peer.flood(update(*[_pixel_less(_FILL)] * 65535))),
        DesktopUnreachable,
        "did not send its picture within 0.2 s",
        options={"frame_timeout": 0.2},
    ),
]


def _pixel_less(fill: bytes) -> bytes:
    """The same rectangle without its last row, so that it makes no whole picture."""
    return fill[:6] + struct.pack("!H", _SCREEN[1] - 1) + fill[8:]


@pytest.mark.parametrize("case", _UNFINISHED, ids=str)
def test_what_never_ends_ends_at_the_deadline(scripted_server: Any, visitor: Visitor, case: Case) -> None:
    endures(case, scripted_server, visitor)


def test_a_close_ends_a_flood_of_callbacks(scripted_server: Any, client_for: Any) -> None:
    rung, closed, bells = threading.Event(), threading.Event(), []

    def ring() -> None:
        bells.append(None)
        rung.set()
        closed.wait(_PATIENCE)

    server = scripted_server(_after_a_frame(lambda peer: (peer.send(b"\2" * 1000), peer.hold())))
    client = client_for(server.port, options=Options(reconnect=False), on_bell=ring)
    closing = threading.Thread(target=client.close)
    client.connect()
    assert rung.wait(_PATIENCE)
    closing.start()
    with pytest.raises(LinkLost):
        client.wait_update(99, _PATIENCE)
    closed.set()
    closing.join(_PATIENCE)
    assert len(bells) == 1
