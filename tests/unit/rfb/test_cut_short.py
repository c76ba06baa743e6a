"""Servers that go away, or cut short what they say, at each place: always an error that says so, never half a picture."""

from __future__ import annotations

import gzip
import io
import json
import logging
import random
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import simplejpeg
from PIL import Image

from screenagent.errors import DesktopError, DesktopProtocolError, DesktopUnreachable, LinkLost
from screenagent.rfb import Options
from screenagent.rfb.errors import NoGreeting
from screenagent.rfb.pixels import FORMATS
from screenagent.rfb.session import Session
from support import rfb_encoders as encode
from support.rfb_misbehaviour import Case, endures
from support.rfb_visitor import Visitor
from support.rfb_wire import HANDSHAKE, colour_map, cut_text, extended_cut_text, fence, raw, rectangle, server_init, update

_RECORDED = Path(__file__).parents[2] / "goldens" / "rfb" / "recorded"
_INDEX = json.loads((_RECORDED / "recordings.json").read_text())
_ENCODINGS = (2, 5, 6, 7, 15, 16, -260)
_PROVIDE = 1 << 28 | 1
_GREETING = 12


def _png(picture: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.zeros((*picture.shape, 3), np.uint8)).save(out, "PNG")
    return out.getvalue()


def _body(number: int, picture: np.ndarray, choose: Callable[[Any], str]) -> bytes:
    """What an encoder makes of a picture of 24 bit colours."""
    if number == -260:
        data = _png(picture)
        return b"\xa0" + encode.compact_length(len(data)) + data
    if number == 7:
        form = FORMATS["bgrx"]
        return encode.TightEncoder(4, 3, form.maxima, form.shifts)(picture, choose)
    bodies = {
        2: lambda: encode.rre(picture, 4),
        5: lambda: encode.hextile(picture, 4, choose),
        6: lambda: encode.sized(encode.Deflater()(encode.pixels(picture, 4))),
        15: lambda: encode.trle(picture, 3, choose),
        16: lambda: encode.zrle(picture, 3, choose, encode.Deflater()),
    }
    return bodies[number]()


def _picture(width: int = 4, height: int = 3) -> np.ndarray:
    return np.random.default_rng(3).choice([1, 0xFF, 0xABCDEF], (height, width))


def _conversation() -> bytes:
    """What a server says, in little."""
    choose = random.Random(5).choice
    parts = [rectangle(0, 0, 4, 3, number, _body(number, _picture(), choose)) for number in (2, 5, 7, 16)]
    return b"".join(
        (
            HANDSHAKE + server_init(4, 3),
            update(raw(0, 0, 4, 3, 5)),
            update(*parts, rectangle(1, 1, 2, 2, 1, bytes(4)), rectangle(0, 0, 0, 0, -224), count=65535),
            b"\2" + cut_text(3, b"abc") + fence(1 << 31, b"12") + b"\x96" + colour_map(0, 1),
            extended_cut_text(_PROVIDE, zlib.compress(struct.pack("!I", 2) + b"a\0")),
            update(rectangle(0, 0, 2, 1, -239, bytes(9)), rectangle(0, 0, 0, 0, -307, encode.sized(b"new"))),
            update(rectangle(0, 0, 5, 3, -308, b"\1" + bytes(3 + 16)), raw(4, 0, 1, 1, 9)),
        )
    )


_CONVERSATION = _conversation()
_READY = len(HANDSHAKE + server_init(4, 3))


@pytest.mark.parametrize("part", range(8))
def test_a_server_that_goes_at_each_byte(scripted_server: Any, visitor: Visitor, part: int) -> None:
    for size in range(part, len(_CONVERSATION), 8):

        def script(peer: Any, size: int = size) -> None:
            peer.send(_CONVERSATION[:size])
            peer.finish()

        error = NoGreeting if size < _GREETING else DesktopUnreachable if size < _READY else LinkLost
        endures(Case(f"{size} bytes", script, error, "closed the connection"), scripted_server, visitor)


def _session(name: str) -> Session:
    options = _INDEX[name]["options"]
    return Session("golden", password="goldens1", options=Options(**{**options, "encodings": tuple(options["encodings"])}))


@pytest.mark.parametrize("kind", sorted({name.partition("-")[0] for name in _INDEX}))
def test_a_real_conversation_that_ends_at_each_byte(kind: str) -> None:
    """The longest of each server's that is not all too long."""
    known = sorted((len(data), name, data) for name, data in _recordings(kind))
    _, name, data = max((one for one in known if one[0] < 13_000), default=known[0])
    session, number = _session(name), 0
    for byte in data:
        session.feed(bytes([byte]))
        assert isinstance(session.end(), LinkLost if session.ready else DesktopUnreachable | DesktopProtocolError)
        assert session.framebuffer.number in (number, number + 1)
        number = session.framebuffer.number
    assert number


def _recordings(kind: str) -> Iterator[tuple[str, bytes]]:
    for name in _INDEX:
        if name.partition("-")[0] == kind:
            yield name, gzip.decompress((_RECORDED / f"{name}.server.gz").read_bytes())


def _started(width: int = 20, height: int = 18) -> Session:
    session = Session("desk")
    session.feed(HANDSHAKE + server_init(width, height))
    return session


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("number", _ENCODINGS)
def test_an_update_that_is_cut_at_each_place_shows_nothing(number: int, seed: int) -> None:
    body = _body(number, _picture(20, 18), random.Random(seed).choice)
    session = _started()
    data = update(rectangle(0, 0, 20, 18, number, body))
    for byte in data[:-1]:
        session.feed(bytes([byte]))
        assert session.framebuffer.number == 0
        assert not session.framebuffer.snapshot().pixels.any()
    assert isinstance(session.end(), LinkLost)
    session.feed(data[-1:])
    assert session.framebuffer.number == 1


def _raises(data: bytes) -> None:
    with pytest.raises(DesktopProtocolError):
        _started().feed(data)


@pytest.mark.parametrize("number", [6, 7, 16])
def test_compressed_data_that_is_cut_at_each_place_is_an_error(number: int) -> None:
    pixels = encode.pixels(_picture(20, 18), 3 if number == 7 else 4)
    data = encode.Deflater()(b"\0" + pixels[:1080] if number == 16 else pixels)
    whole = len(zlib.decompressobj().decompress(data))
    for size in range(len(data)):
        if len(zlib.decompressobj().decompress(data[:size])) == whole:
            break  # what follows ends the flush
        length = encode.compact_length(size) if number == 7 else struct.pack("!I", size)
        _raises(update(rectangle(0, 0, 20, 18, number, (b"\0" if number == 7 else b"") + length + data[:size])))


def test_a_jpeg_that_is_cut_at_each_place_is_an_error() -> None:
    data = simplejpeg.encode_jpeg(np.random.default_rng(1).integers(0, 256, (18, 20, 3), np.uint8))
    for size in range(len(data) - 2):
        _raises(update(rectangle(0, 0, 20, 18, 7, b"\x90" + encode.compact_length(size) + data[:size])))


def test_a_png_that_is_cut_at_each_place_before_its_last_pixels_is_an_error() -> None:
    data = _png(_picture(20, 18))
    for size in range(data.index(b"IDAT") + 8):
        _raises(update(rectangle(0, 0, 20, 18, -260, b"\xa0" + encode.compact_length(size) + data[:size])))


@pytest.mark.parametrize("value", [0, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])
def test_a_telling_number_at_each_place_is_an_error_or_none(value: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, "screenagent")  # texts that are too long are skipped with a warning
    for place in range(len(_CONVERSATION) - 3):
        session = Session("desk", password="x")
        data = _CONVERSATION[:place] + struct.pack("!I", value) + _CONVERSATION[place + 4 :]
        try:
            session.feed(data)
        except DesktopError:
            continue
        assert isinstance(session.end(), DesktopError)
