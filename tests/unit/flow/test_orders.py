"""Any orders in any sequence: a run never hangs, waits where it says, and always ends on stop with nothing held."""

from __future__ import annotations

import itertools
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from screenagent.domain import events as ev
from screenagent.domain.actions import Click, Judgement, KeyDown, PlanItem, Verdict, Wait
from screenagent.domain.geometry import Point
from screenagent.domain.limits import Limits
from screenagent.domain.machine import State
from screenagent.flow.control import Control

CLICK = Click(Point(3, 4))
GATES = st.sampled_from(["prompt", "reply", "actions"])
ORDERS = st.one_of(
    st.sampled_from(
        [("pause",), ("resume",), ("step",), ("clear",), ("take_over",), ("answer",), ("person",), ("look",), ("link",)]
    ),
    st.tuples(st.just("step_by_step"), st.booleans()),
    st.tuples(st.just("hold"), GATES, st.booleans()),
    st.tuples(st.just("answer_at"), GATES),
    st.tuples(st.just("jump"), st.sampled_from([State.PREPARE, State.PLANNING, State.ACTING, State.EVALUATING])),
    st.tuples(st.just("choose"), st.integers(-1, 3)),
    st.tuples(st.just("perform"), st.sampled_from([(CLICK,), (KeyDown("a"), CLICK), (Wait(60),)])),
)
ANSWERS = {"prompt": "edited", "reply": "edited", "actions": (CLICK,)}


def give(scene, order, *values):
    """Give one order, from this thread."""
    control = scene.control
    if order == "answer_at":
        control.answer(ANSWERS[values[0]], gate=values[0])
    elif order == "person":
        control.take_over()
        if scene.desktop.connected:
            scene.desktop.key_event(0x61, True)
    elif order == "link":
        scene.desktop.set_link(not scene.desktop.connected)
    elif order == "look":
        with scene.heard:
            told = len(scene.told)
            scene.heard.wait_for(lambda: len(scene.told) >= told + 4, 0.02)
    else:
        getattr(control, order)(*values)


@pytest.mark.usefixtures("no_settling")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ORDERS, max_size=25), st.sampled_from(["pause", "stop", "ignore"]), st.booleans())
def test_any_orders_leave_a_run_that_stops(play, orders, on_person, step_by_step):
    verdicts = itertools.cycle([Judgement.RETRY, Judgement.SUCCESS, Judgement.REPLAN])
    scene = play(
        limits=Limits(steps=10**6, retries=10**6, replans=10**6, tokens=10**12),
        planner=[[PlanItem("first"), PlanItem("second"), PlanItem("third")]] * 5000,
        actor=[[KeyDown("b"), CLICK]] * 5000,
        evaluator=[[Verdict(next(verdicts))] for _ in range(5000)],
    )
    scene.control = Control(step_by_step=step_by_step, on_person=on_person)
    thread = threading.Thread(target=scene.run)
    thread.start()
    try:
        for order in orders:
            give(scene, *order)
    finally:
        scene.control.stop("enough")
        thread.join(30)
    assert not thread.is_alive()
    ended = scene.told[-1]
    assert isinstance(ended, ev.RunEnded)
    assert ended.state in (State.STOPPED, State.FINISHED)
    assert scene.desktop.release() == ()
    assert scene.control.waiting_at is None
    assert not scene.control.perform([CLICK])
    check_waits([event for event in scene.told if not isinstance(event, (ev.PersonInput, ev.LinkChanged))])


def check_waits(told):
    """While the run waits, nothing is asked or told but what was done by hand; what is held is told with its wait."""
    waiting = False
    for number, event in enumerate(told):
        if isinstance(event, ev.Held):
            assert told[number + 1] == ev.Paused(f"{event.gate} held for review", event.gate)
        if isinstance(event, ev.Paused):
            assert not waiting
            waiting = True
        elif isinstance(event, (ev.Resumed, ev.StateChanged)):
            waiting = False
        elif isinstance(event, (ev.PromptSent, ev.ReplyReceived, ev.ReplyRead, ev.Judged, ev.PlanChanged, ev.ScreenshotTaken)):
            assert not waiting
