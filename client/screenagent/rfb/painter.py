"""Paints rectangles in the order of the wire, though other threads decode some of them meanwhile.

A decoder hands over the work that paints what it has read. Work that keeps state from one rectangle to the next (a zlib stream)
names its lane, and the work of a lane is done in order. Other threads paint on sheets of their own; nothing reaches the picture
but from the reader's thread, one rectangle after the other, so that the result is the same with any number of threads.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeAlias

import numpy as np

from screenagent.rfb.framebuffer import Framebuffer, Rectangle
from screenagent.rfb.pixels import WORD, Words

SMALL = 1 << 13
"""Pixels of a rectangle that is decoded at once: handing it to a thread would cost more."""
_MOST_WAITING = 1 << 21
"""Pixels of rectangles under way; beyond, the reader waits for the oldest, which bounds the memory."""
_LEAST = 1 << 8
"""Pixels that the smallest counts as there, for what it takes beside its pixels."""

Work: TypeAlias = Callable[[Words], object]
"""Paints on the (height, width) words that it is given."""
_NOTHING = Rectangle(0, 0, 0, 0)


class Crew:
    """Decoding threads, one lane each; they start with the first work and end with `close`."""

    def __init__(self, threads: int) -> None:
        self._lanes = [ThreadPoolExecutor(1, f"rfb decode {number}") for number in range(threads)]
        self._turn = 0

    def submit(self, lane: int | None, shape: tuple[int, int], work: Work) -> Future[Words]:
        """Do `work` on a sheet of that shape, on the thread of its lane or on the next in turn."""
        if lane is None:
            self._turn += 1
            lane = self._turn
        return self._lanes[lane % len(self._lanes)].submit(_painted, shape, work)

    def close(self) -> None:
        """End the threads; what they have not begun is dropped."""
        for lane in self._lanes:
            lane.shutdown(wait=True, cancel_futures=True)


def _painted(shape: tuple[int, int], work: Work) -> Words:
    sheet: Words = np.empty(shape, WORD)
    work(sheet)
    return sheet


class Painter:
    """Owned by the thread that feeds the session. What work raises comes out of the next call after its turn."""

    def __init__(self, framebuffer: Framebuffer, crew: Crew | None = None) -> None:
        self._framebuffer = framebuffer
        self._crew = crew
        self._waiting: deque[tuple[Rectangle, int, Future[Words]]] = deque()
        self._pixels = 0

    def paint(self, rectangle: Rectangle, work: Work, lane: int | None = None, *, held: int = 0) -> None:
        """Paint what `work`, which holds so many bytes, paints, when it is the rectangle's turn."""
        if self._crew is None or (not self._waiting and rectangle.width * rectangle.height < SMALL):
            work(self._framebuffer.area(rectangle))
        else:
            self._submit(self._crew, rectangle, work, lane, held)

    def fill(self, rectangle: Rectangle, word: int) -> None:
        """Paint the rectangle in one colour."""
        if self._waiting:
            self.paint(rectangle, lambda sheet: sheet.fill(word))
        else:
            self._framebuffer.area(rectangle)[:] = word

    def prepare(self, work: Callable[[], None], lane: int, *, held: int) -> None:
        """Do work of a lane, which holds so many bytes and paints nothing itself."""
        if self._crew is None:
            work()
        else:
            self._submit(self._crew, _NOTHING, lambda sheet: work(), lane, held)

    def finish(self) -> None:
        """Paint all that is under way: before pixels are read back or painted directly, and at the end of an update."""
        while self._waiting:
            self._paint_oldest()

    def _submit(self, crew: Crew, rectangle: Rectangle, work: Work, lane: int | None, held: int) -> None:
        pixels = _LEAST + rectangle.width * rectangle.height + held // WORD.itemsize
        self._waiting.append((rectangle, pixels, crew.submit(lane, (rectangle.height, rectangle.width), work)))
        self._pixels += pixels
        while self._waiting and (self._pixels > _MOST_WAITING or self._waiting[0][2].done()):
            self._paint_oldest()

    def _paint_oldest(self) -> None:
        rectangle, pixels, future = self._waiting.popleft()
        self._pixels -= pixels
        self._framebuffer.area(rectangle)[:] = future.result()
