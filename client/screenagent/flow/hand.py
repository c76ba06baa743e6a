"""The run's hand on the desktop: performs lists of actions, and lets go of everything whenever the run waits for a person."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeAlias

from screenagent.domain import events as ev
from screenagent.domain.actions import InputAction, describe
from screenagent.domain.exchange import Prompt
from screenagent.errors import ActionRefused, Cancelled, ScreenAgentError
from screenagent.flow.cancel import CancelToken
from screenagent.flow.control import Control
from screenagent.flow.eye import Eye
from screenagent.flow.gates import Answer
from screenagent.flow.settle import await_quiet, rule_between, rule_for
from screenagent.flow.work import Work
from screenagent.log import redact
from screenagent.ports import Desktop

HeldValue: TypeAlias = Prompt | str | tuple[InputAction, ...]


class Hand:
    """The part of a run that touches the desktop; implements `control.Attendant`."""

    def __init__(
        self,
        desktop: Desktop,
        control: Control,
        emit: Callable[[ev.Event], None],
        work: Work,
        eye: Eye,
        check_time: Callable[[], None],
    ) -> None:
        self._desktop = desktop
        self._control = control
        self._emit = emit
        self._work = work
        self._eye = eye
        self._check_time = check_time
        self._held: HeldValue | None = None
        self._errands = 0

    def perform(self, actions: Sequence[InputAction]) -> str:
        """Perform `actions`; return why the rest was dropped, or nothing when all were performed.

        After an errand on the way, the rest is told as a new queue.

        Raises:
            Cancelled: on an order; what is held stays in the desktop's ledger.
            LinkLost: the connection went; the work says what had been performed by then.
            LimitReached: the run's time was up before the next action.
        """
        work = self._work
        work.performed = ()
        if actions:
            self._eye.before_acting()
        first, errands = 0, self._errands
        self._emit(ev.ActionsQueued(tuple(actions)))
        for number, action in enumerate(actions):
            self._control.checkpoint(self)
            self._check_time()
            if errands != self._errands:
                first, errands = number, self._errands
                self._emit(ev.ActionsQueued(tuple(actions[first:])))
            work.touched = time.monotonic()
            self._eye.acting(action)
            complaint = self._perform_one(number - first, action, self._control.token)
            if complaint:
                return complaint
            work.performed = (*work.performed, action)
            if number + 1 < len(actions):
                self._eye.between(action, self._control.token)
        return ""

    def run_errand(self, actions: Sequence[InputAction], token: CancelToken) -> None:
        """Perform what a person wants done while the run waits; then let go, as the run still waits."""
        self._errands += 1
        self._eye.disturbed()
        self._emit(ev.ActionsQueued(tuple(actions)))
        try:
            for index, action in enumerate(actions):
                began = time.monotonic()
                if self._perform_one(index, action, token):
                    break
                last = index + 1 == len(actions)
                await_quiet(self._desktop, began, rule_for(actions) if last else rule_between(action), token)
        except Cancelled:
            pass
        except ScreenAgentError as error:
            self._emit(ev.Warned(redact(str(error))))
        self.release("the run waits for the person")

    def at_gate(self, gate: ev.Gate, value: HeldValue) -> Answer | None:
        """Hold `value` for a person if the gate is to; None when it is not. Raises Cancelled."""
        self._held = value
        try:
            return self._control.gate(gate, self)
        finally:
            self._held = None

    def waiting(self, why: str, gate: ev.Gate | None = None) -> None:
        """Before any wait for a person: let go of everything, then say so."""
        self.release(why)
        if gate is not None and self._held is not None:
            self._emit(ev.Held(gate, self._held))
        self._emit(ev.Paused(why, gate))

    def going(self) -> None:
        """The wait is over."""
        self._emit(ev.Resumed())

    def release(self, why: str) -> None:
        """Let go of every key and button that the agent holds; what a person holds is theirs."""
        held = self._desktop.release(agents_only=True)
        if held:
            self._emit(ev.Released(held, why))

    def _perform_one(self, index: int, action: InputAction, token: CancelToken) -> str:
        """Return why the action was refused, or nothing."""
        self._emit(ev.ActionStarted(index, action))
        began = time.monotonic()
        how, error, troubles = "", "", []
        try:
            how, *troubles = self._desktop.perform(action, token).split("\n")
        except ActionRefused as refusal:
            error = refusal.message
            return f"The action was not performed: {describe(action)}: {refusal}"
        except Cancelled:
            error = "interrupted"
            raise
        except BaseException as failure:
            error = str(failure) or type(failure).__name__
            raise
        finally:
            self._emit(ev.ActionEnded(index, action, time.monotonic() - began, how, error))
        for trouble in troubles:
            self._emit(ev.Warned(redact(trouble)))
        self._work.done = (*self._work.done, describe(action))[-40:]
        return ""
