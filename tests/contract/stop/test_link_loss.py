"""The desktop's link goes in mid gesture: what was down is let go of once it is back, and the run goes on."""

from __future__ import annotations

from contract.stop.places import LONG_TEXT
from contract.stop.stage import AT_ONCE
from contract.stop.wire import READABLE, held
from contract.stop.worker import key, mouse, typed
from screenagent.domain import events as ev
from screenagent.domain.actions import Drag
from screenagent.domain.machine import State
from screenagent.flow import tether
from screenagent.rfb.security.vncauth import encrypt_challenge

FILE_KEY = "\x17Rk\x06#NX\x07"
DRAGS = [mouse("move", 10, 10), key("down", "Shift_L"), *[mouse("drag", 1010, 750), mouse("drag", 10, 10)] * 10]


def until_dragging(stage):
    stage.until(ev.ActionStarted, lambda event: isinstance(event.action, Drag))
    stage.wire.until(lambda inputs: len([event for event in inputs if event.kind == "pointer" and event.code == 1]) >= 5)


def check_made_up_for(stage):
    """The first things that the server hears of us after the loss are the ups of what was down."""
    inputs = stage.wire.inputs
    before = [event for event in inputs if event.connection == 1]
    after = [event for event in inputs if event.connection == stage.wire.connections]
    owed = held(before)
    assert "button 0" in owed or "key 0xffe1" in owed
    ups = [number for number, event in enumerate(after) if event.kind == "key" and not event.down]
    assert not any(event.down for event in after[: ups[0]])
    assert after[0].kind == "pointer"
    assert after[0].code == 0
    assert held(inputs) == set()


def test_a_cut_wire_in_mid_drag(stage):
    stage.worker.lines["actor"] = [DRAGS, [mouse("click", 640, 480)]]
    stage.start()
    until_dragging(stage)
    stage.wire.cut()
    stage.until(ev.LinkChanged, lambda event: event.state == "reconnecting")
    stage.until(ev.Warned)
    stage.wire.mend()
    stage.until(ev.LinkChanged, lambda event: event.state == "connected")
    assert stage.end().state is State.FINISHED
    check_made_up_for(stage)


def test_a_cut_wire_in_the_first_action_makes_the_actor_look_again(stage):
    stage.worker.lines["actor"] = [[typed(LONG_TEXT)], [mouse("click", 640, 480)]]
    stage.start()
    stage.wire.until(lambda inputs: len(inputs) > 30)
    stage.wire.cut()
    stage.until(ev.Warned)
    stage.wire.mend()
    assert stage.end().state is State.FINISHED
    assert stage.worker.asked == ["planner", "actor", "actor", "evaluator"]
    assert held(stage.wire.inputs) == set()


def test_a_server_that_dies_in_mid_drag(make_stage, xtigervnc, tmp_path):
    first = xtigervnc((1024, 768), *READABLE)
    file = tmp_path / "password"
    file.write_bytes(encrypt_challenge(FILE_KEY, first.password.encode()))
    stage = make_stage(first)
    stage.worker.lines["actor"] = [DRAGS, [mouse("click", 640, 480)]]
    stage.start()
    until_dragging(stage)
    first.stop()
    stage.until(ev.Warned)
    stage.wire.lead_to(xtigervnc((1024, 768), *READABLE, "-PasswordFile", str(file)))
    assert stage.end().state is State.FINISHED
    check_made_up_for(stage)


def test_stop_while_the_link_is_lost(stage):
    stage.worker.lines["actor"] = [DRAGS]
    stage.mark_the_end = False
    stage.start()
    until_dragging(stage)
    stage.wire.cut()
    stage.until(ev.Warned)
    took = stage.stop()
    stage.check_stopped(marked=False)
    stage.wire.mend()
    stage.wire.until(lambda inputs: inputs[-1].connection > 1 and held(inputs) == set())
    check_made_up_for(stage)
    assert took < AT_ONCE


def test_a_run_that_starts_after_a_loss_connects_first(stage):
    stage.open()
    stage.wire.cut()
    stage.wire.mend()
    stage.start()
    assert stage.end().state is State.FINISHED
    assert held(stage.wire.inputs) == set()


def start_while_the_link_is_lost(stage):
    stage.open()
    stage.mark_the_end = False
    stage.wire.cut()
    stage.until_link("reconnecting")
    stage.start()
    stage.until(ev.Warned)


def test_a_run_that_starts_while_the_link_is_lost_waits_for_it(stage):
    start_while_the_link_is_lost(stage)
    stage.wire.mend()
    assert stage.end().state is State.FINISHED
    assert stage.of(ev.ActionEnded)


def test_stop_while_a_run_waits_for_the_link_to_come_back(stage):
    start_while_the_link_is_lost(stage)
    assert stage.stop() < AT_ONCE
    stage.check_stopped(marked=False)
    assert stage.of(ev.StateChanged)[-1].before is State.PREPARE


def test_a_run_that_starts_without_a_desktop_fails_in_the_end_and_says_so(stage, monkeypatch):
    monkeypatch.setattr(tether, "RECONNECT_SECONDS", 0.2)
    start_while_the_link_is_lost(stage)
    ended = stage.end()
    assert ended.state is State.FAILED
    assert 10 <= ended.exit_status < 20
    assert str(stage.wire.port) in ended.reason
