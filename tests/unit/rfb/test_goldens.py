"""Conversations recorded from real servers, replayed in pieces of several sizes, on one thread and on several."""

from __future__ import annotations

import gzip
import io
import json
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from goldens.rfb.census import Census
from goldens.rfb.pictures import worst_block
from screenagent.rfb import native, painter
from screenagent.rfb.channel import Channel, CutText, Event
from screenagent.rfb.encodings import CHOOSABLE, Decoders
from screenagent.rfb.encodings.base import Decoder
from screenagent.rfb.framebuffer import Framebuffer, Rectangle
from screenagent.rfb.painter import Crew
from screenagent.rfb.pixels import FORMATS
from screenagent.rfb.session import Session
from screenagent.rfb.values import Options
from screenagent.rfb.wire import Steps

_FOLDER = Path(__file__).parents[2] / "goldens" / "rfb" / "recorded"
_INDEX = json.loads((_FOLDER / "recordings.json").read_text())
_NAMES = sorted(_INDEX)
_LOSSY = [name for name in _NAMES if not _INDEX[name]["lossless"]]
_HANDSHAKES = [name for name in _NAMES if (_FOLDER / f"{name}.client.gz").exists()]
_WHOLE = 1 << 30
_OFF = {"jpeg1": (16, 60), "jpeg5": (6, 24), "jpeg9": (1, 6)}
"""Levels by which the worst block, on the average, and the worst pixel may be off, by the quality that was asked for."""
_TILES = {"raw", "solid", "packed in 1 bits", "packed in 2 bits", "packed in 4 bits", "runs", "long runs", "palette runs"}
_AGAIN = {f"{kind} as before" for kind in ("packed in 1 bits", "packed in 2 bits", "packed in 4 bits", "palette runs")}
_KINDS = {
    "hextile": {"raw", "background", "background as before", "coloured", "one colour", "one colour as before"},
    "trle": _TILES | _AGAIN,
    "zrle": _TILES | {"long palette runs"},
    "tight": {
        *("fill", "jpeg", "uncompressed", "stream 0", "stream 1", "stream 2", "stream 3"),
        *(f"{bits} bit {filter}" for bits in (16, 32) for filter in ("plain", "two colours", "palette", "gradient")),
        *("8 bit plain", "8 bit two colours"),
    },
    "tight-png": {"fill", "png"},
}
"""What there is, as a census says it."""


def _server_bytes(name: str) -> bytes:
    return gzip.decompress((_FOLDER / f"{name}.server.gz").read_bytes())


def _true_picture(name: str) -> np.ndarray:
    with Image.open(_FOLDER / _INDEX[name]["picture"]) as image:
        return np.asarray(image.convert("RGB"))


def _session(name: str, crew: Crew | None = None) -> Session:
    options = _INDEX[name]["options"]
    options = Options(**{**options, "encodings": tuple(options["encodings"])})
    return Session("golden", password="goldens1", options=options, crew=crew)


def _replay(name: str, size: int = _WHOLE, crew: Crew | None = None) -> tuple[np.ndarray, Session]:
    session, data = _session(name, crew), _server_bytes(name)
    for start in range(0, len(data), size):
        session.feed(data[start : start + size])
    return session.framebuffer.snapshot().pixels[:, :, 2::-1], session


def test_every_encoding_is_recorded_in_every_pixel_format() -> None:
    recorded = {(said["options"]["encodings"][0], said["options"].get("pixel_format", "bgrx")) for said in _INDEX.values()}
    due = {(encoding, pixel_format) for encoding in CHOOSABLE for pixel_format in FORMATS if encoding != "copyrect"}
    assert due - recorded == {("tight-png", "rgb565")}  # no server at hand keeps to the format then
    assert ("copyrect", "bgrx") in recorded


@pytest.mark.parametrize("name", _NAMES)
def test_a_replay_ends_in_the_picture_of_the_screen(name: str) -> None:
    whole, session = _replay(name)
    assert {encoding: count.rectangles for encoding, count in session.encodings.items()} == _INDEX[name]["rectangles"]
    assert np.array_equal(whole, _replay(name, 997)[0])
    true = _true_picture(name)
    block, pixel = next((most for kind, most in _OFF.items() if kind in name), (0, 0))
    assert _INDEX[name]["lossless"] is (pixel == 0)
    assert worst_block(whole, true) <= block
    assert np.abs(whole.astype(int) - true).max() <= pixel


@pytest.mark.parametrize("name", [name for name in _NAMES if len(_server_bytes(name)) < 9000])
def test_a_replay_byte_by_byte_ends_in_the_same_picture(name: str) -> None:
    assert np.array_equal(_replay(name, 1)[0], _replay(name)[0])


@pytest.mark.parametrize("name", _NAMES)
def test_a_replay_on_several_threads_ends_in_the_same_picture(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    alone, _ = _replay(name)
    monkeypatch.setattr(painter, "SMALL", 0)
    crew = Crew(2)
    try:
        assert np.array_equal(_replay(name, 997, crew)[0], alone)
    finally:
        crew.close()


@pytest.mark.parametrize("name", [name for name in _NAMES if "zrle" in name])
def test_a_replay_without_the_compiled_decoder_ends_in_the_same_picture(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "zrle", None)
    assert np.array_equal(_replay(name)[0], _true_picture(name))


@pytest.mark.parametrize("name", _HANDSHAKES)
@pytest.mark.parametrize("size", [1, 1000])
def test_the_handshake_is_answered_as_the_server_accepted_it(name: str, size: int) -> None:
    session, data, sent = _session(name), _server_bytes(name), b""
    for start in range(0, len(data), size):
        session.feed(data[start : start + size])
        sent += session.to_send()
    assert sent.startswith(gzip.decompress((_FOLDER / f"{name}.client.gz").read_bytes()))
    assert session.name == "golden"


def test_handshakes_are_recorded_with_and_without_password_in_both_dialects() -> None:
    assert set(_HANDSHAKES) == {"none-3.3", "none-3.8", "password-3.3", "password-3.8"}


@pytest.mark.parametrize("name", _LOSSY)
def test_jpeg_is_decoded_as_another_decoder_does_it(name: str) -> None:
    shown, _ = _replay(name)
    pictures = dict(_jpegs(_server_bytes(name)))  # the last at each place
    assert pictures
    for (x, y, width, height), data in pictures.items():
        with Image.open(io.BytesIO(data)) as image:
            other = np.asarray(image.convert("RGB")).astype(int)
        assert np.abs(shown[y : y + height, x : x + width] - other).max() <= 2


def _jpegs(data: bytes) -> Iterator[tuple[Rectangle, bytes]]:
    """Yield the Tight rectangles that are JPEG, found without a decoder, and what is in them."""
    at = 0
    while (at := data.find(b"\xff\xd8\xff", at + 1)) > 0:
        for digits in (1, 2, 3):
            start = at - digits
            *area, encoding, control = struct.unpack("!HHHHiB", data[start - 13 : start])
            if encoding == 7 and control == 0x90:
                length = sum((digit & 0x7F) << 7 * place for place, digit in enumerate(data[start:at]))
                yield Rectangle(*area), data[at : at + length]


class _Noting:
    """A decoder whose rectangles are also shown to a census."""

    def __init__(self, decoder: Decoder, census: Census) -> None:
        self._decoder, self._census = decoder, census

    def decode(self, rectangle: Rectangle, channel: Channel) -> Steps[None]:
        steps, body, piece = self._decoder.decode(rectangle, channel), bytearray(), None
        while True:
            try:
                wanted = steps.send(piece)  # type: ignore[arg-type]
            except StopIteration:
                break
            piece = yield wanted
            body += piece
        names = [name for name, number in CHOOSABLE.items() if number == self._decoder.number]
        if names:
            self._census.read(names[0], rectangle.width, rectangle.height, bytes(body))


def test_every_kind_of_tile_and_filter_is_in_a_recording(monkeypatch: pytest.MonkeyPatch) -> None:
    find, found = Decoders.find, set()
    for name in _NAMES:
        census = Census(FORMATS[_INDEX[name]["options"].get("pixel_format", "bgrx")].bits)
        monkeypatch.setattr(Decoders, "find", lambda self, number, census=census: _Noting(find(self, number), census))
        _replay(name)
        found |= census.found
    assert {f"{encoding} {kind}" for encoding, kinds in _KINDS.items() for kind in kinds} - found == set()


def test_the_drawing_has_copies_a_pointer_and_a_clipboard_text(monkeypatch: pytest.MonkeyPatch) -> None:
    copies: list[Rectangle] = []
    copy = Framebuffer.copy

    def counting(self: Framebuffer, source_x: int, source_y: int, target: Rectangle) -> None:
        copies.append(target)
        copy(self, source_x, source_y, target)

    monkeypatch.setattr(Framebuffer, "copy", counting)
    _, session = _replay("drawing")
    events: list[Event] = session.take_events()
    assert copies
    assert session.cursor is not None
    assert session.cursor.pixels[:, :, 3].any()
    assert CutText("grüße") in events
