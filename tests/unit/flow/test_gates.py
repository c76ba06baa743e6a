"""The gates of a run: what holds, who may answer what, and that nothing is answered by mistake."""

from __future__ import annotations

import threading

import pytest

from screenagent.domain.actions import PlanItem
from screenagent.flow.control import Control
from unit.flow.waiter import CLICK, PASSED, Nobody, Waiter, at_gate, at_question, at_reply


def test_a_gate_that_does_not_hold_lets_pass_without_a_wait():
    assert Control().gate("reply", None) is None


def test_front_ends_see_which_gates_hold_and_where_the_run_waits(control):
    assert control.held_gates == {"actions"}
    assert control.waiting_at is None
    waiter = Waiter(control, at_gate)
    assert (waiter.gate, control.waiting_at) == ("actions", "actions")
    control.answer()
    waiter.outcome()
    assert control.waiting_at is None


def test_the_first_answer_counts(control):
    control.hold("reply")
    waiter = Waiter(
        control, at_reply, on_errand=lambda token: (control.answer("first"), control.answer("second"), control.answer())
    )
    control.perform([CLICK])
    assert waiter.outcome() == "first"


def test_an_answer_for_another_gate_is_none(control):
    control.hold("reply")
    waiter = Waiter(control, at_reply)
    control.answer("stale", gate="prompt")
    control.answer([CLICK], gate="actions")
    control.answer("right", gate="reply")
    assert waiter.outcome() == "right"


def test_an_answer_for_a_gate_is_none_while_the_run_asks_a_question(control):
    waiter = Waiter(control, at_question)
    control.answer("stale", gate="prompt")
    assert control.waiting_at is None
    control.answer("blue")
    assert waiter.outcome() == "blue"


@pytest.mark.parametrize(
    ("gate", "value"),
    [
        ("prompt", [CLICK]),
        ("reply", 3),
        ("actions", "click"),
        ("actions", [CLICK, "click"]),
        ("actions", [PlanItem("x")]),
        ("actions", CLICK),
    ],
)
def test_a_value_of_another_type_is_refused_at_once(control, gate, value):
    with pytest.raises(TypeError):
        control.answer(value, gate=gate)
    control.hold(gate)
    waiter = Waiter(control, lambda control, attendant: control.gate(gate, attendant).value)
    with pytest.raises(TypeError):
        control.answer(value)
    control.answer()
    assert waiter.outcome() is None


def test_actions_come_out_of_a_gate_as_a_tuple(control):
    waiter = Waiter(control, at_gate)
    control.answer([CLICK])
    assert waiter.outcome() == (CLICK,)


def test_switching_a_gate_off_lets_what_waits_there_pass(control):
    waiter = Waiter(control, at_gate)
    control.hold("reply", False)
    assert control.waiting_at == "actions"
    control.hold("actions", False)
    assert waiter.outcome() == PASSED
    assert control.held_gates == frozenset()


def test_switching_a_gate_on_again_at_once_does_not_take_the_answer_back(control):
    waiter = Waiter(control, at_gate)
    control.hold("actions", False)
    control.hold("actions")
    assert waiter.outcome() == PASSED


def test_a_gate_switched_off_at_the_last_moment_holds_nothing(control, monkeypatch):
    """Between the look at the switch and the wait there is no moment at which switching it off goes unnoticed."""
    asked = threading.Event()
    check = control._check

    def slow_check():
        switch = threading.Thread(target=lambda: (control.hold("actions", False), asked.set()))
        switch.start()
        asked.wait(0.05)
        check()

    monkeypatch.setattr(control, "_check", slow_check)
    passed = []
    waiter = threading.Thread(target=lambda: passed.append(control.gate("actions", Nobody())))
    waiter.start()
    waiter.join(30)
    assert passed


def test_a_pause_at_a_gate_outlasts_the_answer(control):
    control.resume()
    waiter = Waiter(control, at_gate)
    control.pause()
    control.answer()
    assert waiter.outcome() == PASSED
    assert control.paused
