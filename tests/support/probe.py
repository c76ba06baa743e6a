"""Starts the window as ever, and tells on request where its parts stand on the screen and what they show.

Run as a program. It never acts: mouse and keys come from the X display. A line ``["now", EXPRESSION]`` or
``["when", EXPRESSION]`` on standard input is answered by one line of JSON on standard output: the expression's value, at once
or as soon as it is true and no longer changes (a window that is being laid out moves under the mouse).
"""

import json
import os
import sys

from PyQt5.QtCore import QPoint, QSocketNotifier, QTimer
from PyQt5.QtGui import QTextCursor

from screenagent.domain.geometry import Point
from screenagent.gui import main_window, startup
from screenagent.gui.window import MainWindow


class Probe:
    """Reads the questions in the window's own thread."""

    def __init__(self, window):
        self._names = {"window": window, "spot": spot, "word": word, "row": row, "pixel": lambda x, y: pixel(window, x, y)}
        self._asked = ""
        self._before = None
        self._rest = b""
        self._again = QTimer()
        self._again.setInterval(15)
        self._again.timeout.connect(self._try)
        self._listening = QSocketNotifier(0, QSocketNotifier.Read)
        self._listening.activated.connect(self._hear)

    def _hear(self):
        data = os.read(0, 65536)
        if not data:
            self._listening.setEnabled(False)
            self._again.stop()
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            how, self._asked = json.loads(line)
            if how == "now":
                self._say(self._value())
            else:
                self._before = None
                self._again.start()

    def _try(self):
        before, self._before = self._before, self._value()
        if self._before and self._before == before:
            self._again.stop()
            self._say(before)

    def _value(self):
        return eval(self._asked, dict(self._names))  # noqa: S307 - a test's own question

    def _say(self, value):
        sys.stdout.write(json.dumps(value, default=str) + "\n")
        sys.stdout.flush()


def spot(widget):
    """The middle of a widget on the screen, once it can be seen there."""
    middle = widget.mapToGlobal(widget.rect().center())
    return [middle.x(), middle.y()] if widget.isVisible() else None


def word(edit, text):
    """The middle of `text` in an editor, once it is there and in view."""
    found = edit.document().find(text)
    if found.isNull():
        return None
    start, end = QTextCursor(found), QTextCursor(found)
    start.setPosition(found.selectionStart())
    end.setPosition(found.selectionEnd())
    middle = edit.cursorRect(start).united(edit.cursorRect(end)).center()
    there = edit.viewport().mapToGlobal(middle)
    return [there.x(), there.y()] if edit.viewport().rect().contains(middle) else None


def row(lines, number):
    """The middle of a line of a list."""
    there = lines.viewport().mapToGlobal(lines.visualItemRect(lines.item(number)).center())
    return [there.x(), there.y()]


def pixel(window, x, y):
    """Where the live view shows this pixel of the desktop."""
    canvas = window.desktop.live.canvas
    there = canvas.mapToGlobal(QPoint(*canvas.placement.to_view(Point(x, y))))
    return [there.x(), there.y()]


class ProbedWindow(MainWindow):
    """The window with a probe put in."""

    def open(self):
        self.probe = Probe(self)
        super().open()


if __name__ == "__main__":
    startup.MainWindow = ProbedWindow
    sys.exit(main_window.main(sys.argv[1:]))
