"""Tight: filled, palette, gradient, plain and JPEG rectangles, most of them in one of four zlib streams (community rfbproto)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar, TypeAlias

import numpy as np

from screenagent.errors import DesktopProtocolError
from screenagent.rfb.channel import Channel
from screenagent.rfb.encodings.gradient import undo_gradient
from screenagent.rfb.encodings.pictures import paint_jpeg, paint_png
from screenagent.rfb.framebuffer import Rectangle
from screenagent.rfb.inflate import Inflater, length_bound
from screenagent.rfb.pixels import Translator, Words
from screenagent.rfb.wire import Steps, read_bytes

_FILL, _JPEG, _PNG = 8, 9, 10
_EXPLICIT_FILTER, _RESETS = 4, 15
_COPY, _PALETTE, _GRADIENT = 0, 1, 2
_UNCOMPRESSED = 12
"""Bytes below which pixels are not compressed."""

_Unfilter: TypeAlias = Callable[[bytes, Words], object]


class Tight:
    """Keeps the four streams; a stream's number is its lane."""

    number: ClassVar[int] = 7

    def __init__(self) -> None:
        self._inflaters = [Inflater() for _ in range(4)]

    def decode(self, rectangle: Rectangle, channel: Channel) -> Steps[None]:
        """Paint the rectangle."""
        channel.framebuffer.require_inside(rectangle, "a Tight rectangle")
        control = (yield 1)[0]
        if control & _RESETS:
            self._reset(control)
        kind = control >> 4
        if kind == _FILL:
            colour = channel.translator.tight(b"\0" + bytes((yield channel.translator.tight_size)), 1)
            channel.painter.fill(rectangle, int(colour[0]))
        elif kind < _FILL:
            yield from self._decode_basic(kind, rectangle, channel)
        elif kind in (_JPEG, _PNG):
            data = yield from read_bytes((yield from _read_length()))
            channel.painter.paint(rectangle, partial(paint_jpeg if kind == _JPEG else paint_png, data), held=len(data))
        else:
            raise DesktopProtocolError(f"The server sent a Tight rectangle of the unknown kind {kind}.")
        if rectangle.width and rectangle.height:
            channel.painted.append(rectangle)

    def _reset(self, control: int) -> None:
        for stream in range(4):
            if control >> stream & 1:
                self._inflaters[stream] = Inflater()

    def _decode_basic(self, kind: int, rectangle: Rectangle, channel: Channel) -> Steps[None]:
        size, unfilter = yield from _read_filter(kind, rectangle, channel.translator)
        if size < _UNCOMPRESSED:
            data = bytes((yield size))
            channel.painter.paint(rectangle, lambda area: unfilter(data, area))
            return
        length = yield from _read_length()
        if length > length_bound(size):
            raise DesktopProtocolError(
                f"The server announced a Tight rectangle of {length} bytes for {rectangle}; that cannot be right."
            )
        data = yield from read_bytes(length)
        stream = kind & 3
        inflater = self._inflaters[stream]

        def inflate(area: Words) -> None:
            unfilter(inflater.exactly(data, size, "a Tight rectangle"), area)

        channel.painter.paint(rectangle, inflate, stream, held=length)


class TightPng(Tight):
    """Tight in which PNG stands in place of the zlib streams (community rfbproto, Tight PNG)."""

    number: ClassVar[int] = -260


def _read_filter(kind: int, rectangle: Rectangle, translator: Translator) -> Steps[tuple[int, _Unfilter]]:
    """Return the bytes that are due, and what paints them."""
    width, height = rectangle.width, rectangle.height
    chosen = (yield 1)[0] if kind & _EXPLICIT_FILTER else _COPY
    if chosen == _COPY:
        return translator.tight_size * width * height, partial(_paint_plain, translator)
    if chosen == _GRADIENT:
        return translator.tight_size * width * height, partial(undo_gradient, translator)
    if chosen != _PALETTE:
        raise DesktopProtocolError(f"The server sent a Tight rectangle with the unknown filter {chosen}.")
    count = (yield 1)[0] + 1
    palette = translator.tight(b"\0" + bytes((yield translator.tight_size * count)), count).astype("<u4")
    if count == 2:
        return (width + 7) // 8 * height, partial(_paint_two_colours, palette)
    return width * height, partial(_paint_indexed, palette)


def _paint_plain(translator: Translator, data: bytes, area: Words) -> None:
    area[:] = translator.tight(b"\0" + data, area.size).reshape(area.shape)


def _paint_two_colours(palette: Words, data: bytes, area: Words) -> None:
    height, width = area.shape
    rows = np.frombuffer(data, np.uint8).reshape(height, (width + 7) // 8)
    area[:] = palette.take(np.unpackbits(rows, axis=1, count=width))


def _paint_indexed(palette: Words, data: bytes, area: Words) -> None:
    try:
        area[:] = palette.take(np.frombuffer(data, np.uint8).reshape(area.shape))
    except IndexError:
        colours = len(palette)
        raise DesktopProtocolError(f"The server sent a Tight rectangle with a colour beyond its palette of {colours}.") from None


def _read_length() -> Steps[int]:
    """Read a compact length: 7, 14 or 22 bits."""
    length = 0
    for shift in (0, 7, 14):
        value = (yield 1)[0]
        length |= (value & 127 if shift < 14 else value) << shift
        if value < 128:
            break
    return length
