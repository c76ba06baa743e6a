"""A person reaches for the desktop: what the agent holds is let go of, and the desktop is theirs until somebody says go on."""

from __future__ import annotations

import pytest

from contract.stop.places import PLACES
from contract.stop.stage import AFTER_STOP, LAST, without_marks
from contract.stop.wire import held, presses
from contract.stop.worker import judge, mouse, plan
from screenagent.domain import events as ev
from screenagent.domain.geometry import Point
from screenagent.domain.machine import Signal, State

pytestmark = pytest.mark.parametrize("backend", ["rfb"], indirect=True)
UNDER_WAY = {
    "while typing with keys held down": State.ACTING,
    "while dragging": State.ACTING,
    "while waiting": State.ACTING,
    "while the planner is silent": State.PLANNING,
    "while the actor is silent": State.ACTING,
    "while the screen settles for the evaluator": State.EVALUATING,
}


@pytest.mark.parametrize(("place", "state"), UNDER_WAY.items(), ids=UNDER_WAY)
def test_a_take_over_drops_what_is_under_way_and_the_same_state_begins_again(stage, place, state):
    PLACES[place](stage)
    stage.worker.lines["planner"] = [plan("only")]
    stage.worker.lines["actor"] = [[mouse("click", 640, 480)]]
    stage.worker.lines["evaluator"] = [judge()]
    assert stage.control.take_over()
    stage.mark(AFTER_STOP)
    stage.until(ev.Paused)
    assert not stage.control.take_over()
    performed = len(stage.of(ev.ActionStarted))
    stage.mark(LAST)
    everything, before = stage.seen(LAST), stage.seen(AFTER_STOP)
    assert presses(without_marks(everything[len(before) :]), before) == []
    assert held(everything) == set()
    jump = stage.until(ev.StateChanged, lambda event: event.signal is Signal.JUMP)
    assert (jump.before, jump.after) == (state, state)
    looks = len(stage.of(ev.ScreenshotTaken))
    stage.calm()
    stage.control.resume()
    assert stage.end().state is State.FINISHED
    assert len(stage.of(ev.ActionStarted)) == performed + (state is not State.EVALUATING)
    assert len(stage.of(ev.ScreenshotTaken)) > looks


def test_what_a_person_presses_stays_pressed_when_the_agent_lets_go(stage):
    PLACES["while dragging"](stage)
    stage.control.take_over()
    stage.desktop.key_event(0xFFE1, True)
    stage.desktop.pointer_event(Point(500, 400), 1 << 2)
    stage.until(ev.Paused)
    stage.mark(LAST)
    assert held(stage.seen(LAST)) == {"key 0xffe1", "button 2"}
    stage.desktop.pointer_event(Point(500, 400), 0)
    stage.desktop.key_event(0xFFE1, False)
    pressed = [(event.keysym, event.buttons, event.down) for event in stage.of(ev.PersonInput) if event.keysym != LAST]
    assert pressed == [(0xFFE1, 0, True), (None, 4, False), (None, 0, False), (0xFFE1, 0, False)]
    stage.stop()
