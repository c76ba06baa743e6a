"""The only way into a run: pause, step, stop, jump, choose a sub-task, and the gates.

A front end calls the first half from any thread; the run calls the second half from its own.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from screenagent.domain.events import Gate
from screenagent.domain.machine import State
from screenagent.errors import Cancelled
from screenagent.flow.cancel import CancelToken

T = TypeVar("T")
_NEXT_STEP = "waiting for the next step"


@dataclass(frozen=True)
class _Answer(Generic[T]):
    value: T | None


class Control:
    """Orders from a person to a run. Stop and jump cancel what is under way; pause waits for the next safe point."""

    def __init__(self, *, step_by_step: bool = False) -> None:
        self._changed = threading.Condition()
        self._token = CancelToken()
        self._stop: str | None = None
        self._jump: State | None = None
        self._choice: int | None = None
        self._pause = ""
        self._allowance: int | None = None
        self._step_by_step = step_by_step
        self._held_gates: set[Gate] = set()
        self._answer: _Answer[object] | None = None
        self._paused_seconds = 0.0

    # -- for a person -------------------------------------------------------------------------------------------------

    @property
    def paused(self) -> bool:
        """Whether a pause was asked for and not yet lifted."""
        with self._changed:
            return bool(self._pause)

    @property
    def stopping(self) -> bool:
        """Whether stop was asked for."""
        return self._stop is not None

    def pause(self, why: str = "paused by the person") -> None:
        """Wait at the next safe point: between two actions or two steps."""
        with self._changed:
            self._pause = why
            self._changed.notify_all()

    def resume(self) -> None:
        """Go on after a pause, or pass a question or a gate unchanged."""
        with self._changed:
            self._pause = ""
            self._allowance = None
            self._answer = _Answer(None)
            self._changed.notify_all()

    def step(self) -> None:
        """Go on for one step of the state machine, or to its end, then pause again; passes a question or a gate unchanged."""
        with self._changed:
            self._pause = ""
            self._allowance = 1
            self._answer = _Answer(None)
            self._changed.notify_all()

    def step_by_step(self, on: bool) -> None:
        """Pause before every step (`auto_transitions: false`), or no longer."""
        with self._changed:
            self._step_by_step = on
            if not on and self._pause == _NEXT_STEP:
                self._pause, self._allowance = "", None
            self._changed.notify_all()

    def stop(self, why: str = "") -> None:
        """End the run now; takes effect within 200 ms wherever the run is."""
        with self._changed:
            if self._stop is None:
                self._stop = why or "stopped by the person"
            self._changed.notify_all()
            token = self._token
        token.cancel()

    def jump(self, state: State, sub_task: int | None = None) -> None:
        """Drop what is under way and go on in `state`, with `sub_task` (from 0) as the current one if it is given.

        Raises:
            ValueError: a run cannot be sent to its end; that is what `stop` is for.
        """
        if state.terminal:
            raise ValueError(f"a run cannot be sent to {state.value}")
        with self._changed:
            self._jump, self._choice = state, sub_task
            self._pause = ""
            self._changed.notify_all()
            token = self._token
        token.cancel()

    def choose(self, index: int) -> None:
        """Drop what is under way and act on sub-task `index` (from 0)."""
        self.jump(State.ACTING, index)

    def hold(self, gate: Gate, on: bool = True) -> None:
        """Hold values at `gate` for a person to look at, or let them pass again."""
        with self._changed:
            (self._held_gates.add if on else self._held_gates.discard)(gate)

    def answer(self, value: object = None) -> None:
        """Let the held value pass, replaced by `value` unless that is None."""
        with self._changed:
            self._answer = _Answer(value)
            self._changed.notify_all()

    # -- for the run --------------------------------------------------------------------------------------------------

    @property
    def token(self) -> CancelToken:
        """The cancellation of what is under way now."""
        with self._changed:
            return self._token

    @property
    def stop_reason(self) -> str:
        """Why the run is to stop; empty when it is not."""
        return self._stop or ""

    @property
    def paused_seconds(self) -> float:
        """Time spent waiting for a person so far."""
        return self._paused_seconds

    def take_jump(self) -> tuple[State, int | None] | None:
        """Return the state (and sub-task) asked for since the last call, and start a fresh cancellation."""
        with self._changed:
            if self._jump is None or self._stop is not None:
                return None
            asked = (self._jump, self._choice)
            self._jump, self._choice = None, None
            self._token = CancelToken()
            return asked

    def begin_step(self, on_wait: Callable[[str], None], on_go: Callable[[], None]) -> None:
        """Wait here while paused, or for the person's next step. Raises Cancelled on stop or jump."""
        with self._changed:
            if not self._allowance and (self._step_by_step or self._allowance is not None):
                self._pause = self._pause or _NEXT_STEP
        self.checkpoint(on_wait, on_go)
        self._use_allowance()

    def checkpoint(self, on_wait: Callable[[str], None], on_go: Callable[[], None]) -> None:
        """Wait here while paused. Raises Cancelled on stop or jump."""
        with self._changed:
            why = self._pause
        if why:
            on_wait(why)
            self._wait_until(lambda: not self._pause, on_go)
        self.token.check()

    def _use_allowance(self) -> None:
        with self._changed:
            if self._allowance:
                self._allowance -= 1

    def gate(self, gate: Gate, value: T, on_wait: Callable[[str], None], on_go: Callable[[], None]) -> T:
        """Return `value`, after a person has seen and maybe replaced it if this gate is held. Raises Cancelled."""
        with self._changed:
            held = gate in self._held_gates
        if not held:
            return value
        answer = self._ask(f"{gate} held for review", on_wait, on_go)
        return value if answer is None else cast(T, answer)

    def ask(self, question: str, on_wait: Callable[[str], None], on_go: Callable[[], None]) -> str:
        """Wait for a person's answer; empty when they only say go on. Raises Cancelled."""
        return str(self._ask(question, on_wait, on_go) or "")

    def _ask(self, why: str, on_wait: Callable[[str], None], on_go: Callable[[], None]) -> object:
        with self._changed:
            self._answer = None
        on_wait(why)
        self._wait_until(lambda: self._answer is not None, on_go)
        with self._changed:
            answer, self._answer = self._answer, None
        return answer.value if answer else None

    def _wait_until(self, ready: Callable[[], bool], on_go: Callable[[], None]) -> None:
        """Wait for the person; every wait that does not end the run is told to be over."""
        began = time.monotonic()
        with self._changed:
            self._changed.wait_for(lambda: ready() or self._stop is not None or self._jump is not None)
            self._paused_seconds += time.monotonic() - began
            # Asked of the order itself: the token is cancelled a moment after it, by the thread that gives it.
            stopped, jumped = self._stop is not None, self._jump is not None
        self._use_allowance()
        if not stopped:
            on_go()
        if stopped or jumped:
            raise Cancelled("Stopped.")
