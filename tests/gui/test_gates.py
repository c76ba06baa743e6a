"""The gates of the window on a real controller: what a person changes there is what the run goes on with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication

from screenagent import app
from screenagent.app import Controller
from screenagent.desktop.memory import MemoryDesktop
from screenagent.domain.actions import Key, TypeText
from screenagent.domain.machine import State
from screenagent.gui import style
from screenagent.gui.bridge import Bridge
from screenagent.gui.window import MainWindow
from screenagent.gui.words import Words
from screenagent.gui.workbench import Workbench
from screenagent.settings import Settings

PLAN = '[{"action_type": "PlanAction", "element": "write it"}, {"action_type": "PlanAction", "element": "close it"}]'
DONE = '[{"action_type": "EvaluateSubTaskAction", "situation": "sub_task_success"}]'
PATIENCE = 30_000


def typing(*words: str) -> str:
    """A reply that types each word."""
    actions = (
        f'{{"action_type": "KeyboardAction", "keyboard_action_type": "text", "keyboard_text": "{word}"}}' for word in words
    )
    return f"[{', '.join(actions)}]"


@pytest.fixture
def desktop() -> MemoryDesktop:
    return MemoryDesktop()


@pytest.fixture
def open_window(
    qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, desktop: MemoryDesktop
) -> Iterator[Callable[..., MainWindow]]:
    """Open the window on a controller whose model says what it is given to say, on a desktop in memory."""
    made: list[MainWindow] = []

    def make(actor: str | list[str], planner: str = PLAN, automaton: dict[str, object] | None = None) -> MainWindow:
        actors = [actor] * 9 if isinstance(actor, str) else actor
        replies = {"planner": [planner] * 9, "actor": actors, "evaluator": [DONE] * 9}
        (tmp_path / "replies.yml").write_text(yaml.safe_dump(replies), encoding="utf-8")
        content = {
            "llm_api": {"script": {"protocol": "scripted", "replies": "replies.yml"}},
            "remote_vnc_server": {"host": "nowhere.invalid"},
            "recording": {"folder": "sessions"},
            **({"automaton": automaton} if automaton else {}),
        }
        (tmp_path / "config.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
        monkeypatch.setattr(app, "make_desktop", lambda options, reader: desktop)
        controller = Controller(Settings.load(tmp_path / "config.yml"), interactive=True)
        style.apply(QApplication.instance())
        window = MainWindow(Workbench(controller, Words("en"), Bridge()))
        made.append(window)
        window.show()
        window.open()
        qtbot.waitUntil(lambda: window.bench.moment.link == "connected", timeout=PATIENCE)
        window.tasks.set_task("Write it")
        return window

    yield make
    for window in made:
        window.close()
        qtbot.waitUntil(lambda window=window: not window.isVisible(), timeout=PATIENCE)
        window.bench.deleteLater()
        window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.DeferredDelete)


def turn(window: MainWindow, name: str) -> None:
    window.actions_by_name[name].trigger()


def at(window: MainWindow, gate: str, role: str = "") -> Callable[[], bool]:
    story = lambda: window.bench.story  # noqa: E731
    return lambda: window.bench.moment.gate == gate and (not role or (story().role is not None and story().role.value == role))


def ended(window: MainWindow) -> Callable[[], bool]:
    return lambda: window.bench.ended is not None


def write(box: Any, text: str) -> None:
    """Replace what stands in a box as a person does."""
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, text)


def double_click(lines: Any, row: int) -> None:
    where = lines.visualItemRect(lines.item(row)).center()
    QTest.mouseClick(lines.viewport(), Qt.LeftButton, pos=where)
    QTest.mouseDClick(lines.viewport(), Qt.LeftButton, pos=where)


def test_a_reply_held_and_corrected_is_what_the_run_acts_on(open_window: Any, desktop: MemoryDesktop, until: Any) -> None:
    window = open_window(typing("wrong"))
    turn(window, "hold_reply")
    turn(window, "start")
    until(at(window, "reply", "planner"))
    assert window.reply.text.toPlainText() == PLAN
    assert window.reply.held
    QTest.keyClick(window.reply.text, Qt.Key_Return, Qt.ControlModifier)
    until(at(window, "reply", "actor"))
    write(window.reply.text, typing("right"))
    QTest.mouseClick(window.reply.send, Qt.LeftButton)
    until(lambda: desktop.performed)
    assert desktop.performed == [TypeText("right")]
    assert window.reply.text.toPlainText() == typing("right")
    turn(window, "hold_reply")
    until(ended(window))
    assert window.bench.ended.state is State.FINISHED


def test_a_prompt_held_and_edited_is_what_the_model_is_asked(open_window: Any, until: Any) -> None:
    window = open_window(typing("a"))
    turn(window, "hold_prompt")
    turn(window, "start")
    until(at(window, "prompt"))
    assert window.bench.story.prompt is None
    assert "Write it" in window.prompt.text.toPlainText()
    write(window.prompt.text, "Plan nothing but tea.")
    QTest.mouseClick(window.prompt.undo, Qt.LeftButton)
    assert "Write it" in window.prompt.text.toPlainText()
    write(window.prompt.text, "Plan nothing but tea.")
    QTest.mouseClick(window.prompt.send, Qt.LeftButton)
    until(lambda: window.bench.story.prompt is not None)
    assert window.bench.story.prompt.text == "Plan nothing but tea."
    until(at(window, "prompt", "planner"))


def test_an_action_left_out_is_not_performed_and_one_run_by_hand_not_twice(
    open_window: Any, desktop: MemoryDesktop, until: Any
) -> None:
    window = open_window(typing("a", "b", "c"))
    turn(window, "auto_execute")
    turn(window, "start")
    until(at(window, "actions"))
    lines = window.actions.lines
    assert [lines.is_checked(row) for row in range(3)] == [True] * 3
    double_click(lines, 2)
    until(lambda: window.bench.moment.reviewing)
    assert desktop.performed == [TypeText("c")]
    assert window.bench.moment.gate == "actions"
    assert [lines.is_checked(row) for row in range(3)] == [True, True, False]
    lines.setFocus()
    lines.setCurrentRow(0)
    QTest.keyClick(lines, Qt.Key_Space)
    assert window.actions.run.text() == "Run 1/3"
    QTest.mouseClick(window.actions.run, Qt.LeftButton)
    until(lambda: len(desktop.performed) == 2)
    assert desktop.performed == [TypeText("c"), TypeText("b")]


def test_run_actions_at_the_reply_passes_the_gate_of_the_actions_too(
    open_window: Any, desktop: MemoryDesktop, until: Any
) -> None:
    window = open_window(typing("wrong"))
    turn(window, "hold_reply")
    turn(window, "auto_execute")
    turn(window, "start")
    until(at(window, "reply", "planner"))
    turn(window, "send_on")
    until(at(window, "reply", "actor"))
    write(window.reply.text, typing("right"))
    turn(window, "run_actions")
    until(at(window, "reply", "evaluator"))
    assert desktop.performed == [TypeText("right")]
    turn(window, "send_on")
    until(at(window, "reply", "actor"))
    turn(window, "send_on")
    until(at(window, "actions"))
    assert desktop.performed == [TypeText("right")]


def test_a_reply_edited_at_the_gate_of_the_actions_is_read_and_performed(
    open_window: Any, desktop: MemoryDesktop, until: Any
) -> None:
    window = open_window(typing("wrong"))
    turn(window, "auto_execute")
    turn(window, "start")
    until(at(window, "actions"))
    write(window.reply.text, typing("right", "too"))
    until(lambda: window.actions.lines.count() == 2)
    assert desktop.performed == []
    turn(window, "send_on")
    until(lambda: len(desktop.performed) == 2)
    assert desktop.performed == [TypeText("right"), TypeText("too")]


def test_while_paused_what_is_written_is_parsed_and_performed_by_hand(
    open_window: Any, desktop: MemoryDesktop, until: Any
) -> None:
    window = open_window(typing("a"))
    turn(window, "auto_transitions")
    turn(window, "start")
    until(lambda: window.bench.moment.waiting)
    for state in (State.PLANNING, State.ACTING, State.EVALUATING):
        turn(window, "step")
        until(lambda state=state: window.bench.story.state is state and window.bench.moment.waiting)
    assert desktop.performed == [TypeText("a")]
    assert "run_actions" not in [name for name, action in window.actions_by_name.items() if action.isEnabled()]
    write(window.reply.text, '[{"action_type": "KeyboardAction", "keyboard_action_type": "press", "keyboard_key": "F2"}]')
    QTest.keyClick(window, Qt.Key_P, Qt.ControlModifier)
    assert window.actions.lines.count() == 1
    turn(window, "run_actions")
    until(lambda: len(desktop.performed) == 2)
    assert desktop.performed[-1] == Key(("F2",))
    until(lambda: window.bench.moment.reviewing)
    turn(window, "auto_transitions")
    until(ended(window))


def test_letting_the_gate_go_sends_the_edit_with_it(open_window: Any, desktop: MemoryDesktop, until: Any) -> None:
    window = open_window(typing("wrong"))
    turn(window, "auto_execute")
    turn(window, "start")
    until(at(window, "actions"))
    write(window.reply.text, typing("first"))
    QTest.keyClick(window, Qt.Key_F6)
    until(lambda: desktop.performed == [TypeText("first")])
    until(at(window, "actions"))
    write(window.reply.text, typing("second"))
    QTest.mouseClick(window.actions.switch, Qt.LeftButton)
    until(ended(window))
    assert desktop.performed == [TypeText("first"), TypeText("second")]


def test_an_edit_that_was_overtaken_can_be_brought_back(open_window: Any, desktop: MemoryDesktop, until: Any) -> None:
    window = open_window(typing("wrong"))
    turn(window, "hold_reply")
    turn(window, "start")
    until(at(window, "reply", "planner"))
    turn(window, "send_on")
    until(at(window, "reply", "actor"))
    write(window.reply.text, typing("mine"))
    QTest.keyClick(window, Qt.Key_3, Qt.AltModifier)
    until(lambda: window.bench.moment.kept and window.bench.story.step == 3 and window.bench.moment.gate == "reply")
    assert window.reply.text.toPlainText() == typing("wrong")
    QTest.mouseClick(window.reply.restore, Qt.LeftButton)
    assert window.reply.text.toPlainText() == typing("mine")
    turn(window, "send_on")
    until(lambda: desktop.performed == [TypeText("mine")])


def test_a_chip_sends_the_run_to_its_state_and_a_double_click_to_a_sub_task(
    open_window: Any, desktop: MemoryDesktop, until: Any
) -> None:
    window = open_window(typing("a"))
    turn(window, "auto_execute")
    turn(window, "start")
    until(at(window, "actions"))
    double_click(window.sub_tasks.lines, 1)
    until(lambda: window.bench.story.plan.current == 1 and window.bench.moment.gate == "actions")
    QTest.mouseClick(window.strip.chips[State.EVALUATING], Qt.LeftButton)
    until(ended(window))
    assert window.bench.ended.state is State.FINISHED
    assert desktop.performed == []


def test_clear_plans_anew_and_empties_the_panels_afterwards(open_window: Any, until: Any) -> None:
    window = open_window(typing("a"))
    turn(window, "auto_execute")
    turn(window, "start")
    until(at(window, "actions"))
    first = window.bench.story.step
    turn(window, "clear")
    until(lambda: window.bench.story.step == first + 2 and window.bench.moment.gate == "actions")
    turn(window, "auto_execute")
    until(ended(window))
    until(lambda: not window.bench.moment.running)
    assert window.prompt.text.toPlainText()
    QTest.mouseClick(window.controls.clear, Qt.LeftButton)
    assert (window.prompt.text.toPlainText(), window.reply.text.toPlainText()) == ("", "")
    assert window.sub_tasks.lines.empty
    assert window.strip.lit is None
    assert not window.controls.clear.isEnabled()


def test_the_switches_begin_as_the_settings_say_and_stay_between_runs(open_window: Any, until: Any) -> None:
    window = open_window(typing("a"), automaton={"auto_execute_actions": False})
    assert not window.actions.switch.isChecked()
    assert window.controls.transitions.isChecked()
    QTest.mouseClick(window.prompt.switch, Qt.LeftButton)
    for _ in range(2):
        turn(window, "start")
        until(at(window, "prompt"))
        assert window.bench.switches.hold_prompt
        turn(window, "stop")
        until(lambda: not window.bench.moment.running)
