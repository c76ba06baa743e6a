"""The live desktop's frame: scroll bars, zoom, and how often the picture is fetched."""

from __future__ import annotations

import time
from collections.abc import Callable

from PyQt5.QtCore import Qt, QTimer, pyqtSignal
from PyQt5.QtWidgets import QScrollArea

from screenagent.domain.geometry import Point
from screenagent.domain.story import ActionLine, Story
from screenagent.errors import ScreenAgentError
from screenagent.gui.canvas import Canvas, Hands
from screenagent.ports import Desktop

FRAME_MS = 33


class LiveView(QScrollArea):
    """The canvas with its scroll bars, repainted at most 30 times a second and only after something was painted."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self.setObjectName("live")
        self._desktop = desktop
        self._last = 0.0
        self.canvas = Canvas(desktop)
        self.setWidget(self.canvas)
        self.setWidgetResizable(True)
        self.setAlignment(Qt.AlignHCenter | Qt.AlignTop)
        self.setFocusPolicy(Qt.NoFocus)
        self.setMinimumSize(320, 240)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.PreciseTimer)

    @property
    def frame_due(self) -> pyqtSignal:
        """Emitted when it is time to fetch the picture; then call `refresh`."""
        return self._timer.timeout

    def schedule(self) -> None:
        """Something was painted: a new picture is due soon."""
        if not self._timer.isActive():
            since = (time.monotonic() - self._last) * 1000
            self._timer.start(max(0, round(FRAME_MS - since)))

    def refresh(self) -> None:
        """Fetch and show the screen as it is now."""
        self._last = time.monotonic()
        try:
            shot = self._desktop.screenshot()
        except ScreenAgentError:
            return
        before = self.canvas.sizeHint()
        self.canvas.show_screen(shot)
        if not self.widgetResizable() and before != self.canvas.sizeHint():
            self.canvas.resize(self.canvas.sizeHint())

    def set_fitting(self, fitting: bool) -> None:
        """Scale to fit, or 1:1 with scroll bars where the screen is larger."""
        self.setWidgetResizable(fitting)
        self.canvas.set_fitting(fitting)
        if not fitting:
            self.canvas.resize(self.canvas.sizeHint())

    def show_story(self, story: Story) -> None:
        """Draw what the run does and intends on the picture."""
        self.canvas.overlay.follow(story, self._desktop.pointer)

    def show_preview(self, lines: tuple[ActionLine, ...] | None) -> None:
        """Draw these as what is intended while a person has them in hand; None shows again what the run intends."""
        self.canvas.overlay.preview(lines, self._desktop.pointer)

    @property
    def marks(self) -> bool:
        """Whether the agent's actions are drawn."""
        return self.canvas.overlay.on

    def set_marks(self, on: bool) -> None:
        """Draw the agent's actions on the picture, or leave it bare."""
        self.canvas.overlay.set_on(on)

    def pick(self, chosen: Callable[[Point], None], cancelled: Callable[[], None] = lambda: None) -> None:
        """Let the person choose a screen pixel with the next click; Esc, or the focus gone elsewhere, cancels.

        Nothing is sent to the desktop meanwhile. Another picking cancels this one.
        """
        self.canvas.pick(chosen, cancelled)

    def stop_picking(self) -> None:
        """Cancel the picking, if one is under way."""
        self.canvas.stop_picking()

    def stop(self) -> None:
        """Fetch no more pictures."""
        self._timer.stop()
        self.canvas.overlay.stop()
        self.canvas.set_hands(Hands.NOBODY)
