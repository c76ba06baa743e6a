"""Esc Esc is Stop."""

from __future__ import annotations

import time
from collections.abc import Callable

from PyQt5.QtCore import QEvent, QObject, Qt
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QApplication, QWidget

WITHIN_MS = 500


class DoubleEscape(QObject):
    """Watches the application's keys. The second Esc within half a second calls `stop` and goes nowhere else.

    The half second lies between the presses, however late a busy window gets to them. Only while `armed()` is true; otherwise
    every Esc takes its ordinary way.
    """

    def __init__(self, armed: Callable[[], bool], stop: Callable[[], None]) -> None:
        super().__init__()
        self._armed = armed
        self._stop = stop
        self._first: int | None = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.KeyPress or not isinstance(watched, QWidget):
            return False
        focus = QApplication.focusWidget()
        if watched is not (focus or watched):  # the same press on its way up through the parents
            return False
        if event.key() != Qt.Key_Escape or not self._armed():
            self._first = None
            return False
        if event.isAutoRepeat():
            return False
        now = _pressed(event)
        if self._first is not None and 0 <= now - self._first <= WITHIN_MS:
            self._first = None
            self._stop()
            return True
        self._first = now
        return False


def _pressed(event: QKeyEvent) -> int:
    """When the key went down, in milliseconds; now, where the window system does not tell."""
    return event.timestamp() or time.monotonic_ns() // 1_000_000
