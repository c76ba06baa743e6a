"""Somebody who waits on a `Control`, on a thread of their own, and the places at which a run waits."""

from __future__ import annotations

import threading

import pytest

from screenagent.domain.actions import Click
from screenagent.domain.geometry import Point
from screenagent.domain.machine import State
from screenagent.errors import Cancelled

PASSED = "passed"
CLICK = Click(Point(3, 4))


class Nobody:
    """Waits, and notes nothing."""

    def waiting(self, why, gate=None):
        pass

    def going(self):
        pass

    def run_errand(self, actions, token):
        pass


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


def at_reply(control, attendant):
    return control.gate("reply", attendant).value or PASSED


WAITS = pytest.mark.parametrize("wait", [at_gate, at_question, at_pause])
ORDERS = pytest.mark.parametrize(
    "order", [lambda c: c.stop(), lambda c: c.jump(State.PLANNING), lambda c: c.choose(1)], ids=["stop", "jump", "choose"]
)
