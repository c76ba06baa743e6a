"""A run on the terminal."""

import io
import json

import numpy as np
import pytest

from screenagent.cli.console import ConsoleSink, JsonSink
from screenagent.domain import events as ev
from screenagent.domain.actions import Click, Key
from screenagent.domain.exchange import Reply, Role, Usage
from screenagent.domain.geometry import Point
from screenagent.domain.machine import Signal, State
from screenagent.domain.plan import Plan
from screenagent.domain.screen import Screenshot
from screenagent.log import hide

PLAN = Plan.of(["open it", "write it"])
STORY = [
    ev.RunStarted("write a letter", {"planner": "OCR", "actor": "OCR"}, "box:5901"),
    ev.StateChanged(State.PREPARE, Signal.READY, State.PLANNING),
    ev.CallRetried(2, 0.5, "connection reset"),
    ev.PlanChanged(PLAN),
    ev.StateChanged(State.PLANNING, Signal.PLANNED, State.ACTING, "2 sub-tasks"),
    ev.ActionEnded(0, Key(("Ctrl", "s")), 0.25, "keysyms"),
    ev.ActionEnded(1, Click(Point(3, 4)), 0.0, error="the point lies off the screen"),
    ev.Judged("open it", passed=False, advice="press Return"),
    ev.StateChanged(State.EVALUATING, Signal.RETRY, State.ACTING, "press Return"),
    ev.Judged("open it", passed=True),
    ev.PlanChanged(PLAN.advance()),
    ev.StateChanged(State.ACTING, Signal.UNREADABLE, State.ACTING, "no JSON"),
    ev.Paused("paused by the person"),
    ev.Resumed(),
    ev.LinkChanged("reconnecting", "timed out"),
    ev.Warned("the password is secret-word-9"),
    ev.Released(("Shift_L",), "the run is over"),
    ev.RunEnded(State.FAILED, "limit of 9 steps", 9, 12.5, 40),
]


@pytest.fixture
def stream():
    return io.StringIO()


def play(sink, events):
    for number, event in enumerate(events, 1):
        sink(ev.Stamped(number, 1000.0 + number, event))


def test_a_run_reads_as_a_story(stream):
    hide("secret-word-9")
    play(ConsoleSink(stream), STORY)

    assert stream.getvalue().splitlines() == [
        "    0.0  write a letter",
        "    0.0  on box:5901, with OCR",
        "    1.0  planning",
        "    2.0    ! the model call failed (connection reset); attempt 2 in 0.5 s",
        "    3.0    ▸ open it",
        "    3.0    · write it",
        "    4.0  acting",
        "    5.0    ✓ press Ctrl+s (0.2 s, keysyms)",
        "    6.0    ✗ click left at (3, 4): the point lies off the screen",
        "    7.0    ↻ not done: open it: press Return",
        "    8.0  acting again",
        "    9.0    ✓ done: open it",
        "   10.0    ▸ 2/2 write it",
        "   11.0  acting again: the reply could not be used: no JSON",
        "   12.0  paused: paused by the person",
        "   13.0  going on",
        "   14.0    ! desktop reconnecting: timed out",
        "   15.0    ! the password is ***",
        "   16.0    ! released Shift_L (the run is over)",
        "   17.0  failed: limit of 9 steps (9 model calls, 12.5 s)",
    ]


def test_the_end_tells_one_call_as_one_and_the_way_out_below(stream):
    reason = "Nothing answers at box.\n  Is the worker running?"
    play(ConsoleSink(stream), [ev.RunEnded(State.FAILED, reason, 1, 2.0, 21)])

    assert stream.getvalue().splitlines() == [
        "    0.0  failed: Nothing answers at box. (1 model call, 2.0 s)",
        "    0.0    Is the worker running?",
    ]


def test_each_call_is_told_with_its_figures_and_the_end_with_their_sum(stream):
    streamed = Reply("[]", "GPT", 2.25, None, 9, first_token=0.42, closed=True)
    calls = [
        ev.ReplyReceived(1, Role.PLANNER, streamed, Usage(1127, 9, True, 0.00291)),
        ev.ReplyGrew("not told"),
        ev.ReplyReceived(2, Role.ACTOR, Reply("[]", "local", 1.0, 800, 20), Usage(800, 20, False)),
        ev.ReplyReceived(3, Role.ACTOR, Reply("[]", "local", 1.0)),
    ]
    play(ConsoleSink(stream), [*calls, ev.RunEnded(State.FINISHED, "", 3, 9.0)])

    assert [line[9:] for line in stream.getvalue().splitlines()] == [
        "  · planner: first token 0.4 s, 2.2 s, ~1127 + 9 tokens, cost 0.0029",
        "  · actor: 1.0 s, 800 + 20 tokens",
        "  · actor: 1.0 s",
        "finished (3 model calls, 9.0 s, ~1927 + 29 tokens, cost 0.0029)",
    ]


def test_what_is_not_a_terminal_gets_no_colours_and_whole_lines(stream):
    play(ConsoleSink(stream), [ev.Warned("long " * 100)])

    assert "\x1b" not in stream.getvalue()
    assert len(stream.getvalue().splitlines()) == 1


def test_json_has_every_event_and_pictures_by_their_size(stream):
    shot = Screenshot(np.zeros((3, 4, 3), np.uint8), 0.0)
    play(JsonSink(stream), [*STORY, ev.ScreenshotTaken(shot, Role.ACTOR)])

    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert len(lines) == len(STORY) + 1
    assert lines[0]["event"]["type"] == "RunStarted"
    assert lines[-1]["event"]["screenshot"]["size"] == "4x3"


@pytest.mark.parametrize("sink", [ConsoleSink, JsonSink])
def test_a_terminal_that_went_away_ends_nothing(sink):
    class Gone(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    play(sink(Gone()), STORY)


def test_steps_that_change_nothing_are_told(stream):
    play(ConsoleSink(stream), [ev.NothingChanged(1), ev.NothingChanged(3), ev.PersonInput(keysym=0x61, down=True)])

    assert stream.getvalue().splitlines() == [
        "    0.0    ! that changed nothing on the screen",
        "    1.0    ! the last 3 steps changed nothing on the screen",
    ]
