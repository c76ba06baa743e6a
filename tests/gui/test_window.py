"""The window on a controller made by hand: what it shows and what its buttons and keys do."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QDesktopServices
from PyQt5.QtTest import QTest

from screenagent.domain import events as ev
from screenagent.domain.actions import Click, TypeText, Wait
from screenagent.domain.exchange import Problem, Prompt, Reading, Reply, Role
from screenagent.domain.geometry import Point
from screenagent.domain.machine import Signal, State
from screenagent.domain.plan import Plan
from screenagent.errors import DesktopUnreachable, ModelUnreachable, SettingsError
from screenagent.gui.actions import spelt
from screenagent.gui.commands import COMMANDS
from screenagent.gui.hands import Hands
from screenagent.gui.window import MainWindow

ACTIONS = (Click(Point(10, 20)), TypeText("你好"), Wait(1.0))


def enabled(window: MainWindow) -> set[str]:
    buttons = {"start": window.start, "pause": window.pause, "step": window.step, "stop": window.stop}
    return {name for name, button in buttons.items() if button.isEnabled()}


def press(button: Any) -> None:
    QTest.mouseClick(button, Qt.LeftButton)


def begin(window: MainWindow, controller: Any, task: str = "Open the calculator") -> Any:
    """Start a run with the mouse; returns its control."""
    window.tasks.set_task(task)
    press(window.start)
    controller.tell(ev.RunStarted(task, {}, "desk"), ev.StateChanged(State.PREPARE, Signal.READY, State.PLANNING))
    return controller.current.control


def end(controller: Any, state: State, reason: str = "") -> None:
    controller.tell(ev.RunEnded(state, reason, 7, 12.0))


def messages(window: MainWindow) -> dict[str, str]:
    return {message.topic: message.kind for message in window.messages.messages}


# tasks


def test_a_double_click_on_a_task_puts_it_into_the_field(window: MainWindow, controller: Any) -> None:
    panel = window.tasks
    where = panel.list.visualItemRect(panel.list.item(0)).center()
    QTest.mouseClick(panel.list.viewport(), Qt.LeftButton, pos=where)
    assert panel.task == ""
    QTest.mouseDClick(panel.list.viewport(), Qt.LeftButton, pos=where)
    assert panel.task == controller.tasks[0]
    assert panel.list.currentRow() == 0
    assert enabled(window) == {"start"}


def test_the_search_narrows_the_list(window: MainWindow) -> None:
    QTest.keyClicks(window.tasks.search, "OPEN calc")
    assert [window.tasks.list.item(n).text() for n in range(window.tasks.list.count())] == ["Open the calculator"]
    QTest.keyClicks(window.tasks.search, "zzz")
    assert window.tasks.list.item(0).text() == "No task matches the search."


def test_reload_reads_the_list_again(window: MainWindow, controller: Any) -> None:
    assert controller.calls.count("reload_tasks") == 1
    controller.tasks = ("A new task",)
    press(window.tasks.reload)
    assert window.tasks.list.item(0).text() == "A new task"


def test_a_broken_task_list_says_so_and_how_to_mend_it(window: MainWindow, controller: Any) -> None:
    controller.tasks_trouble = SettingsError("tasks.txt holds no task.", hint="Write one task a line.")
    QTest.keyClick(window, Qt.Key_R, Qt.ControlModifier)
    message = window.messages.messages[-1]
    assert (message.topic, message.sentence, message.hint) == ("tasks", "tasks.txt holds no task.", "Write one task a line.")
    controller.tasks_trouble = None
    press(window.messages.view("tasks").button)
    assert messages(window) == {}


def test_an_empty_list_is_told_and_a_typed_task_can_be_started(make_window: Any, controller: Any) -> None:
    controller.tasks = ()
    window = make_window(controller)
    assert messages(window) == {"tasks": "no_tasks"}
    QTest.keyClicks(window.tasks.field, "Do it")
    assert enabled(window) == {"start"}


# the run


def test_nothing_can_be_started_without_a_task(window: MainWindow) -> None:
    assert enabled(window) == set()


def test_buttons_follow_the_run(window: MainWindow, controller: Any, qtbot: Any) -> None:
    control = begin(window, controller)
    assert controller.calls[-1] == "start Open the calculator"
    qtbot.waitUntil(lambda: enabled(window) == {"pause", "stop"})
    press(window.pause)
    assert control.orders == ["pause"]
    assert enabled(window) == {"pause", "step", "stop"}
    assert window.pause.text() == "Resume"
    press(window.step)
    press(window.pause)
    press(window.stop)
    assert control.orders[:3] == ["pause", "step", "resume"]
    assert control.orders[-1] == "stop"
    assert enabled(window) == set()
    end(controller, State.STOPPED)
    qtbot.waitUntil(lambda: enabled(window) == {"start"})


def test_every_key_does_what_its_button_does(window: MainWindow, controller: Any) -> None:
    window.tasks.set_task("Go")
    QTest.keyClick(window, Qt.Key_F5)
    control = controller.current.control
    for key in (Qt.Key_F6, Qt.Key_F7, Qt.Key_F6, Qt.Key_F8):
        QTest.keyClick(window, key)
    assert control.orders == ["pause", "step", "resume", "stop"]


def test_escape_twice_stops_from_the_live_view_too(window: MainWindow, controller: Any, desktop: Any) -> None:
    control = begin(window, controller)
    canvas = window.desktop.live.canvas
    canvas.setFocus()
    for _ in range(2):
        QTest.keyClick(canvas, Qt.Key_Escape)
    assert control.orders == ["stop"]
    assert desktop.keys == []


def test_while_paused_the_desktop_gets_the_first_escape_alone(window: MainWindow, controller: Any, desktop: Any) -> None:
    control = begin(window, controller)
    press(window.pause)
    canvas = window.desktop.live.canvas
    canvas.setFocus()
    for _ in range(2):
        QTest.keyClick(canvas, Qt.Key_Escape)
    assert control.orders == ["pause", "stop"]
    assert desktop.keys == [(0xFF1B, True), (0xFF1B, False)]


def test_tooltips_name_the_keys(window: MainWindow) -> None:
    for button, key in ((window.start, "F5"), (window.pause, "F6"), (window.step, "F7"), (window.stop, "F8")):
        assert f"({key})" in button.toolTip()
    assert "Esc twice" in window.stop.toolTip()


def test_a_story_is_shown_in_every_view(window: MainWindow, controller: Any, prompt: Prompt, qtbot: Any) -> None:
    begin(window, controller)
    reading = Reading(ACTIONS, (Problem("unknown action", "fly"),))
    controller.tell(
        ev.PlanChanged(Plan.of(["Open it", "Type", "Save"]).choose(1)),
        ev.StateChanged(State.PLANNING, Signal.PLANNED, State.ACTING),
        ev.PromptSent(3, prompt),
        ev.ReplyReceived(3, Role.ACTOR, Reply("[...]", "m", 2.5)),
        ev.ReplyRead(3, Role.ACTOR, reading),
        ev.ActionStarted(0, ACTIONS[0]),
        ev.ActionEnded(0, ACTIONS[0], 0.1, error="off the screen"),
        ev.ActionStarted(1, ACTIONS[1]),
    )
    qtbot.waitUntil(lambda: window.strip.lit is State.ACTING)
    assert window.prompt.text.toPlainText() == prompt.text
    assert "640×480" in window.prompt.caption.text()
    assert not window.prompt.thumb.pixmap().isNull()
    assert window.reply.text.toPlainText() == "[...]"
    lines = window.actions.lines
    assert [lines.item(n).text() for n in range(lines.count())] == [
        "Not readable: unknown action: fly",
        "click left at (10, 20)\noff the screen",
        'type "你好"',
        "wait 1 s",
    ]
    assert [lines.item(n).toolTip() for n in range(1, 4)] == ["failed (off the screen)", "running", "queued"]
    plan = window.sub_tasks.lines
    assert [plan.item(n).toolTip() for n in range(3)] == ["done", "running", "queued"]
    assert plan.item(1).font().bold()
    assert window.status.step.text() == "Step 3"
    assert window.status.call.text() == "Model call 2.5 s"


def test_waiting_for_the_model_is_shown_and_ticks(window: MainWindow, controller: Any, prompt: Prompt, qtbot: Any) -> None:
    begin(window, controller)
    controller.tell(ev.PromptSent(1, prompt))
    qtbot.waitUntil(lambda: window.reply.aside.text() == "Waiting for the model…")
    first = window.status.call.text()
    qtbot.waitUntil(lambda: window.status.call.text() != first)


def test_a_pause_by_the_run_is_told_with_its_reason(window: MainWindow, controller: Any, qtbot: Any) -> None:
    begin(window, controller)
    controller.tell(ev.Paused("Which of the two files?"))
    qtbot.waitUntil(lambda: messages(window) == {"paused": "paused"})
    assert "Which of the two files?" in window.messages.messages[0].sentence
    press(window.messages.view("paused").button)
    assert controller.current.control.orders == ["resume"]
    controller.tell(ev.Resumed())
    qtbot.waitUntil(lambda: messages(window) == {})


@pytest.mark.parametrize(
    ("state", "reason", "sentence"),
    [
        (State.FINISHED, "", "Finished: Open the calculator"),
        (State.FAILED, "nothing changed", "Failed: nothing changed"),
        (State.STOPPED, "", "Stopped: Open the calculator"),
    ],
)
def test_every_end_has_its_look_and_leads_to_the_session(
    window: MainWindow, controller: Any, qtbot: Any, monkeypatch: Any, tmp_path: Path, state: State, reason: str, sentence: str
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    controller.session = tmp_path
    begin(window, controller)
    end(controller, state, reason)
    qtbot.waitUntil(lambda: messages(window) == {"run": state.value})
    assert window.messages.messages[0].sentence == sentence
    assert window.strip.lit is state
    press(window.messages.view("run").button)
    assert opened == [str(tmp_path)]
    press(window.messages.view("run").cross)
    assert messages(window) == {}


def test_a_warning_is_told_and_goes_with_the_next_step(window: MainWindow, controller: Any, prompt: Prompt, qtbot: Any) -> None:
    begin(window, controller)
    controller.tell(ev.PromptSent(1, prompt), ev.CallRetried(2, 1.0, "busy"))
    qtbot.waitUntil(lambda: messages(window) == {"warning": "warning"})
    controller.tell(ev.PromptSent(2, prompt))
    qtbot.waitUntil(lambda: messages(window) == {})


# the desktop


def test_progress_stands_where_the_picture_will_be(make_window: Any, controller: Any, qtbot: Any) -> None:
    controller.may_open.clear()
    window = make_window(controller, opened=False)
    window.bench.progressed.emit("Waiting for the first picture")
    notice = window.desktop.notice
    assert notice.isVisible()
    assert notice.sentence.text() == "Waiting for the first picture"
    assert not notice.button.isVisible()
    assert window.connection.text.text() == "Connecting…"
    controller.may_open.set()
    qtbot.waitUntil(lambda: not notice.isVisible())
    assert window.connection.text.text() == "Connected"


def test_a_desktop_that_cannot_be_reached_says_why_and_can_be_tried_again(make_window: Any, controller: Any, qtbot: Any) -> None:
    controller.trouble = DesktopUnreachable("Nothing answers at desk.example:5901.", hint="Is it running?")
    window = make_window(controller, opened=False)
    notice = window.desktop.notice
    qtbot.waitUntil(lambda: notice.button.isVisible())
    assert (notice.sentence.text(), notice.hint.text()) == ("Nothing answers at desk.example:5901.", "Is it running?")
    assert window.connection.text.text() == "Not connected"
    controller.trouble = None
    press(notice.button)
    qtbot.waitUntil(lambda: window.connection.text.text() == "Connected")
    assert controller.calls.count("open") == 2


def test_a_lost_link_keeps_the_last_picture_under_a_sentence(
    window: MainWindow, controller: Any, desktop: Any, qtbot: Any
) -> None:
    threading.Thread(target=desktop.lose, args=("The server closed the connection.",)).start()
    qtbot.waitUntil(lambda: window.desktop.notice.isVisible())
    assert window.desktop.notice.sentence.text() == "The server closed the connection."
    assert window.desktop.live.canvas.placement is not None
    assert window.desktop.live.canvas.hands is Hands.NOBODY
    window.tasks.set_task("Go")
    assert enabled(window) == set()
    QTest.keyClick(window, Qt.Key_R, Qt.ControlModifier | Qt.ShiftModifier)
    qtbot.waitUntil(lambda: not window.desktop.notice.isVisible())
    assert "reconnect" in controller.calls


def test_a_missing_model_is_told_and_can_be_checked_again(make_window: Any, controller: Any, qtbot: Any) -> None:
    controller.model_trouble = ModelUnreachable("Nothing answers at http://127.0.0.1:40000.", hint="Start the worker.")
    window = make_window(controller)
    qtbot.waitUntil(lambda: messages(window) == {"worker": "worker"})
    controller.model_trouble = None
    press(window.messages.view("worker").button)
    qtbot.waitUntil(lambda: messages(window) == {})


def test_paintings_are_fetched_together_and_none_when_idle(window: MainWindow, desktop: Any, qtbot: Any) -> None:
    live = window.desktop.live
    qtbot.waitUntil(lambda: not live._timer.isActive())
    before = desktop.shots
    with qtbot.waitSignal(live.frame_due):
        for _ in range(200):
            desktop.paint()
    qtbot.waitUntil(lambda: not live._timer.isActive())
    assert before < desktop.shots <= before + 2
    seen = desktop.shots
    qtbot.wait(120)
    assert desktop.shots == seen


def test_a_click_in_the_live_view_takes_over_and_goes_to_the_desktop(window: MainWindow, controller: Any, desktop: Any) -> None:
    control = begin(window, controller)
    canvas = window.desktop.live.canvas
    QTest.mouseClick(canvas, Qt.LeftButton, pos=canvas.rect().center())
    assert control.orders == ["take over"]
    QTest.mouseClick(canvas, Qt.LeftButton, pos=canvas.rect().center())
    assert control.orders == ["take over"]
    assert [mask for _, mask in desktop.pointers if mask][-1] == 1
    assert messages(window) == {"paused": "paused"}


def test_letters_with_ctrl_go_to_the_desktop_while_it_has_the_keyboard(window: MainWindow, desktop: Any, controller: Any) -> None:
    canvas = window.desktop.live.canvas
    QTest.keyClick(window, Qt.Key_F9)
    assert canvas.hasFocus()
    QTest.keyClick(canvas, Qt.Key_L, Qt.ControlModifier)
    QTest.keyClick(canvas, Qt.Key_R, Qt.ControlModifier)
    assert [sym for sym, down in desktop.keys if down and sym < 0xFF00] == [ord("l"), ord("r")]
    assert controller.calls.count("reload_tasks") == 1
    QTest.keyClick(canvas, Qt.Key_F9)
    assert window.tasks.field.hasFocus()


def test_zoom_by_keys(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key_1, Qt.ControlModifier)
    assert window.desktop.live.canvas.placement.width == 640
    assert window.actions_by_name["actual"].isChecked()
    QTest.keyClick(window, Qt.Key_0, Qt.ControlModifier)
    assert window.desktop.live.widgetResizable()
    assert window.actions_by_name["fit"].isChecked()


def test_help_lists_every_shortcut(window: MainWindow, qtbot: Any) -> None:
    from PyQt5.QtWidgets import QTableWidget

    from screenagent.gui.help_dialog import HelpDialog

    QTest.keyClick(window, Qt.Key_F1)
    dialog = window.findChild(HelpDialog)
    table = dialog.findChild(QTableWidget)
    keys = {table.item(row, 0).text() for row in range(table.rowCount())}
    assert {"Esc Esc", *(spelt(command) for command in COMMANDS)} == keys
    assert {"F5", "F8", "Ctrl+Return", "Alt+2", "Ctrl+P"} < keys
    dialog.close()


def test_the_window_speaks_chinese(make_window: Any, controller: Any) -> None:
    window = make_window(controller, language="zh")
    assert window.start.text() == "开始自动化"
    assert window.connection.text.text() == "已连接"


@pytest.mark.parametrize("size", [(1280, 800), (1024, 700)])
def test_nothing_is_cut_off(window: MainWindow, size: tuple[int, int]) -> None:
    window.resize(*size)
    for button in (window.start, window.pause, window.step, window.stop, window.connection.button):
        assert button.width() >= button.minimumSizeHint().width()
        assert button.height() >= button.minimumSizeHint().height()
    assert (window.width(), window.height()) == size
    assert window.desktop.live.canvas.width() > size[0] * 0.4


# the end


def test_closing_in_a_run_stops_everything_and_does_not_hang(window: MainWindow, controller: Any, qtbot: Any) -> None:
    begin(window, controller)
    controller.may_close.clear()
    window.close()
    assert window.isVisible()
    assert messages(window) == {"closing": "closing"}
    qtbot.waitUntil(lambda: "close" in controller.calls)
    controller.may_close.set()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert controller.desktop.listeners == []


def test_closing_while_the_desktop_opens_cancels_the_opening(make_window: Any, controller: Any, qtbot: Any) -> None:
    controller.may_open.clear()
    window = make_window(controller, opened=False)
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible())


def test_closing_is_bounded_when_the_controller_hangs(window: MainWindow, controller: Any, qtbot: Any) -> None:
    controller.may_close.clear()
    window._deadline.setInterval(50)
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible())
    controller.may_close.set()
    assert window.bench._bridge.close(10)


def test_the_switch_of_the_marks_is_reached_by_keyboard_where_it_stands(window: MainWindow) -> None:
    window.resize(1280, 800)
    window.sub_tasks.lines.setFocus()
    reached = []
    for _ in range(3):
        QTest.keyClick(window.focusWidget(), Qt.Key_Tab)
        reached.append(window.focusWidget().accessibleName())
    assert reached == ["Marks", "Fit", "1:1"]
