"""What calls use is counted, estimated where nobody tells, and ends a run at its bounds."""

from __future__ import annotations

import pytest

from screenagent.domain import events as ev
from screenagent.domain.actions import Key
from screenagent.domain.exchange import Picture, Price, Prompt, Reply, Role, Usage
from screenagent.domain.geometry import Size
from screenagent.domain.limits import Limits
from screenagent.domain.machine import State
from screenagent.flow.limits import Meter
from screenagent.flow.mind import Speaker
from screenagent.flow.run import Run


def prompt(text="", size=Size(0, 0)):
    return Prompt(Role.ACTOR, text, Picture(b"", "image/png", size), size)


def reply(text="", tokens_in=None, tokens_out=None, *, closed=False):
    return Reply(text, "Mine", 1.0, tokens_in, tokens_out, closed=closed)


def meter(**limits):
    return Meter(Limits(**limits), lambda: 0.0)


def test_what_the_server_tells_is_counted_as_it_is():
    mine = meter()
    assert mine.use(prompt("x" * 400), reply("y" * 400, 7, 5), Price(2.5, 10)) == Usage(7, 5, False, (7 * 2.5 + 5 * 10) / 1e6)
    assert mine.tokens == 12
    assert mine.cost == pytest.approx(67.5e-6)


def test_without_a_price_there_is_no_cost():
    mine = meter()
    assert mine.use(prompt(), reply("", 7, 5), None).cost is None
    assert mine.cost == 0


def test_a_price_of_nothing_costs_nothing():
    assert meter().use(prompt(), reply("", 7, 5), Price(0, 0)).cost == 0


@pytest.mark.parametrize(
    ("text", "tokens"), [("", 0), ("a", 1), ("word", 1), ("words", 2), ("x" * 4000, 1000), ("打开计算器", 5), ("打开 it", 3)]
)
def test_text_is_estimated_by_its_letters(text, tokens):
    assert meter().use(prompt(text), reply(text), None) == Usage(tokens, tokens, True)


def test_a_picture_is_estimated_by_its_pixels():
    usage = meter().use(prompt("word", Size(1024, 768)), reply("word"), None)
    assert 800 < usage.tokens_in < 1400
    assert usage.estimated


def test_a_closed_stream_tells_one_side_and_the_other_is_estimated():
    usage = meter().use(prompt("word"), reply("x" * 400, None, 3, closed=True), Price(0, 1e6))
    assert usage == Usage(1, 3, True, 3.0)


def test_tokens_end_the_run_when_they_are_used_up():
    mine = meter(tokens=20)
    mine.use(prompt(), reply("", 10, 9), None)
    assert mine.exceeded() == ""
    mine.use(prompt(), reply("", 1, 0), None)
    assert mine.exceeded() == "the limit of 20 tokens (limits.tokens) is used up"


def test_cost_ends_the_run_when_it_is_used_up():
    mine = meter(cost=0.5)
    mine.use(prompt(), reply("", 49, 0), Price(1e4, 0))
    assert mine.exceeded() == ""
    mine.use(prompt(), reply("", 1, 0), Price(1e4, 0))
    assert mine.exceeded() == "the limit on cost of 0.5 (limits.cost) is used up"


def test_calls_without_a_price_never_use_the_cost_up():
    mine = meter(cost=0.001)
    mine.use(prompt(), reply("", 10**6, 10**5), None)
    assert mine.exceeded() == ""


@pytest.fixture
def run(play, plan_of_two, passed):
    """Run two sub-tasks whose planner, actor and evaluator have a price each."""

    def run(prices, **limits):
        stage = play(planner=[plan_of_two], actor=[[Key(("a",))]] * 2, evaluator=[passed] * 2)
        told = []
        speakers = {role: Speaker(stage.script, stage.script, price) for role, price in prices.items()}
        desktop, control = stage.desktop, stage.control
        end = Run(
            "the task", speakers, desktop, control, [lambda stamped: told.append(stamped.event)], limits=Limits(**limits)
        ).execute()
        return end, [event for event in told if isinstance(event, ev.ReplyReceived)]

    return run


def test_each_role_is_counted_at_its_own_price(run):
    end, received = run({Role.PLANNER: Price(1, 1), Role.ACTOR: Price(0, 0), Role.EVALUATOR: None})
    assert end.state is State.FINISHED
    assert len(received) == 5
    assert all(event.usage.estimated and event.usage.tokens_in > 0 for event in received)
    costs = {event.role: event.usage.cost for event in received}
    assert costs[Role.PLANNER] == (received[0].usage.tokens_in + received[0].usage.tokens_out) / 1e6
    assert (costs[Role.ACTOR], costs[Role.EVALUATOR]) == (0, None)


@pytest.mark.parametrize(("limit", "name"), [({"tokens": 1}, "limits.tokens"), ({"cost": 1e-9}, "limits.cost")])
def test_a_run_ends_after_the_call_that_uses_a_limit_up(run, limit, name):
    end, received = run(dict.fromkeys(Role, Price(1, 1)), **limit)
    assert (end.state, end.exit_status) == (State.FAILED, 40)
    assert name in end.reason
    assert len(received) == 1
