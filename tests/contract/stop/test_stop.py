"""Stop, wherever the run is: it ends at once, nothing more is sent, nothing stays pressed."""

from __future__ import annotations

import pytest

from contract.stop.places import LONG_TEXT, PLACES
from contract.stop.stage import AFTER_STOP, AT_ONCE
from contract.stop.worker import judge, key, mouse, plan, typed
from screenagent.domain import events as ev
from screenagent.domain.machine import State

"""Seconds: five times what is promised, for a machine that is busy with other things."""


@pytest.mark.parametrize("place", PLACES)
def test_stop_ends_the_run_at_once_with_nothing_held(stage, place):
    proof = PLACES[place](stage)
    took = stage.stop()
    stage.check_stopped()
    proof()
    assert took < AT_ONCE


EVENTS = [
    ev.RunStarted,
    ev.ScreenshotTaken,
    ev.PromptSent,
    ev.ReplyReceived,
    ev.ReplyRead,
    ev.PlanChanged,
    ev.ActionsQueued,
    ev.ActionStarted,
    ev.ActionEnded,
    ev.Judged,
    ev.StateChanged,
]


@pytest.mark.parametrize("backend", ["rfb"], indirect=True)
@pytest.mark.parametrize(
    ("kind", "times"), [(kind, times) for kind in EVENTS for times in (1, 2) if (kind, times) != (ev.RunStarted, 2)]
)
def test_stop_at_any_event_lets_nothing_follow(stage, kind, times):
    stage.worker.lines["planner"] = [plan("first", "second", "third")]
    stage.worker.lines["actor"] = [[key("down", "Shift_L"), mouse("click", 300, 200), typed("abc")]]
    stage.worker.lines["evaluator"] = [judge("need_retry", "again"), judge()]
    count, pressed = 0, []

    def stop(event):
        nonlocal count
        count += isinstance(event, kind)
        if isinstance(event, kind) and count == times and not stage.control.stopping:
            stage.control.stop()
            stage.mark(AFTER_STOP)
            pressed.append(len(stage.told))

    stage.on_event = stop
    stage.start()
    stage.end()
    stage.check_stopped()
    started = [number for number, event in enumerate(stage.told) if isinstance(event, ev.ActionStarted)]
    assert all(number <= pressed[0] for number in started)


def test_stop_while_the_desktop_hangs(stage):
    """A server that takes nothing any more cannot hold the run up; once it goes on, everything is released."""
    stage.worker.lines["actor"] = [[key("down", "Shift_L"), typed(LONG_TEXT)]]
    stage.start()
    stage.wire.until(lambda inputs: len(inputs) > 20)
    stage.wire.freeze()
    took = stage.stop()
    stage.wire.thaw()
    stage.check_stopped()
    assert took < AT_ONCE


def test_stop_twice_is_stop_once(stage):
    stage.worker.lines["actor"] = [[key("down", "Shift_L"), typed(LONG_TEXT)]]
    stage.start()
    stage.wire.until(lambda inputs: len(inputs) > 20)
    stage.control.stop("first")
    stage.control.stop("second")
    stage.stop()
    stage.check_stopped()
    assert stage.of(ev.StateChanged)[-1].reason == "first"


def test_stop_while_connecting_to_a_desktop_that_hangs(stage):
    stage.mark_the_end = False
    stage.open()
    stage.wire.freeze()
    stage.wire.cut()
    stage.until_link("reconnecting")
    stage.wire.mend()
    stage.start()
    stage.until(ev.RunStarted)
    stage.wire.until_connected(2)
    took = stage.stop()
    stage.wire.thaw()
    stage.check_stopped(marked=False)
    assert stage.of(ev.StateChanged)[-1].before is State.PREPARE
    assert took < AT_ONCE
