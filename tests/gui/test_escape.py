"""Esc Esc is Stop."""

from __future__ import annotations

from typing import Any

import pytest
from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QApplication, QLineEdit

from screenagent.gui.escape import DoubleEscape


@pytest.fixture
def world(qtbot: Any) -> Any:
    class World:
        now = 1_000
        armed = True
        stops = 0
        got: list[int]

    world = World()
    world.got = []

    class Field(QLineEdit):
        def keyPressEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
            world.got.append(event.key())

    world.field = Field()
    qtbot.addWidget(world.field)
    world.field.show()
    qtbot.waitActive(world.field).__enter__()
    world.field.setFocus()

    def stop() -> None:
        world.stops += 1

    watch = DoubleEscape(lambda: world.armed, stop)
    QApplication.instance().installEventFilter(watch)
    yield world
    QApplication.instance().removeEventFilter(watch)


def escape(world: Any, after: float, key: int = Qt.Key_Escape) -> None:
    """Press a key so many seconds after the one before by the window system's clock; how soon it is handled does not matter."""
    world.now += round(after * 1000)
    press = QKeyEvent(QEvent.KeyPress, key, Qt.NoModifier)
    press.setTimestamp(world.now)
    QApplication.sendEvent(world.field, press)


def test_two_within_half_a_second_stop_and_the_second_goes_nowhere_else(world: Any) -> None:
    escape(world, 1)
    escape(world, 0.5)
    assert world.stops == 1
    assert world.got == [Qt.Key_Escape]


def test_two_slow_ones_do_not_stop(world: Any) -> None:
    escape(world, 1)
    escape(world, 0.6)
    assert world.stops == 0
    escape(world, 0.4)
    assert world.stops == 1


def test_another_key_between_them_breaks_the_pair(world: Any) -> None:
    escape(world, 1)
    escape(world, 0.1, Qt.Key_A)
    escape(world, 0.1)
    assert world.stops == 0


def test_without_a_run_every_escape_takes_its_way(world: Any) -> None:
    world.armed = False
    escape(world, 1)
    escape(world, 0.1)
    assert world.stops == 0
    assert world.got == [Qt.Key_Escape] * 2
