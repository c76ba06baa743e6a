"""Esc Esc is Stop."""

from __future__ import annotations

from typing import Any

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QLineEdit

from screenagent.gui.escape import DoubleEscape


@pytest.fixture
def world(qtbot: Any) -> Any:
    class World:
        now = 0.0
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

    watch = DoubleEscape(lambda: world.armed, stop, lambda: world.now)
    QApplication.instance().installEventFilter(watch)
    yield world
    QApplication.instance().removeEventFilter(watch)


def escape(world: Any, after: float, key: int = Qt.Key_Escape) -> None:
    world.now += after
    QTest.keyClick(world.field, key)


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
