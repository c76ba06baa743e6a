"""Orders to a run that waits: what comes out of the wait, and that nothing held passes unasked."""

from __future__ import annotations

import threading

import pytest

from screenagent.domain.machine import State
from screenagent.errors import Cancelled
from screenagent.flow.control import Control
from screenagent.flow.orders import Order

PASSED = "passed"


class Waiter:
    """Something that waits on a control, on a thread of its own: where it is and how it came out."""

    def __init__(self, control, wait, on_errand=lambda token: None):
        self.there, self.over = threading.Event(), threading.Event()
        self.went_on = False
        self.errands = []
        self.on_errand = on_errand
        self.result = None
        self._wait = wait
        self._control = control
        self.thread = threading.Thread(target=self._run)
        self.thread.start()
        assert self.there.wait(30)

    def _run(self):
        try:
            self.result = self._wait(self._control, self)
        except Cancelled:
            self.result = Cancelled
        finally:
            self.over.set()

    def waiting(self, why, gate=None):
        self.why, self.gate = why, gate
        self.there.set()

    def going(self):
        self.went_on = True

    def run_errand(self, actions, token):
        self.errands.append(actions)
        self.on_errand(token)

    def outcome(self):
        self.thread.join(30)
        return self.result


def at_gate(control, attendant):
    return control.gate("actions", attendant).value or PASSED


def at_question(control, attendant):
    return control.ask("which one?", attendant) or PASSED


def at_pause(control, attendant):
    control.checkpoint(attendant)
    return PASSED


@pytest.fixture
def control():
    made = Control()
    made.hold("actions")
    made.pause("enough")
    yield made
    made.stop()


WAITS = pytest.mark.parametrize("wait", [at_gate, at_question, at_pause])
ORDERS = pytest.mark.parametrize(
    "order", [lambda c: c.stop(), lambda c: c.jump(State.PLANNING), lambda c: c.choose(1)], ids=["stop", "jump", "choose"]
)


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
