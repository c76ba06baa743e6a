"""Orders to a run that waits: what comes out of the wait, and that nothing held passes unasked."""

from __future__ import annotations

import threading

import pytest

from screenagent.domain.actions import Click, Judgement, Verdict
from screenagent.domain.geometry import Point
from screenagent.domain.machine import State
from screenagent.errors import Cancelled
from screenagent.flow.control import Control
from screenagent.flow.orders import Order
from unit.flow.waiter import CLICK, ORDERS, PASSED, WAITS, Waiter, at_gate, at_pause, at_question


@WAITS
@ORDERS
def test_an_order_ends_the_wait_without_letting_the_held_thing_pass(control, wait, order):
    waiter = Waiter(control, wait)
    order(control)
    assert waiter.outcome() is Cancelled


@WAITS
@ORDERS
def test_the_held_thing_does_not_pass_while_the_order_is_still_being_given(control, wait, order):
    """The waiter may wake before the cancelling has reached the token."""
    waiter = Waiter(control, wait)
    cancel = control.token.cancel

    def late():
        waiter.over.wait(30)
        cancel()

    control.token.cancel = late
    order(control)
    assert waiter.outcome() is Cancelled


@WAITS
@pytest.mark.parametrize("order", [lambda c: c.resume(), lambda c: c.step()], ids=["resume", "step"])
def test_resume_and_step_let_it_pass(control, wait, order):
    waiter = Waiter(control, wait)
    order(control)
    assert waiter.outcome() == PASSED
    assert waiter.went_on


@WAITS
def test_a_jump_says_that_the_wait_is_over(control, wait):
    waiter = Waiter(control, wait)
    control.jump(State.ACTING)
    waiter.outcome()
    assert waiter.went_on


def test_a_step_taken_at_a_gate_pauses_before_the_next_one(control):
    waiter = Waiter(control, at_gate)
    control.step()
    assert waiter.outcome() == PASSED
    after = Waiter(control, lambda control, attendant: control.begin_step(attendant))
    control.resume()
    after.outcome()


def test_an_answer_given_while_nobody_asks_answers_no_later_question(control):
    control.answer("early")
    waiter = Waiter(control, at_question)
    control.answer("late")
    assert waiter.outcome() == "late"


def test_switching_step_by_step_off_ends_the_wait_for_the_next_step():
    control = Control(step_by_step=True)
    waiter = Waiter(control, lambda control, attendant: control.begin_step(attendant))
    control.step_by_step(False)
    waiter.outcome()
    assert waiter.went_on


def test_switching_step_by_step_off_does_not_lift_a_persons_pause():
    control = Control(step_by_step=True)
    control.pause()
    waiter = Waiter(control, lambda control, attendant: control.begin_step(attendant))
    control.step_by_step(False)
    assert control.paused
    control.resume()
    waiter.outcome()


@pytest.mark.parametrize("state", [state for state in State if state.terminal])
def test_nobody_can_jump_to_an_end(control, state):
    with pytest.raises(ValueError, match=state.value):
        control.jump(state)


def test_a_later_jump_forgets_the_sub_task_chosen_before(control):
    control.choose(3)
    control.jump(State.PLANNING)
    assert control.take_order() == Order(State.PLANNING)


def test_stop_wins_over_a_jump_and_the_first_reason_is_kept(control):
    control.jump(State.PLANNING)
    control.stop("enough")
    control.stop("really")
    assert control.take_order() is None
    assert control.stop_reason == "enough"
    with pytest.raises(Cancelled):
        control.token.check()


def test_after_a_jump_was_taken_work_goes_on_under_a_fresh_token(control):
    before = control.token
    control.jump(State.PLANNING)
    assert control.take_order() == Order(State.PLANNING)
    assert control.take_order() is None
    control.token.check()
    with pytest.raises(Cancelled):
        before.check()


def test_time_spent_waiting_for_a_person_is_counted(control):
    waiter = Waiter(control, at_pause)
    control.resume()
    waiter.outcome()
    assert control.paused_seconds > 0


@WAITS
def test_errands_run_while_the_run_waits_in_their_order_and_it_waits_on(control, wait):
    both = threading.Event()
    waiter = Waiter(control, wait, on_errand=lambda token: both.set() if len(waiter.errands) == 2 else None)
    other = (Click(Point(5, 6)),)
    assert control.perform([CLICK])
    assert control.perform(other)
    assert both.wait(30)
    assert not waiter.over.is_set()
    assert waiter.errands == [(CLICK,), other]
    control.resume()
    assert waiter.outcome() == PASSED


def test_an_errand_is_refused_when_the_run_does_not_wait(control):
    assert not control.perform([CLICK])
    waiter = Waiter(control, at_pause)
    assert not control.perform([])
    with pytest.raises(TypeError):
        control.perform([Verdict(Judgement.SUCCESS)])
    control.stop()
    assert not control.perform([CLICK])
    waiter.outcome()
    assert waiter.errands == []


@pytest.mark.parametrize(
    "order",
    [lambda c: c.stop(), lambda c: c.jump(State.ACTING), lambda c: c.clear(), lambda c: c.pause(), lambda c: c.take_over()],
    ids=["stop", "jump", "clear", "pause", "take over"],
)
def test_an_order_ends_the_errand_under_way_and_those_after_it(control, order):
    begun = threading.Event()
    waiter = Waiter(control, at_gate, on_errand=lambda token: (begun.set(), token.wait(30)))
    control.perform([CLICK])
    control.perform([CLICK])
    assert begun.wait(30)
    order(control)
    control.resume()
    waiter.outcome()
    assert len(waiter.errands) == 1


def test_a_take_over_at_an_errand_leaves_the_run_waiting_at_its_gate(control):
    begun = threading.Event()
    waiter = Waiter(control, at_gate, on_errand=lambda token: (begun.set(), token.wait(30)))
    control.perform([CLICK])
    assert begun.wait(30)
    assert control.take_over()
    assert not waiter.over.is_set()
    assert control.take_order() is None
    control.answer()
    assert waiter.outcome() == PASSED


def test_a_take_over_pauses_and_begins_the_same_state_again():
    control = Control()
    before = control.token
    assert control.take_over("mine")
    assert control.paused
    assert before.event.is_set()
    assert not control.take_over(), "it was taken over already"
    assert control.take_order() == Order(None)
    assert not control.take_over(), "nothing goes on before somebody says so"
    waiter = Waiter(control, at_pause)
    assert waiter.why == "mine"
    control.resume()
    assert waiter.outcome() == PASSED
    assert control.take_over()


@pytest.mark.parametrize("order", [lambda c: c.resume(), lambda c: c.step(), lambda c: c.clear(), lambda c: c.jump(State.ACTING)])
def test_what_goes_on_can_be_taken_over_again(order):
    control = Control()
    control.take_over()
    order(control)
    control.pause()
    assert control.take_over()


def test_an_errand_after_a_take_over_can_be_taken_over_too():
    control = Control()
    control.take_over()
    control.take_order()
    begun = threading.Event()
    waiter = Waiter(control, at_pause, on_errand=lambda token: (begun.set(), token.wait(30)))
    control.perform([CLICK])
    assert begun.wait(30)
    assert control.take_over()
    control.resume()
    assert waiter.outcome() == PASSED


@WAITS
@pytest.mark.parametrize("order", [lambda c: c.resume(), lambda c: c.step()], ids=["resume", "step"])
def test_a_run_that_was_told_to_go_on_rests_no_longer_even_before_it_goes(control, wait, order):
    """A person who resumes and reaches for the mouse at once has taken over; the run may not have woken by then."""
    outcome = []
    waiter = Waiter(
        control,
        wait,
        on_errand=lambda token: (order(control), outcome.append((control.perform([CLICK]), control.take_over()))),
    )
    control.perform([CLICK])
    assert waiter.outcome() is Cancelled
    assert outcome == [(False, True)]
    assert control.paused
    assert control.take_order() == Order(None)


@WAITS
@pytest.mark.parametrize("on_person", ["pause", "stop", "ignore"])
def test_a_take_over_does_nothing_while_the_run_waits(wait, on_person):
    control = Control(on_person=on_person)
    control.hold("actions")
    control.pause()
    waiter = Waiter(control, wait)
    assert not control.take_over()
    assert not control.stopping
    control.resume()
    assert waiter.outcome() == PASSED


def test_a_take_over_stops_or_does_nothing_where_the_settings_say_so():
    stopping = Control(on_person="stop")
    assert stopping.take_over("the mouse moved")
    assert stopping.stop_reason == "the mouse moved"
    assert not stopping.take_over()
    ignoring = Control(on_person="ignore")
    assert not ignoring.take_over()
    assert not ignoring.paused
    ignoring.token.check()


def test_a_take_over_keeps_the_jump_that_was_ordered_before(control):
    control.jump(State.PLANNING)
    assert control.take_over()
    assert control.paused
    assert control.take_order() == Order(State.PLANNING)


def test_a_jump_after_a_clear_still_forgets(control):
    control.clear()
    assert not control.paused
    control.choose(1)
    assert control.take_order() == Order(State.ACTING, 1, forget=True)


def test_an_order_taken_while_it_is_still_being_given_leaves_the_next_token_alone(control):
    """The run may take an order before the person's thread has come to cancelling."""
    waiter = Waiter(control, at_pause)
    cancel, fresh = control.token.cancel, []

    def late():
        waiter.over.wait(30)
        control.take_order()
        fresh.append(control.token)
        cancel()

    control.token.cancel = late
    control.jump(State.PLANNING)
    assert waiter.outcome() is Cancelled
    fresh[0].check()
