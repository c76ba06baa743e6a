"""Performs a list of actions on the desktop, one after the other, each once the screen has taken in the one before."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from screenagent.domain import events as ev
from screenagent.domain.actions import InputAction, describe
from screenagent.errors import ActionRefused
from screenagent.flow.control import Control
from screenagent.flow.settle import await_quiet, rule_between
from screenagent.flow.work import Work
from screenagent.ports import Desktop


class Hand:
    """The part of a run that touches the desktop."""

    def __init__(
        self, desktop: Desktop, control: Control, emit: Callable[[ev.Event], None], check_time: Callable[[], None]
    ) -> None:
        self._desktop = desktop
        self._control = control
        self._emit = emit
        self._check_time = check_time

    def perform(self, actions: Sequence[InputAction], work: Work) -> str:
        """Perform `actions`; return why the rest was dropped, or nothing when all were performed.

        Raises:
            Cancelled: on stop or jump; what is held stays in the desktop's ledger.
            LinkLost: the connection went; `work` says what had been performed by then.
            LimitReached: the run's time was up before the next action.
        """
        self._emit(ev.ActionsQueued(tuple(actions)))
        work.performed = ()
        for index, action in enumerate(actions):
            self._control.checkpoint(self.waiting, self.going)
            self._check_time()
            complaint = self._perform_one(index, action, work)
            if complaint:
                return complaint
            if index + 1 < len(actions):
                await_quiet(self._desktop, work.touched or time.monotonic(), rule_between(action), self._control.token)
        return ""

    def _perform_one(self, index: int, action: InputAction, work: Work) -> str:
        self._emit(ev.ActionStarted(index, action))
        began = work.touched = time.monotonic()
        how, error = "", ""
        try:
            how = self._desktop.perform(action, self._control.token)
        except ActionRefused as refusal:
            error = refusal.message
            return f"The action was not performed: {describe(action)}: {refusal}"
        except BaseException as interruption:
            error = str(interruption) or type(interruption).__name__
            raise
        finally:
            self._emit(ev.ActionEnded(index, action, time.monotonic() - began, how, error))
        work.performed = (*work.performed, action)
        work.done = (*work.done, describe(action))[-40:]
        return ""

    def waiting(self, why: str, gate: ev.Gate | None = None) -> None:
        """Before any wait for a person: let go of everything, then say so."""
        self.release(why)
        self._emit(ev.Paused(why, gate))

    def going(self) -> None:
        """The wait is over."""
        self._emit(ev.Resumed())

    def release(self, why: str) -> None:
        """Let go of every key and button that is down."""
        held = self._desktop.release()
        if held:
            self._emit(ev.Released(held, why))
