"""Pause: what is held is released, nothing is performed until somebody says go on, and then the run goes on."""

from __future__ import annotations

import pytest

from contract.stop.stage import without_marks
from contract.stop.wire import held
from contract.stop.worker import key, later, mouse, plan, typed, wait
from screenagent.domain import events as ev
from screenagent.domain.machine import State

PAUSED, BEFORE_GOING_ON = 0xFFC8, 0xFFC9
"""F11 and F12, pressed as a person would."""


def expect_idleness(stage):
    """The run is paused, its sink has put the mark PAUSED: nothing is sent any more, and nothing is held."""
    for number in range(10):
        stage.mark(BEFORE_GOING_ON)
        stage.wire.until(
            lambda inputs, wanted=number + 1: (
                len([event for event in inputs if event.code == BEFORE_GOING_ON and event.kind == "key" and event.down]) >= wanted
            )
        )
    quiet = stage.wire.inputs[len(stage.seen(PAUSED)) :]
    assert [event for event in quiet if event.code not in (PAUSED, BEFORE_GOING_ON)] == []
    assert held(stage.wire.inputs) - {f"key {BEFORE_GOING_ON:#x}"} == set()


def mark_pauses(stage, then=lambda event: None):
    def hear(event):
        if isinstance(event, ev.Paused):
            stage.mark(PAUSED)
        then(event)

    stage.on_event = hear


def expect_a_good_end(stage):
    assert stage.end().state is State.FINISHED
    assert held(without_marks(stage.wire.inputs)) == set()


IN_MID_ACTION = {
    "typing": [typed("abcdefgh " * 20)],
    "dragging": [mouse("move", 10, 10), mouse("drag", 1000, 700)],
    "waiting with a key held down": [key("down", "Shift_L"), wait(0.5)],
    "typing with keys held down": [key("down", "Control_L"), key("down", "Alt_L"), typed("abcdefgh " * 20)],
}


@pytest.mark.parametrize("actions", IN_MID_ACTION.values(), ids=IN_MID_ACTION.keys())
def test_pause_in_mid_action_lets_no_further_one_begin(stage, actions):
    stage.worker.lines["actor"] = [[*actions, mouse("click", 500, 400)]]
    mark_pauses(stage)
    stage.start()
    stage.until(ev.ActionStarted, times=len(actions))
    stage.control.pause()
    stage.until(ev.Paused)
    expect_idleness(stage)
    assert len(stage.of(ev.ActionStarted)) == len(actions)
    names = [name for event in stage.of(ev.Released) for name in event.held]
    assert len(names) == len([action for action in actions if action.get("keyboard_action_type") == "down"])
    assert stage.control.paused
    stage.control.resume()
    expect_a_good_end(stage)
    assert len(stage.of(ev.ActionStarted)) == len(actions) + 1


@pytest.mark.parametrize("role", ["planner", "actor", "evaluator"])
def test_pause_while_the_model_thinks_lets_nothing_follow_from_its_answer(stage, role):
    stage.worker.lines["planner"] = [plan("first", "second")]
    stage.worker.lines[role] = [later(stage.worker.lines[role][0]), stage.worker.lines[role][0]]
    mark_pauses(stage)
    stage.start()
    stage.worker.until_hanging()
    started = len(stage.of(ev.ActionStarted))
    stage.control.pause()
    stage.worker.let_go()
    stage.until(ev.Paused)
    expect_idleness(stage)
    assert len(stage.of(ev.ActionStarted)) == started
    stage.control.resume()
    expect_a_good_end(stage)


@pytest.mark.parametrize("gate", ["prompt", "reply", "actions"])
def test_a_gate_that_holds_releases_first_and_passes_on_when_told(stage, gate):
    stage.worker.lines["planner"] = [plan("first", "second")]
    stage.worker.lines["actor"] = [[key("down", "Shift_L")], [mouse("click", 500, 400)]]

    def hold(event):
        if isinstance(event, ev.ActionEnded) and not stage.of(ev.ActionEnded):
            stage.control.hold(gate)

    mark_pauses(stage, hold)
    stage.start()
    stage.until(ev.Paused)
    expect_idleness(stage)
    assert stage.of(ev.Released)[0].held == ("Shift_L",)
    stage.control.hold(gate, False)
    stage.control.answer()
    expect_a_good_end(stage)


def test_a_step_is_one_step(stage):
    def pause(event):
        if isinstance(event, ev.RunStarted):
            stage.control.pause()

    stage.on_event = pause
    stage.start()
    for times, state in enumerate((State.PLANNING, State.ACTING, State.EVALUATING), start=1):
        stage.until(ev.Paused, times=times)
        assert len(stage.of(ev.StateChanged)) == times - 1
        stage.control.step()
        stage.until_state(state)
    stage.until(ev.Paused, times=4)
    stage.control.resume()
    expect_a_good_end(stage)
