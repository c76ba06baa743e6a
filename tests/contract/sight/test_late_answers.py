"""A program answers a click late: what is concluded from the screen follows from its answer, and the click is not repeated."""

from __future__ import annotations

import pytest

from contract.sight.applications import CENTRE, Answering
from contract.sight.conftest import answers_on
from contract.stop.worker import judge, mouse, plan, silence, wait
from screenagent.domain import events as ev
from screenagent.domain.machine import State

pytestmark = pytest.mark.end2end

CLICK = [mouse("click", *CENTRE)]


def judging_by_the_picture(stage, program, seen):
    """An evaluator that is content when every click so far has been answered."""

    def look(handler):
        seen.append(answers_on(handler))
        handler.answer(judge() if seen[-1] == program.clicks else judge("need_retry", "click again"))

    return look


@pytest.mark.parametrize("feedback", [False, True], ids=["silent", "with a button that shows it"])
@pytest.mark.parametrize("delay", [0.1, 1.0, 5.0])
def test_an_answer_that_comes_late_is_what_the_step_is_judged_by(stage, program, delay, feedback):
    answering, seen = program(Answering, delay, feedback), []
    stage.worker.lines["actor"] = [CLICK]
    stage.worker.lines["evaluator"] = [judging_by_the_picture(stage, answering, seen)]
    stage.start()
    assert stage.end().state is State.FINISHED
    assert answering.clicks == 1
    assert [event.passed for event in stage.of(ev.Judged)] == [True]
    assert seen[-1] == 1
    assert len(seen) == 1 or delay > 0.5


def test_a_call_about_a_picture_that_the_answer_overtakes_is_broken_off(stage, program):
    answering, seen = program(Answering, 1.0), []

    def think_long(handler):
        seen.append(answers_on(handler))
        silence(handler) if seen[-1] < answering.clicks else handler.answer(judge())

    stage.worker.lines["actor"] = [CLICK]
    stage.worker.lines["evaluator"] = [think_long]
    stage.start()
    assert stage.end().state is State.FINISHED
    assert (answering.clicks, seen[-1]) == (1, 1)
    assert len(seen) <= 2


def test_an_actor_that_nobody_judges_does_not_click_again_before_the_answer(stage, program):
    answering, seen = program(Answering, 1.0), []

    def act(handler):
        seen.append(answers_on(handler))
        handler.answer(CLICK if seen[-1] == 0 else [wait(0.01)])

    stage.worker.lines["planner"] = [plan("click", "see")]
    stage.worker.lines["actor"] = [act]
    stage.start(evaluator=False)
    assert stage.end().state is State.FINISHED
    assert (answering.clicks, seen[-1]) == (1, 1)


def test_a_desktop_that_answered_late_once_is_waited_for_from_then_on(stage, program):
    answering, seen = program(Answering, 1.0), []
    stage.worker.lines["planner"] = [plan("first", "second", "third")]
    stage.worker.lines["actor"] = [CLICK]
    stage.worker.lines["evaluator"] = [judging_by_the_picture(stage, answering, seen)]
    stage.start()
    assert stage.end().state is State.FINISHED
    assert seen == [0, 1, 2, 3]
    assert len(stage.of(ev.NothingChanged)) == 1
