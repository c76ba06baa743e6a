"""Something ticks all the time: pictures are taken as if it did not, and clicks without effect are known as such."""

from __future__ import annotations

import threading

import pytest

from contract.sight.applications import CENTRE, Answering, Ticking
from contract.stop.worker import judge, mouse, plan
from screenagent.domain import events as ev
from screenagent.domain.machine import State
from screenagent.flow import response

pytestmark = pytest.mark.end2end

CARET, CLOCK = (20, 20, 3, 21), (20, 100, 200, 100)
BESIDE_EVERYTHING = (900, 700)
PATIENCE = 30.0


def until_ticked(stage, times):
    """Wait until a desktop that is being looked at has ticked so often."""
    heard = threading.Semaphore(0)
    leave = stage.open().desktop.subscribe(lambda change: heard.release() if change.damage else None)
    for _ in range(times):
        assert heard.acquire(timeout=PATIENCE)
    leave()


@pytest.mark.parametrize(
    ("place", "period"), [(CARET, 0.5), (CLOCK, 1.0), (CLOCK, 0.2), (CLOCK, 0.1)], ids=["caret", "clock", "meter", "film"]
)
def test_what_ticks_holds_no_picture_up(stage, program, place, period):
    program(Ticking, place, period)
    answering = program(Answering, 0.05)
    until_ticked(stage, 5 if period < 0.3 else 2)
    stage.worker.lines["planner"] = [plan("first", "second")]
    stage.worker.lines["actor"] = [[mouse("click", *CENTRE)]]
    stage.start()
    assert stage.end().state is State.FINISHED
    assert [shot.settled for shot in stage.of(ev.ScreenshotTaken)] == [True] * 5
    assert stage.worker.asked == ["planner", "actor", "evaluator", "actor", "evaluator"]
    assert answering.clicks == 2


@pytest.mark.parametrize("period", [None, 0.04], ids=["nothing ticks", "film"])
def test_clicks_that_change_nothing_are_known_as_such(stage, program, period, monkeypatch):
    monkeypatch.setattr(response, "PATIENCE", 1.0)
    if period:
        program(Ticking, CLOCK, period)
        until_ticked(stage, 5)
    stage.worker.lines["actor"] = [[mouse("click", *BESIDE_EVERYTHING)]]
    stage.worker.lines["evaluator"] = [judge("need_retry")]
    stage.start()
    stage.until(ev.NothingChanged, lambda event: event.in_a_row == 3)
    assert len(stage.of(ev.NothingChanged)) == 3
    stage.stop()
    stage.check_stopped()
