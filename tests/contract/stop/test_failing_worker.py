"""A worker that fails for a while: every retry is told, and the run finishes once it recovers."""

from __future__ import annotations

from contract.stop.wire import held
from contract.stop.worker import failing, mouse, plan
from screenagent.domain import events as ev
from screenagent.domain.machine import State


def test_a_worker_that_recovers(stage):
    stage.worker.lines["planner"] = [failing(500), failing(503), plan("the only sub-task")]
    stage.worker.lines["actor"] = [failing(502, "0"), failing(429, "0.1"), [mouse("click", 640, 480)]]
    stage.start()
    assert stage.end().state is State.FINISHED
    retried = stage.of(ev.CallRetried)
    assert [event.attempt for event in retried] == [2, 3, 2, 3]
    assert [event.delay for event in retried[2:]] == [0, 0.1]
    assert [event.step for event in stage.of(ev.PromptSent)] == [1, 2, 3]
    assert stage.worker.asked == ["planner"] * 3 + ["actor"] * 3 + ["evaluator"]
    assert held(stage.wire.inputs) == set()


def test_a_worker_that_does_not(stage):
    stage.worker.lines["actor"] = [failing(500, "0")]
    stage.start()
    ended = stage.end()
    assert ended.state is State.FAILED
    assert 20 <= ended.exit_status < 30
    assert "500" in ended.reason
    assert len(stage.of(ev.CallRetried)) == 3
