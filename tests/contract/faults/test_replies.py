"""Replies that are of no use: the reason goes into the next prompt, a good reply mends it, and the cap ends it with why."""

from __future__ import annotations

import json

import pytest

from contract.stop.worker import key, mouse, plan, typed
from screenagent.domain import events as ev
from screenagent.domain.machine import Signal, State
from screenagent.errors import LimitReached

GOOD = mouse("click", 640, 480)


def saying(text):
    """Answer with this text."""

    def say(handler):
        body = json.dumps({"text": text, "error_code": 0}).encode()
        handler.begin(body)
        handler.wfile.write(body)

    return say


def fenced(*actions):
    return f"```json\n{json.dumps(actions)}\n```"


REPLIES = {
    "prose only": ("I would click the button now.", "No JSON was found in the reply"),
    "nothing": ("", "The reply is empty"),
    "blanks": (" \n\t\n ", "The reply is empty"),
    "half JSON, cut off": (fenced(GOOD)[:70], "the reply ends in the middle"),
    "an unknown action type": (fenced({"action_type": "MouseActoin", "x": 1}), 'did you mean "MouseAction"'),
    "a point off the screen": (fenced(mouse("click", 5000, 20)), "(5000, 20) lies outside the picture, which is 1024x768"),
    "an unknown key": (fenced(key("press", "Retrun")), '"Retrun"'),
    "an endless reply": ("la " * 100_000, "The reply has 300000 characters, more than"),
    "the planner's actions": (fenced(*plan("a", "b")), "expected mouse, keyboard or wait actions; found plan"),
    "a type that is no word": (fenced({"action_type": None}), "An action was left out: action_type is null"),
    "a text without end": (fenced(typed("x" * 100_000)), "An action was left out: keyboard_text"),
}


@pytest.mark.parametrize("case", REPLIES)
def test_a_bad_reply_is_complained_of_and_a_good_one_mends_it(scene, case):
    text, complaint = REPLIES[case]
    scene.worker.lines["actor"] = [saying(text), [GOOD]]

    scene.run(evaluator=False)

    scene.check_end(State.FINISHED, 0)
    again = scene.until(ev.StateChanged, lambda event: event.signal is Signal.UNREADABLE)
    assert complaint in again.reason
    first, second = scene.prompts("actor")
    assert complaint not in first
    assert complaint in second
    assert len(second) < len(first) + 3000
    assert [(event.x, event.y) for event in scene.wire.inputs if event.kind == "pointer" and event.code] == [(640, 480)]


@pytest.mark.parametrize("case", ["prose only", "nothing", "an endless reply", "a point off the screen"])
def test_bad_replies_for_ever_end_at_the_cap_with_the_reason(scene, case):
    text, complaint = REPLIES[case]
    scene.worker.lines["actor"] = [saying(text)]

    scene.run()

    words = ["2 replies in a row could not be used (limits.unreadable)", "The last reply could not be used", complaint]
    scene.check_end(State.FAILED, LimitReached.exit_status, *words)
    assert scene.worker.asked == ["planner", "actor", "actor"]
    assert not scene.of(ev.ActionStarted)


def test_every_role_is_told_and_recovers(scene):
    scene.worker.lines["planner"] = [saying("Let me think."), plan("the only sub-task")]
    scene.worker.lines["evaluator"] = [saying(fenced(GOOD)), saying(fenced(*plan("x"))), *scene.worker.lines["evaluator"]]
    scene.changes["automaton.limits.unreadable"] = 3

    scene.run()

    scene.check_end(State.FINISHED, 0)
    assert scene.worker.asked == ["planner"] * 2 + ["actor"] + ["evaluator"] * 3
    assert "expected a judgement: one EvaluateSubTaskAction" in scene.prompts("evaluator")[1]
    assert "found plan" in scene.prompts("evaluator")[2]


def test_what_can_be_read_of_a_reply_is_done_and_the_rest_is_told(scene):
    scene.worker.lines["actor"] = [saying(fenced(GOOD, key("press", "Retrun")))]

    scene.run(evaluator=False)

    scene.check_end(State.FINISHED, 0)
    acted = scene.until(ev.StateChanged, lambda event: event.before is State.ACTING)
    assert '"Retrun"' in acted.reason
    assert len(scene.of(ev.ActionEnded)) == 1
