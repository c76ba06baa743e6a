"""The run loop when things go wrong: lost links, endless replies, limits in mid-list, listeners that fail."""

from __future__ import annotations

import threading

import pytest

from screenagent.domain import events as ev
from screenagent.domain.actions import Click, Judgement, KeyDown, PlanItem, Standing, Status, TypeText, Verdict, Wait
from screenagent.domain.exchange import Role
from screenagent.domain.geometry import Point
from screenagent.domain.limits import Limits
from screenagent.domain.machine import Signal, State
from screenagent.errors import ActionRefused, LinkLost, ModelUnreachable, ScreenAgentError
from screenagent.flow import tether

CLICK = Click(Point(3, 4))
LONGEST_IN_A_PROMPT = 8_000


def actors(scene):
    return [situation for situation in scene.script.situations if situation.role is Role.ACTOR]


def in_a_thread(call, *args):
    threading.Thread(target=call, args=args).start()


def test_a_link_that_comes_and_goes_for_ever_runs_into_a_limit(play):
    scene = play(limits=Limits(steps=5), planner=[[PlanItem("only")]], actor=[[CLICK]] * 50, evaluator=[])

    def lose(action, cancel):
        raise LinkLost("The connection was closed.")

    scene.desktop.perform = lose
    ended = scene.run()
    assert (ended.state, ended.exit_status, ended.steps) == (State.FAILED, 40, 5)
    assert scene.of(ev.StateChanged)[-1].signal is Signal.LIMIT


def test_a_link_lost_half_way_is_waited_for_once(play, monkeypatch):
    monkeypatch.setattr(tether, "RECONNECT_SECONDS", 0.01)
    scene = play(planner=[[PlanItem("only")]], actor=[[CLICK, TypeText("x")]] * 3, evaluator=[])
    perform = scene.desktop.perform

    def lose_at_text(action, cancel):
        if action == CLICK:
            return perform(action, cancel)
        scene.desktop.set_link(False, "cable pulled")
        raise LinkLost("The connection was closed.")

    scene.desktop.perform = lose_at_text
    ended = scene.run()
    assert (ended.state, ended.exit_status) == (State.FAILED, 14)
    assert len(scene.of(ev.Warned)) == 1


def test_a_model_that_goes_with_the_desktop_is_asked_again_when_both_are_back(play, passed):
    scene = play(planner=[[PlanItem("only")]], actor=[ModelUnreachable("Nothing answers."), [CLICK]], evaluator=[passed])

    def go_together(event):
        if (
            isinstance(event, ev.PromptSent)
            and event.prompt.role is Role.ACTOR
            and scene.desktop.connected
            and not scene.of(ev.Warned)
        ):
            scene.desktop.set_link(False, "the machine restarts")
        if isinstance(event, ev.Warned):
            in_a_thread(scene.desktop.set_link, True)

    scene.on_event = go_together
    assert scene.run().state is State.FINISHED
    assert len(scene.of(ev.Warned)) == 1


def test_a_model_that_is_gone_while_the_desktop_is_there_ends_the_run(play):
    scene = play(planner=[ModelUnreachable("Nothing answers.")], actor=[], evaluator=[])
    ended = scene.run()
    assert (ended.state, ended.exit_status) == (State.FAILED, 21)


def test_advice_outlives_a_link_lost_before_the_first_action_and_a_refusal(play, passed):
    scene = play(
        planner=[[PlanItem("only")]],
        actor=[[CLICK], [CLICK], [CLICK], [CLICK]],
        evaluator=[[Verdict(Judgement.RETRY, "look left")], passed],
    )
    perform = scene.desktop.perform
    troubles = [None, LinkLost("The connection was closed."), ActionRefused("It is greyed out."), None]

    def trouble(action, cancel):
        error = troubles.pop(0)
        if error:
            raise error
        return perform(action, cancel)

    scene.desktop.perform = trouble
    assert scene.run().state is State.FINISHED
    assert [situation.advice for situation in actors(scene)] == ["", "look left", "look left", "look left"]


def test_the_time_limit_ends_a_long_list_of_actions(play):
    scene = play(limits=Limits(seconds=0.5), planner=[[PlanItem("only")]], actor=[[Wait(0.3)] * 100], evaluator=[])
    ended = scene.run()
    assert (ended.state, ended.exit_status) == (State.FAILED, 40)
    assert "limits.seconds" in ended.reason
    assert len(scene.desktop.performed) < 100


@pytest.mark.parametrize(
    "lines",
    [
        {"planner": [[TypeText("x" * 20_000)] * 100] * 2},
        {"planner": [[Verdict(Judgement.RETRY, "z" * 20_000)] * 100] * 2},
        {"planner": [[PlanItem("only")]], "actor": [[PlanItem("y" * 20_000)] * 100] * 2},
    ],
    ids=["a text to type", "advice", "plans"],
)
def test_what_an_endless_reply_of_the_wrong_kind_leaves_in_the_next_prompt_is_short(play, lines):
    scene = play(limits=Limits(unreadable=2, tokens=10**9), **lines)
    scene.run()
    assert 0 < len(scene.script.situations[-1].complaint) <= LONGEST_IN_A_PROMPT


def test_endless_advice_is_cut(play, passed):
    scene = play(
        planner=[[PlanItem("only")]], actor=[[CLICK], [CLICK]], evaluator=[[Verdict(Judgement.RETRY, "z" * 200_000)], passed]
    )
    scene.run()
    assert 0 < len(actors(scene)[1].advice) <= LONGEST_IN_A_PROMPT


def test_a_plan_of_endless_items_is_cut(play, passed):
    scene = play(planner=[[PlanItem("z" * 200_000)]], actor=[[CLICK]], evaluator=[passed])
    scene.run()
    assert len(actors(scene)[0].plan.current_text) <= LONGEST_IN_A_PROMPT


def test_a_complaint_to_one_role_is_not_told_to_another_after_a_jump(play, passed):
    thinking = threading.Event()

    def hang(cancel):
        thinking.set()
        assert cancel.wait(30)

    scene = play(planner=["no JSON", hang], actor=[[CLICK]], evaluator=[passed])
    thread = scene.start()
    assert thinking.wait(30)
    scene.control.jump(State.ACTING)
    thread.join(30)
    assert [situation.complaint for situation in actors(scene)] == [""]


def test_a_question_after_an_unreadable_reply_does_not_bring_the_complaint_back(play, passed):
    scene = play(
        interactive=True,
        planner=[[PlanItem("only")]],
        actor=["no JSON", [Status(Standing.NEED_USER, "which?")], [CLICK]],
        evaluator=[passed],
    )
    scene.on_event = lambda event: in_a_thread(scene.control.answer, "red") if isinstance(event, ev.Paused) else None
    assert scene.run().state is State.FINISHED
    assert [situation.complaint for situation in actors(scene)] == ["", "no JSON", ""]


def test_a_gate_does_not_hold_an_empty_list(play, passed):
    scene = play(planner=[[PlanItem("only")]], actor=[[]], evaluator=[passed])
    scene.control.hold("actions")
    assert scene.run().state is State.FINISHED
    assert scene.of(ev.Paused) == []


def test_an_actor_that_judges_itself_unfinished_goes_on_with_the_same_sub_task(play, plan_of_two):
    again = Verdict(Judgement.RETRY, "not there yet")
    scene = play(use_evaluator=False, planner=[plan_of_two], actor=[[CLICK, again], [CLICK], [CLICK]])
    assert scene.run().state is State.FINISHED
    assert [situation.plan.current for situation in actors(scene)] == [0, 0, 1]
    assert [situation.advice for situation in actors(scene)] == ["", "not there yet", ""]


def test_a_jump_out_of_a_pause_tells_that_the_run_goes_on(play, passed):
    scene = play(planner=[[PlanItem("only")], [PlanItem("only")]], actor=[[CLICK]], evaluator=[passed])
    scene.control.pause()
    scene.on_event = lambda event: (
        in_a_thread(scene.control.jump, State.PLANNING) if isinstance(event, ev.Paused) and not scene.of(ev.Resumed) else None
    )
    assert scene.run().state is State.FINISHED
    kinds = [type(event) for event in scene.told]
    assert kinds.index(ev.Paused) < kinds.index(ev.Resumed)


def test_stop_during_a_jump_stops(play, passed):
    scene = play(planner=[[PlanItem("only")]], actor=[[KeyDown("a"), Wait(60)]], evaluator=[passed])

    def both(event):
        if isinstance(event, ev.ActionStarted) and event.index == 1:
            in_a_thread(lambda: (scene.control.jump(State.PLANNING), scene.control.stop(), scene.control.stop()))

    scene.on_event = both
    ended = scene.run()
    assert (ended.state, ended.exit_status) == (State.STOPPED, 130)
    assert scene.of(ev.Released)[0].held == ("a",)


@pytest.mark.parametrize(
    ("error", "told"), [(ScreenAgentError("The disk is full."), "The disk is full."), (RuntimeError("gone"), "RuntimeError")]
)
def test_a_listener_that_fails_is_told_to_the_others_once(play, passed, error, told, caplog):
    scene = play(planner=[[PlanItem("only")]], actor=[[CLICK]], evaluator=[passed])

    def fail(stamped):
        if stamped.number >= 3:
            raise error

    scene.other_sinks = [fail]
    assert scene.run().state is State.FINISHED
    assert [told in event.text for event in scene.of(ev.Warned)] == [True]
    caplog.clear()


def test_a_last_limit_names_why_the_replies_could_not_be_used(play):
    ended = play(limits=Limits(unreadable=2), planner=["no JSON was found", "no JSON was found"]).run()
    assert "no JSON was found" in ended.reason
