"""The state machine as data: a step returns a Signal, this table alone names the next State (DESIGN, section 4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


class State(str, Enum):
    """Where a run is."""

    PREPARE = "prepare"
    PLANNING = "planning"
    ACTING = "acting"
    EVALUATING = "evaluating"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"

    @property
    def terminal(self) -> bool:
        """Whether a run in this state is over."""
        return self in (State.FINISHED, State.STOPPED, State.FAILED)


class Signal(str, Enum):
    """What a step found."""

    READY = "ready"
    PLANNED = "planned"
    UNREADABLE = "unreadable"
    ACTED = "acted"
    CONTINUE = "continue"
    CLAIMED_DONE = "claimed_done"
    PASSED = "passed"
    ALL_PASSED = "all_passed"
    RETRY = "retry"
    REPLAN = "replan"
    NEED_USER = "need_user"
    STUCK = "stuck"
    LIMIT = "limit"
    IMPOSSIBLE = "impossible"
    BROKEN = "broken"
    JUMP = "jump"
    STOP = "stop"


@dataclass(frozen=True)
class Policy:
    """What the table may depend on: is there an evaluator, and is there a person to ask."""

    evaluator: bool = True
    interactive: bool = False


Target: TypeAlias = State | Callable[[Policy], State]

LIVE = (State.PREPARE, State.PLANNING, State.ACTING, State.EVALUATING)
THINKING = (State.PLANNING, State.ACTING, State.EVALUATING)


def _held_or_failed(state: State) -> Callable[[Policy], State]:
    return lambda policy: state if policy.interactive else State.FAILED


TRANSITIONS: Mapping[tuple[State, Signal], Target] = {
    (State.PREPARE, Signal.READY): State.PLANNING,
    (State.PLANNING, Signal.PLANNED): State.ACTING,
    **{(state, Signal.UNREADABLE): state for state in THINKING},
    (State.ACTING, Signal.ACTED): State.EVALUATING,
    (State.ACTING, Signal.REPLAN): State.PLANNING,
    (State.ACTING, Signal.CONTINUE): State.ACTING,
    (State.ACTING, Signal.CLAIMED_DONE): lambda policy: State.EVALUATING if policy.evaluator else State.FINISHED,
    (State.EVALUATING, Signal.PASSED): State.ACTING,
    (State.EVALUATING, Signal.ALL_PASSED): State.FINISHED,
    (State.EVALUATING, Signal.RETRY): State.ACTING,
    (State.EVALUATING, Signal.REPLAN): State.PLANNING,
    **{(state, Signal.NEED_USER): _held_or_failed(state) for state in LIVE},
    **{
        (state, signal): State.FAILED
        for state in LIVE
        for signal in (Signal.STUCK, Signal.LIMIT, Signal.IMPOSSIBLE, Signal.BROKEN)
    },
    **{(state, Signal.STOP): State.STOPPED for state in LIVE},
}


def next_state(state: State, signal: Signal, policy: Policy, jump_to: State | None = None) -> State:
    """Return the state that follows.

    Raises:
        ValueError: the table has no such row; a defect in a step, never in a model's reply.
    """
    if signal is Signal.JUMP and jump_to in LIVE and state in LIVE:
        return jump_to
    try:
        target = TRANSITIONS[state, signal]
    except KeyError:
        raise ValueError(f"no transition from {state.value} on {signal.value}") from None
    return target(policy) if callable(target) else target
