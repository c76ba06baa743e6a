"""Jump, wherever the run is: what is under way is dropped and released, and the run goes on in the state asked for."""

from __future__ import annotations

import time

import pytest

from contract.stop.places import PLACES
from contract.stop.stage import AFTER_STOP, AT_ONCE, LAST, without_marks
from contract.stop.wire import held, presses
from contract.stop.worker import judge, mouse, plan
from screenagent.domain import events as ev
from screenagent.domain.machine import Signal, State

NOT_FROM = {
    "while connecting to the model": "no model could be asked afterwards",
    "while the screen settles for the actor": "there is no evaluator to jump to",
}


@pytest.mark.parametrize("place", [place for place in PLACES if place not in NOT_FROM])
def test_jump_drops_what_is_under_way_and_goes_on(stage, place):
    PLACES[place](stage)
    stage.worker.lines["evaluator"] = [judge()]
    for gate in ("prompt", "reply", "actions"):
        stage.control.hold(gate, False)
    began = time.monotonic()
    stage.control.jump(State.EVALUATING)
    stage.mark(AFTER_STOP)
    stage.until(ev.StateChanged, lambda event: event.signal is Signal.JUMP)
    took = time.monotonic() - began
    stage.calm()
    assert stage.end().state is State.FINISHED
    stage.mark(LAST)
    everything, before = stage.seen(LAST), stage.seen(AFTER_STOP)
    assert presses(without_marks(everything[len(before) :]), before) == []
    assert held(everything) == set()
    assert took < AT_ONCE


def test_jump_to_acting_performs_afresh(stage):
    PLACES["while dragging"](stage)
    stage.worker.lines["actor"] = [[mouse("click", 640, 480)]]
    stage.control.jump(State.ACTING)
    assert stage.end().state is State.FINISHED
    assert [(event.x, event.y) for event in stage.wire.inputs if event.kind == "pointer" and event.code == 1][-1] == (640, 480)


def test_a_chosen_sub_task_is_acted_on_next(stage):
    stage.worker.lines["planner"] = [plan("first", "second", "third")]
    PLACES["while waiting"](stage)
    stage.worker.lines["actor"] = [[mouse("click", 640, 480)]]
    stage.control.choose(2)
    assert stage.end().state is State.FINISHED
    texts = [event.plan.current_text for event in stage.of(ev.PlanChanged)]
    assert texts[:2] == ["first", "third"]


@pytest.mark.parametrize("backend", ["rfb"], indirect=True)
def test_jump_to_an_evaluator_that_is_switched_off_lets_the_actor_go_on(stage):
    PLACES["while the screen settles for the actor"](stage)
    stage.control.jump(State.EVALUATING)
    stage.calm()
    assert stage.end().state is State.FINISHED
    assert stage.of(ev.Warned)
