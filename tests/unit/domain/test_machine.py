"""The transition table, row by row as the design lists it."""

from __future__ import annotations

import pytest

from screenagent.domain.machine import LIVE, THINKING, TRANSITIONS, Policy, Signal, State, next_state

WATCHED = Policy(evaluator=True, interactive=False)

ROWS = [
    (State.PREPARE, Signal.READY, State.PLANNING),
    (State.PLANNING, Signal.PLANNED, State.ACTING),
    (State.ACTING, Signal.ACTED, State.EVALUATING),
    (State.ACTING, Signal.CONTINUE, State.ACTING),
    (State.ACTING, Signal.CLAIMED_DONE, State.EVALUATING),
    (State.ACTING, Signal.REPLAN, State.PLANNING),
    (State.EVALUATING, Signal.PASSED, State.ACTING),
    (State.EVALUATING, Signal.ALL_PASSED, State.FINISHED),
    (State.EVALUATING, Signal.RETRY, State.ACTING),
    (State.EVALUATING, Signal.REPLAN, State.PLANNING),
    *[(state, Signal.UNREADABLE, state) for state in THINKING],
    *[(state, Signal.NEED_USER, State.FAILED) for state in LIVE],
    *[
        (state, signal, State.FAILED)
        for state in LIVE
        for signal in (Signal.STUCK, Signal.LIMIT, Signal.IMPOSSIBLE, Signal.BROKEN)
    ],
    *[(state, Signal.STOP, State.STOPPED) for state in LIVE],
]


@pytest.mark.parametrize(("state", "signal", "after"), ROWS)
def test_each_row(state, signal, after):
    assert next_state(state, signal, WATCHED) is after


def test_the_rows_are_the_whole_table():
    assert {(state, signal) for state, signal, _ in ROWS} == set(TRANSITIONS)


def test_a_claim_finishes_the_run_when_nobody_judges():
    assert next_state(State.ACTING, Signal.CLAIMED_DONE, Policy(evaluator=False)) is State.FINISHED


def test_a_question_is_held_when_a_person_is_there():
    for state in LIVE:
        assert next_state(state, Signal.NEED_USER, Policy(interactive=True)) is state


@pytest.mark.parametrize("state", LIVE)
@pytest.mark.parametrize("target", LIVE)
def test_a_person_may_jump_from_any_live_state_to_any_other(state, target):
    assert next_state(state, Signal.JUMP, WATCHED, target) is target


@pytest.mark.parametrize("state", [State.FINISHED, State.STOPPED, State.FAILED])
@pytest.mark.parametrize("signal", list(Signal))
def test_nothing_leaves_a_terminal_state(state, signal):
    with pytest.raises(ValueError, match="no transition"):
        next_state(state, signal, WATCHED, State.PLANNING)


def test_a_jump_into_a_terminal_state_is_refused():
    with pytest.raises(ValueError, match="no transition"):
        next_state(State.ACTING, Signal.JUMP, WATCHED, State.FINISHED)
