"""Work for other threads: bounded by what it holds, and without anything left of it after an error."""

from __future__ import annotations

import threading

import pytest

from screenagent.errors import DesktopProtocolError
from screenagent.rfb.framebuffer import Framebuffer, Rectangle
from screenagent.rfb.painter import Crew, Painter
from screenagent.rfb.pixels import Words

_PATIENCE = 30.0
_ALL = Rectangle(0, 0, 200, 200)
_PIXEL = Rectangle(0, 0, 1, 1)


def _painter(crew: Crew) -> tuple[Painter, Framebuffer]:
    framebuffer = Framebuffer(pixel_limit=1 << 20)
    framebuffer.resize(200, 200)
    return Painter(framebuffer, crew), framebuffer


@pytest.mark.parametrize("held", [1 << 22, 0])
def test_the_reader_waits_when_too_much_is_under_way(held: int) -> None:
    crew, given, many = Crew(1), [], threading.Event()
    painter, _ = _painter(crew)
    enough: list[bool] = []

    def slow(area: Words) -> None:
        enough.append(many.wait(0.3 if held else _PATIENCE))

    painter.paint(_ALL, slow)
    for number in range(100):
        painter.paint(_PIXEL, lambda area: None, held=held)
        given.append(number)
        if len(given) == 50:
            many.set()
    painter.finish()
    crew.close()
    assert enough == [not held]


def test_an_error_comes_out_and_what_was_behind_it_is_dropped() -> None:
    crew, going = Crew(1), threading.Event()
    painter, framebuffer = _painter(crew)

    def fail(area: Words) -> None:
        assert going.wait(_PATIENCE)
        raise DesktopProtocolError("no picture")

    def paint(area: Words) -> None:
        area[:] = 7

    painter.paint(_ALL, fail)
    painter.paint(_ALL, paint)
    going.set()
    with pytest.raises(DesktopProtocolError, match="no picture"):
        painter.finish()
    crew.close()
    assert not framebuffer.area(_ALL).any()
