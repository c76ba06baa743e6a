"""Every pixel encoding against an encoder written from its specification, in every pixel format."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from screenagent.rfb import Options, native
from screenagent.rfb.painter import Crew
from screenagent.rfb.pixels import FORMATS
from screenagent.rfb.session import Session
from support import rfb_encoders as encode

_FORMATS = ("bgrx", "rgb565", "bgr233", "colour-map")
_START = b"RFB 003.008\n" + b"\x01\x01" + bytes(4)
_COLOURS = np.random.default_rng(5).integers(0, 1 << 16, (256, 3), np.uint16)


def _session(picture: np.ndarray, name: str, crew: Crew | None = None) -> Session:
    session = Session("desk", options=Options(pixel_format=name), crew=crew)  # type: ignore[arg-type]
    height, width = picture.shape
    session.feed(_START + struct.pack("!HH16xI", width, height, 0))
    if name == "colour-map":
        session.feed(struct.pack("!BxHH", 1, 0, 256) + _COLOURS.astype(">u2").tobytes())
    return session


def _update(picture: np.ndarray, number: int, *bodies: bytes) -> bytes:
    height, width = picture.shape
    rectangles = b"".join(struct.pack("!HHHHi", 0, 0, width, height, number) + body for body in bodies)
    return struct.pack("!BxH", 0, len(bodies)) + rectangles


def _expected(picture: np.ndarray, name: str) -> np.ndarray:
    """(height, width, 3) BGR of what is on the wire, worked out pixel by pixel."""
    form = FORMATS[name]  # type: ignore[index]
    out = np.zeros((*picture.shape, 3), np.uint8)
    for place, value in np.ndenumerate(picture):
        if name == "colour-map":
            channels = [int(channel) >> 8 for channel in _COLOURS[value]]
        else:
            parts = zip(form.maxima, form.shifts, strict=True)
            channels = [round((int(value) >> shift & most) * 255 / most) for most, shift in parts]
        out[place] = channels[::-1]
    return out


def _shown(session: Session) -> np.ndarray:
    return session.framebuffer.snapshot().pixels[:, :, :3]


@st.composite
def _pictures(draw: st.DrawFn, bits: int) -> np.ndarray:
    """Pictures with few or many colours, long runs or none, of sizes that fill tiles or do not."""
    height = draw(st.sampled_from([1, 2, 15, 16, 17, 33, 64, 65]))
    width = draw(st.sampled_from([1, 3, 8, 16, 20, 63, 64, 70]))
    random = np.random.default_rng(draw(st.integers(0, 1 << 32)))
    colours = draw(st.sampled_from([1, 2, 3, 4, 5, 16, 17, 100, 127, 128, 256, 5000]))
    palette = random.integers(0, 1 << min(bits, 24), colours)
    chance = draw(st.sampled_from([0.0, 0.002, 0.1, 0.9, 1.0]))
    changes = random.random(height * width) < chance
    changes[0] = True
    values = random.integers(0, colours, height * width)
    return palette[values[np.maximum.accumulate(np.where(changes, np.arange(height * width), 0))]].reshape(height, width)


@st.composite
def _cases(draw: st.DrawFn) -> tuple[str, np.ndarray, encode.Choose]:
    name = draw(st.sampled_from(_FORMATS))
    picture = draw(_pictures(FORMATS[name].bits))  # type: ignore[index]
    random = np.random.default_rng(draw(st.integers(0, 1 << 32)))
    return name, picture, lambda ways: ways[random.integers(len(ways))]


def _sizes(name: str) -> tuple[int, int]:
    size = FORMATS[name].bits // 8  # type: ignore[index]
    return size, 3 if size == 4 else size


def _encoded(encoding: str, name: str, picture: np.ndarray, choose: encode.Choose) -> tuple[int, list[bytes]]:
    """Return the encoding's number and two bodies, the second of which goes on with the first one's streams."""
    size, compact = _sizes(name)
    form = FORMATS[name]  # type: ignore[index]
    mirrored = picture[::-1, ::-1]
    both = (mirrored, picture)
    if encoding == "raw":
        return 0, [encode.pixels(one, size) for one in both]
    if encoding == "rre":
        return 2, [encode.rre(one, size) for one in both]
    if encoding == "hextile":
        return 5, [encode.hextile(one, size, choose) for one in both]
    deflate = encode.Deflater()
    if encoding == "zlib":
        return 6, [encode.sized(deflate(encode.pixels(one, size))) for one in both]
    if encoding == "trle":
        return 15, [encode.trle(one, compact, choose) for one in both]
    if encoding == "zrle":
        return 16, [encode.zrle(one, compact, choose, deflate) for one in both]
    tight = encode.TightEncoder(size, compact, form.maxima, form.shifts)
    if not form.true_colour:  # the gradient filter is for colours that are made of channels
        plain = choose

        def choose(ways: encode.Sequence[str]) -> str:
            return plain([way for way in ways if way != "gradient"])

    return 7, [tight(one, choose) for one in both]


@contextmanager
def _decoder(of_tiles: native.PaintTiles | None) -> Iterator[None]:
    built, native.zrle = native.zrle, of_tiles
    try:
        yield
    finally:
        native.zrle = built


@contextmanager
def _crew(threads: int) -> Iterator[Crew | None]:
    crew = Crew(threads) if threads else None
    try:
        yield crew
    finally:
        if crew:
            crew.close()


@pytest.mark.parametrize("encoding", ["raw", "rre", "hextile", "zlib", "trle", "zrle", "tight"])
@settings(max_examples=60, deadline=None)
@given(case=_cases(), threads=st.sampled_from([0, 1, 3]), built=st.booleans())
def test_what_is_encoded_is_shown(encoding: str, case: tuple[str, np.ndarray, encode.Choose], threads: int, built: bool) -> None:
    name, picture, choose = case
    with _crew(threads) as crew, _decoder(native.zrle if built else None):
        session = _session(picture, name, crew)
        number, bodies = _encoded(encoding, name, picture, choose)
        session.feed(_update(picture, number, *bodies))
        assert np.array_equal(_shown(session), _expected(picture, name))


@pytest.mark.parametrize("encoding", ["raw", "rre", "hextile", "zlib", "trle", "zrle", "tight"])
def test_pieces_of_any_size_make_the_same_picture(encoding: str) -> None:
    random = np.random.default_rng(8)
    picture = np.repeat(random.integers(0, 1 << 24, (40, 10)), 7, axis=1)
    number, bodies = _encoded(encoding, "bgrx", picture, lambda ways: ways[-1])
    data = _update(picture, number, *bodies)
    for size in (1, 7, 1000):
        session = _session(picture, "bgrx")
        for start in range(0, len(data), size):
            session.feed(data[start : start + size])
        assert np.array_equal(_shown(session), _expected(picture, "bgrx"))


@pytest.mark.parametrize("tiles", [native.zrle, None], ids=["as built", "numpy"])
@pytest.mark.parametrize("length", [1, 2, 127, 128, 254, 255, 256, 257, 509, 510, 511, 512, 765, 766, 4095, 4096])
def test_runs_of_every_length_around_the_steps_of_their_code(length: int, tiles: native.PaintTiles | None) -> None:
    picture = np.full(64 * 64, 0x123456)
    picture[length:] = 0xABCDEF
    picture = picture.reshape(64, 64)
    for way in ("plain runs", "palette runs"):

        def choose(ways: encode.Sequence[str], way: str = way) -> str:
            return way if way in ways else "plain runs"

        session = _session(picture, "bgrx")
        with _decoder(tiles):
            session.feed(_update(picture, 16, encode.zrle(picture, 3, choose, encode.Deflater())))
        assert np.array_equal(_shown(session), _expected(picture, "bgrx"))


def test_later_subrectangles_lie_on_top_of_earlier_ones() -> None:
    parts = [(9, 0, 0, 20, 20), (8, 5, 5, 3, 3), (7, 6, 6, 1, 1), (6, 0, 0, 1, 20), (5, 0, 3, 19, 17), (4, 19, 19, 1, 1)]
    body = b"".join(encode.pixel(value, 4) + struct.pack("!HHHH", *place) for value, *place in parts)
    expected = np.full((20, 20), 1)
    for value, x, y, width, height in parts:
        expected[y : y + height, x : x + width] = value
    session = _session(expected, "bgrx")
    session.feed(_update(expected, 2, struct.pack("!I", len(parts)) + encode.pixel(1, 4) + body))
    assert np.array_equal(_shown(session)[:, :, 0], expected)


def test_jpeg_is_what_pillow_makes_of_it_but_for_rounding() -> None:
    picture = np.zeros((48, 64), np.int64)
    ramp = np.linspace(0, 255, 64)[None, :].repeat(48, 0)
    image = Image.fromarray(np.stack([ramp, ramp[::-1, ::-1], ramp / 2], 2).astype(np.uint8))
    with io.BytesIO() as file:
        image.save(file, "JPEG", quality=90)
        data = file.getvalue()
    session = _session(picture, "bgrx")
    session.feed(_update(picture, 7, b"\x90" + encode.compact_length(len(data)) + data))
    with Image.open(io.BytesIO(data)) as opened:
        expected = np.asarray(opened.convert("RGB"))[:, :, ::-1].astype(int)
    assert np.abs(_shown(session) - expected).max() <= 2


@pytest.mark.parametrize("mode", ["RGB", "P", "L"])
def test_png_inside_tight_is_shown_exactly(mode: str) -> None:
    random = np.random.default_rng(3)
    image = Image.fromarray(random.integers(0, 256, (20, 30, 3), np.uint8)).convert(mode)
    with io.BytesIO() as file:
        image.save(file, "PNG")
        data = file.getvalue()
    picture = np.zeros((20, 30), np.int64)
    session = _session(picture, "bgrx")
    session.feed(_update(picture, -260, b"\xa0" + encode.compact_length(len(data)) + data))
    assert np.array_equal(_shown(session)[:, :, ::-1], np.asarray(image.convert("RGB")))


def test_a_colour_map_that_changes_has_the_picture_sent_anew() -> None:
    picture = np.arange(12).reshape(3, 4)
    session = _session(picture, "colour-map")
    session.feed(_update(picture, 0, encode.pixels(picture, 1)))
    session.to_send()
    session.feed(struct.pack("!BxHH3H", 1, 5, 1, 0x1234, 0x5678, 0x9ABC))
    assert session.to_send() == struct.pack("!BBHHHH", 3, 0, 0, 0, 4, 3)
    session.feed(_update(picture, 0, encode.pixels(picture, 1)))
    assert _shown(session)[1, 1].tolist() == [0x9A, 0x56, 0x12]
    session.to_send()
    session.feed(struct.pack("!BxHH3H", 1, 5, 1, 0x1234, 0x5678, 0x9ABC))
    assert session.to_send() == b""


def test_a_copy_sees_what_other_threads_were_still_decoding() -> None:
    random = np.random.default_rng(4)
    picture = random.integers(0, 1 << 24, (128, 128))
    deflate = encode.Deflater()
    with _crew(2) as crew:
        session = _session(picture, "bgrx", crew)
        body = encode.zrle(picture, 3, lambda ways: "raw", deflate)
        copy = struct.pack("!HHHHiHH", 0, 0, 128, 64, 1, 0, 64)
        session.feed(struct.pack("!BxH", 0, 2) + struct.pack("!HHHHi", 0, 0, 128, 128, 16) + body + copy)
        expected = _expected(picture, "bgrx")
        assert np.array_equal(_shown(session)[:64], expected[64:])
        assert np.array_equal(_shown(session)[64:], expected[64:])
