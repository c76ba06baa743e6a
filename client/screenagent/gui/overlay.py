"""Paints the agent's actions over the live picture, and keeps a timer only while something fades."""

from __future__ import annotations

import time
from collections.abc import Callable

from PyQt5.QtCore import QObject, QRectF, QTimer
from PyQt5.QtGui import QFont, QPainter

from screenagent.domain.geometry import Point
from screenagent.domain.story import ActionLine, Story
from screenagent.gui import strokes, tray
from screenagent.gui.marks import CAPTIONS
from screenagent.gui.placement import Placement
from screenagent.gui.trail import Shown, Trail

_TICK_MS = 70


class Overlay(QObject):
    """What is drawn on top of the picture in the window; it never becomes a part of any picture that a model gets."""

    def __init__(self, repaint: Callable[[], None], clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._repaint = repaint
        self._clock = clock
        self._trail = Trail()
        self._on = True
        self._fading = QTimer(self)
        self._fading.setInterval(_TICK_MS)
        self._fading.timeout.connect(self._tick)

    @property
    def on(self) -> bool:
        """Whether marks are drawn."""
        return self._on

    @property
    def busy(self) -> bool:
        """Whether a timer runs, because something fades."""
        return self._fading.isActive()

    @property
    def shown(self) -> tuple[Shown, ...]:
        """What is drawn now, the lowest first."""
        return self._trail.shown(self._clock()) if self._on else ()

    def set_on(self, on: bool) -> None:
        """Draw marks, or none."""
        if on != self._on:
            self._on = on
            self._wake()
            self._repaint()

    def follow(self, story: Story, pointer: Point) -> None:
        """Show what the run does and intends; `pointer` is where the desktop's pointer is."""
        if self._trail.follow(story, pointer, self._clock()):
            self._wake()
            if self._on:
                self._repaint()

    def preview(self, lines: tuple[ActionLine, ...] | None, pointer: Point) -> None:
        """Show these in place of what the run intends, as long as a person has them in hand."""
        if self._trail.preview(lines, pointer) and self._on:
            self._repaint()

    def stop(self) -> None:
        """Fade no more."""
        self._fading.stop()

    def paint(self, painter: QPainter, placement: Placement, room: QRectF, font: QFont) -> None:
        """Draw into the view; `room` is the visible part of it, in view pixels like the placement."""
        shown = self.shown
        if not shown:
            return
        painter.save()
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setFont(strokes.tag_font(font))
        for each in shown:
            if each.mark.shape not in CAPTIONS:
                painter.setOpacity(each.strength)
                strokes.draw(painter, each.mark, placement, room)
        tray.draw(painter, tray.rows(shown), placement, room)
        painter.restore()

    def _wake(self) -> None:
        if self._on and self._trail.fading(self._clock()):
            self._fading.start()
        else:
            self._fading.stop()

    def _tick(self) -> None:
        if not self._trail.fading(self._clock()):
            self._fading.stop()
        self._repaint()
