"""What the window says, and that saying it disturbs nothing."""

from __future__ import annotations

from typing import Any

from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest

from screenagent.domain import events as ev
from screenagent.domain.machine import State
from screenagent.domain.plan import Plan
from screenagent.gui.window import MainWindow


def begin(window: MainWindow, controller: Any, task: str) -> None:
    window.tasks.set_task(task)
    QTest.mouseClick(window.start, Qt.LeftButton)
    controller.tell(ev.RunStarted(task, {}, "desk"))


def test_a_message_does_not_move_the_picture(window: MainWindow, controller: Any, qtbot: Any) -> None:
    window.resize(1280, 800)
    canvas = window.desktop.live.canvas

    def place() -> Any:
        placement = canvas.placement
        return canvas.mapTo(window, canvas.rect().topLeft()), placement.left, placement.top, placement.width

    qtbot.waitUntil(lambda: window.size().width() == 1280 and canvas.placement.width > 640)
    before = place()
    begin(window, controller, "Open the calculator")
    QTest.mouseClick(window.pause, Qt.LeftButton)
    qtbot.waitUntil(lambda: window.messages.isVisible() and window.messages.height() > 20)
    assert place() == before


def test_long_sentences_leave_room_for_the_desktop_and_can_be_read_in_the_tooltip(
    window: MainWindow, controller: Any, qtbot: Any
) -> None:
    task = "Type: " + "the quick brown fox jumps over the lazy dog and " * 60
    begin(window, controller, task)
    controller.tell(ev.PlanChanged(Plan.of([task, "save it"])), ev.RunEnded(State.STOPPED, "", 1, 3.0))
    qtbot.waitUntil(lambda: window.messages.view("run") is not None)
    view = window.messages.view("run")
    assert view.message.sentence.startswith("Stopped: Type: the quick")
    assert view.message.hint == "1 model call in 3 s."
    qtbot.waitUntil(lambda: view.height() > 0)
    assert view.height() < 240
    assert task.strip() in view.text.toolTip()
    item = window.sub_tasks.lines.item(0)
    assert item.text().endswith("…")
    assert len(item.text()) <= 200
    assert task.strip() in item.toolTip()


def test_a_pause_by_the_person_needs_no_reason_a_take_over_has_one(window: MainWindow, controller: Any, qtbot: Any) -> None:
    begin(window, controller, "Open the calculator")
    widths = [button.width() for button in (window.pause, window.step, window.stop)]
    QTest.mouseClick(window.pause, Qt.LeftButton)
    assert window.messages.view("paused").message.sentence == "Paused"
    assert window.pause.text() == "Resume"
    qtbot.waitUntil(window.step.isEnabled)
    assert [button.width() for button in (window.pause, window.step, window.stop)] == widths
    window.bench.unsaid.emit("paused")
    window.bench.pause_or_resume()
    controller.tell(ev.Paused("you took over the desktop"))
    qtbot.waitUntil(lambda: window.messages.view("paused") is not None)
    assert window.messages.view("paused").message.sentence == "Paused: you took over the desktop"
