"""The status bar: state, step, model call, what the run used, a standstill; pointer, link, frame rate."""

from __future__ import annotations

import time
from collections import deque

from PyQt5.QtCore import QTimer
from PyQt5.QtWidgets import QLabel, QStatusBar

from screenagent.domain.geometry import Point
from screenagent.domain.story import Story
from screenagent.gui.figures import run_figures
from screenagent.gui.words import Words

_TICK_MS = 200
_WINDOW_S = 1.0


class Status(QStatusBar):
    """Ticks only while a model call is under way, and once after the last frame."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._frames: deque[float] = deque()
        self._asked = 0.0
        self.setSizeGripEnabled(False)
        self.state, self.step, self.call = QLabel(), QLabel(), QLabel()
        self.pointer, self.link, self.fps = QLabel(), QLabel(), QLabel()
        self.used, self.unchanged = QLabel(), QLabel()
        self.unchanged.setObjectName("warning")
        for label in (self.state, self.step, self.call, self.used, self.unchanged):
            self.addWidget(label)
        for label in (self.pointer, self.link, self.fps):
            self.addPermanentWidget(label)
        self._ticking = QTimer(self)
        self._ticking.setInterval(_TICK_MS)
        self._ticking.timeout.connect(self._tick)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(1100)
        self._rest.timeout.connect(self._count)
        self.show_story(Story())

    def show_story(self, story: Story) -> None:
        """State, step and the model call."""
        state = self._words(f"state.{story.state.value}") if story.state else self._words("state.idle")
        if story.paused:
            state = f"{state} · {self._words('state.paused')}"
        self.state.setText(state)
        self.step.setText(self._words("status.step", n=story.step) if story.step else "")
        used = run_figures(self._words, story)
        self.used.setText(used)
        self.used.setVisible(bool(used))
        self.unchanged.setText(self._words("status.unchanged", n=story.unchanged) if story.unchanged and story.running else "")
        self.unchanged.setToolTip(self._words("status.unchanged.tip"))
        self.unchanged.setVisible(bool(self.unchanged.text()))
        if story.waiting_for_model and not self._ticking.isActive():
            self._asked = time.monotonic()
            self._ticking.start()
            self._tick()
        elif not story.waiting_for_model:
            self._ticking.stop()
            self.call.setText(self._words("status.call", seconds=story.reply_seconds) if story.reply_seconds else "")

    def show_link(self, link: str) -> None:
        """How the link is."""
        self.link.setText(self._words(f"link.{link}"))

    def show_pointer(self, at: Point | None) -> None:
        """Where the pointer is, in screen pixels."""
        self.pointer.setText(str(at) if at else "")

    def frame(self) -> None:
        """A frame was drawn."""
        self._frames.append(time.monotonic())
        self._count()
        self._rest.start()

    def stop(self) -> None:
        """Tick no more."""
        self._ticking.stop()
        self._rest.stop()

    def _count(self) -> None:
        now = time.monotonic()
        while self._frames and self._frames[0] < now - _WINDOW_S:
            self._frames.popleft()
        self.fps.setText(self._words("status.fps", n=len(self._frames)))

    def _tick(self) -> None:
        self.call.setText(self._words("status.call", seconds=time.monotonic() - self._asked))
