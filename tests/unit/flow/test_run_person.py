"""A person at a run: takes over, clears, edits what is held, performs by hand, and is told of."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

import pytest

from screenagent.domain import events as ev
from screenagent.domain.actions import Click, Judgement, KeyDown, PlanItem, Standing, Status, TypeText, Verdict, Wait
from screenagent.domain.exchange import Role
from screenagent.domain.geometry import Point
from screenagent.domain.limits import Limits
from screenagent.domain.machine import Signal, State
from screenagent.errors import ActionRefused, LinkLost
from screenagent.flow import control, run

pytestmark = pytest.mark.usefixtures("no_settling")
CLICK, OTHER = Click(Point(3, 4)), Click(Point(9, 9))
ONLY = [PlanItem("only")]


def in_a_thread(call, *args):
    threading.Thread(target=call, args=args).start()


def on(scene, kind, call, times=1):
    """Do this, on another thread, when an event of a kind is told for the `times`th time."""
    before = scene.on_event

    def hear(event):
        before(event)
        if isinstance(event, kind) and len(scene.of(kind)) == times:
            in_a_thread(call)

    scene.on_event = hear


def hang(begun):
    def wait(cancel):
        begun.set()
        assert cancel.wait(30)

    return wait


def finish(scene, thread):
    thread.join(30)
    assert not thread.is_alive()
    return scene.told[-1]


# -- taking over --


@pytest.mark.parametrize("role", ["planner", "actor", "evaluator"])
def test_a_take_over_ends_the_model_call_and_asks_afresh_once_resumed(play, passed, role):
    begun = threading.Event()
    lines = {"planner": [ONLY], "actor": [[CLICK]], "evaluator": [passed]}
    lines[role] = [hang(begun), *lines[role]] if role != "actor" else [[KeyDown("a")], hang(begun), [CLICK]]
    if role == "actor":
        lines["evaluator"] = [[Verdict(Judgement.RETRY)], passed]
    scene = play(**lines)
    thread = scene.start()
    assert begun.wait(30)
    assert scene.control.take_over("mine")
    assert scene.until(ev.Paused).why == "mine"
    if role == "actor":
        assert scene.of(ev.Released)[0].held == ("a",)
    looks = len(scene.of(ev.ScreenshotTaken))
    scene.control.resume()
    assert finish(scene, thread).state is State.FINISHED
    jumps = [event for event in scene.of(ev.StateChanged) if event.signal is Signal.JUMP]
    assert [(jump.before, jump.after) for jump in jumps] == [(jumps[0].before, jumps[0].before)]
    assert len(scene.of(ev.ScreenshotTaken)) > looks


def test_a_take_over_while_the_desktop_connects_connects_again(play, passed):
    scene = play(planner=[ONLY], actor=[[CLICK]], evaluator=[passed])
    connect, calls, begun = scene.desktop.connect, [], threading.Event()

    def slow(cancel):
        calls.append(cancel)
        if len(calls) == 1:
            begun.set()
            assert cancel.wait(30)
        connect(cancel)

    scene.desktop.connect = slow
    thread = scene.start()
    assert begun.wait(30)
    scene.control.take_over()
    scene.until(ev.Paused)
    scene.control.resume()
    assert finish(scene, thread).state is State.FINISHED
    assert scene.states[:2] == [State.PREPARE, State.PLANNING]


def test_a_take_over_in_the_middle_of_a_list_drops_the_rest(play, passed):
    scene = play(planner=[ONLY], actor=[[CLICK, Wait(60), TypeText("never")], [OTHER]], evaluator=[passed])
    on(scene, ev.ActionStarted, scene.control.take_over, times=2)
    thread = scene.start()
    scene.until(ev.Paused)
    assert scene.of(ev.ActionEnded)[-1].error
    scene.control.resume()
    assert finish(scene, thread).state is State.FINISHED
    assert [action for action in scene.desktop.performed if not isinstance(action, Wait)] == [CLICK, OTHER]
    assert [len(s.done) for s in scene.script.situations if s.role is Role.ACTOR] == [0, 1]


def test_a_take_over_before_the_first_step_waits_there(play, passed):
    scene = play(planner=[ONLY], actor=[[CLICK]], evaluator=[passed])
    scene.control.take_over()
    thread = scene.start()
    scene.until(ev.Paused)
    assert scene.states == [State.PREPARE]
    scene.control.resume()
    assert finish(scene, thread).state is State.FINISHED


def test_stop_ends_a_run_that_was_taken_over(play):
    scene = play(planner=[ONLY], actor=[[Wait(60)]])
    on(scene, ev.ActionStarted, scene.control.take_over)
    on(scene, ev.Paused, scene.control.stop)
    assert scene.run().state is State.STOPPED


def test_a_persons_input_is_told_while_the_run_is_on(play, passed):
    scene = play(planner=[ONLY], actor=[[CLICK]], evaluator=[passed])

    def use(event):
        if isinstance(event, (ev.PromptSent, ev.RunEnded)):
            scene.desktop.key_event(0x61, True)
            scene.desktop.pointer_event(Point(5, 6), 0)
            scene.desktop.pointer_event(Point(5, 6), 1)
            scene.desktop.pointer_event(Point(5, 7), 0)

    scene.on_event = use
    scene.run()
    told = scene.of(ev.PersonInput)
    assert told[:3] == [ev.PersonInput(keysym=0x61, down=True), ev.PersonInput(Point(5, 6), 1), ev.PersonInput(Point(5, 7), 0)]
    assert len(told) == 3 * len(scene.of(ev.PromptSent))
    assert isinstance(scene.told[-1], ev.RunEnded)


# -- clearing --


def test_clear_forgets_and_plans_anew(play, passed):
    begun = threading.Event()
    scene = play(
        planner=[ONLY, [PlanItem("fresh")]],
        actor=[[CLICK], hang(begun), [OTHER]],
        evaluator=[[Verdict(Judgement.RETRY, "look left")], passed],
    )
    thread = scene.start()
    assert begun.wait(30)
    scene.control.clear()
    assert finish(scene, thread).state is State.FINISHED
    planner = [s for s in scene.script.situations if s.role is Role.PLANNER][1]
    assert (planner.plan.texts, planner.advice, planner.complaint, planner.done) == ((), "", "", ())
    assert [event.plan.texts for event in scene.of(ev.PlanChanged)][:3] == [("only",), (), ("fresh",)]


@pytest.mark.parametrize("gate", ["prompt", "reply", "actions"])
@pytest.mark.parametrize("order", ["clear", "jump"])
def test_clear_and_jump_at_a_gate_drop_what_is_held(play, passed, gate, order):
    scene = play(planner=[ONLY, ONLY], actor=[[OTHER], [CLICK]], evaluator=[passed])
    scene.on_event = lambda event: (
        scene.control.hold(gate) if isinstance(event, ev.PlanChanged) and not scene.of(ev.Held) else None
    )
    thread = scene.start()
    assert scene.until(ev.Paused).gate == gate
    if order == "clear":
        scene.control.clear()
    else:
        scene.control.jump(State.PLANNING)
    scene.until(ev.Resumed)
    scene.control.hold(gate, False)
    assert finish(scene, thread).state is State.FINISHED
    assert (OTHER in scene.desktop.performed) == (gate == "prompt")


def test_what_failed_before_a_clear_counts_no_longer(play, passed):
    scene = play(
        limits=Limits(retries=0, replans=0),
        planner=[ONLY, ONLY],
        actor=[[CLICK], [CLICK]],
        evaluator=[[Verdict(Judgement.RETRY)], passed],
    )
    retried = lambda event: isinstance(event, ev.StateChanged) and event.signal is Signal.RETRY  # noqa: E731
    scene.on_event = lambda event: scene.control.clear() if retried(event) else None
    assert scene.run().state is State.FINISHED


def test_what_is_left_of_a_list_is_told_anew_after_actions_by_hand(play, passed):
    scene = play(planner=[ONLY], actor=[[CLICK, TypeText("b"), TypeText("c")]], evaluator=[passed])
    by_hand = [OTHER, OTHER]
    ended = []

    def use(event):
        ended.append(isinstance(event, ev.ActionEnded))
        if ended[-1] and sum(ended) == 1:
            scene.control.pause()
        if isinstance(event, ev.Paused):
            scene.control.perform(by_hand)
            scene.control.resume()

    scene.on_event = use
    assert scene.run().state is State.FINISHED
    queues, performed = [], []
    for event in scene.told:
        if isinstance(event, ev.ActionsQueued):
            queues.append(event.actions)
        if isinstance(event, ev.ActionStarted):
            assert queues[-1][event.index] == event.action
            performed.append(event.action)
    assert queues == [(CLICK, TypeText("b"), TypeText("c")), (OTHER, OTHER), (TypeText("b"), TypeText("c"))]
    assert performed == [CLICK, OTHER, OTHER, TypeText("b"), TypeText("c")]


def test_a_sub_task_that_a_new_plan_no_longer_has_is_its_last_one(play, passed, plan_of_two):
    scene = play(planner=[plan_of_two], actor=[hang(threading.Event()), [CLICK]], evaluator=[passed])
    on(scene, ev.PromptSent, lambda: scene.control.choose(7), times=2)
    assert scene.run().state is State.FINISHED
    assert scene.of(ev.Judged)[0].sub_task == "second"


@pytest.mark.parametrize("order", ["stop", "take_over", "clear"])
def test_an_action_that_an_order_cuts_off_is_told_as_interrupted(play, passed, order):
    scene = play(planner=[ONLY, ONLY], actor=[[Wait(60.0)], [CLICK], [CLICK]], evaluator=[passed])
    on(scene, ev.ActionStarted, lambda: getattr(scene.control, order)())
    thread = scene.start()
    cut = scene.until(ev.ActionEnded)
    if order == "take_over":
        scene.until(ev.Paused)
        scene.control.resume()
    finish(scene, thread)
    assert cut.error == "interrupted"


def test_a_sub_task_chosen_after_a_clear_has_no_plan_to_be_chosen_from(play, passed):
    scene = play(planner=[ONLY], actor=[hang(threading.Event()), [CLICK]], evaluator=[passed])
    on(scene, ev.PromptSent, lambda: (scene.control.clear(), scene.control.choose(3)), times=2)
    assert scene.run().state is State.FINISHED
    assert scene.of(ev.PlanChanged)[-2].plan.texts == ("the task",)


# -- gates --


def test_what_waits_at_a_gate_is_told_just_before_the_pause(play, passed):
    scene = play(planner=[ONLY], actor=[[CLICK]], evaluator=[passed])
    for gate in ("prompt", "reply", "actions"):
        scene.control.hold(gate)
    scene.on_event = lambda event: scene.control.answer(gate=event.gate) if isinstance(event, ev.Paused) else None
    assert scene.run().state is State.FINISHED
    pairs = list(zip(scene.told, scene.told[1:], strict=False))
    held = [(first, then) for first, then in pairs if isinstance(first, ev.Held)]
    assert all(then == ev.Paused(f"{first.gate} held for review", first.gate) for first, then in held)
    assert [first.gate for first, _ in held] == ["prompt", "reply", "prompt", "reply", "actions", "prompt", "reply"]
    assert held[0][0].value == scene.of(ev.PromptSent)[0].prompt
    assert held[4][0].value == (CLICK,)
    assert scene.of(ev.Edited) == []


def test_a_held_prompt_is_sent_as_edited(play, passed):
    scene = play(planner=[ONLY], actor=[[CLICK]], evaluator=[passed])
    scene.control.hold("prompt")
    scene.on_event = lambda event: scene.control.answer("please") if isinstance(event, ev.Paused) else None
    scene.run()
    assert {event.prompt.text for event in scene.of(ev.PromptSent)} == {"please"}
    assert [(event.gate, event.after) for event in scene.of(ev.Edited)] == [("prompt", "please")] * 3
    assert len(scene.of(ev.ScreenshotTaken)) == 3


@pytest.mark.parametrize("edited", [None, "please"])
def test_a_prompt_that_was_held_shows_the_screen_as_it_is_when_it_goes(play, passed, edited):
    scene = play(planner=[ONLY], actor=[[CLICK]], evaluator=[passed])
    scene.control.hold("prompt")

    def use(event):
        if isinstance(event, ev.Paused):
            scene.desktop.perform(OTHER, scene.control.token)
            scene.control.answer(edited)
            scene.control.hold("prompt", False)

    scene.on_event = use
    scene.run()
    first, again = scene.of(ev.ScreenshotTaken)[:2]
    assert (first.role, again.role) == (Role.PLANNER, Role.PLANNER)
    assert (first.screenshot.pixels != again.screenshot.pixels).any()
    assert scene.script.situations[1].screenshot is again.screenshot
    assert scene.of(ev.PromptSent)[0].prompt.text == (edited or "do it: ")
    assert [event.after for event in scene.of(ev.Edited)] == ([edited] if edited else [])


def test_what_was_written_into_a_held_prompt_outlasts_a_lost_link(play, passed):
    scene = play(planner=[ONLY], actor=[[CLICK]], evaluator=[passed])
    scene.control.hold("prompt")
    look = scene.desktop.screenshot

    def gone():
        scene.desktop.screenshot = look
        raise LinkLost("It went.")

    def use(event):
        if isinstance(event, ev.Paused):
            scene.desktop.screenshot = gone
            scene.control.answer("please")
            scene.control.hold("prompt", False)

    scene.on_event = use
    assert scene.run().state is State.FINISHED
    assert scene.of(ev.PromptSent)[0].prompt.text == "please"
    assert len(scene.of(ev.PromptSent)) == 3


def test_a_gate_is_switched_on_for_what_has_not_come_to_it_yet(play, passed):
    scene = play(planner=[ONLY], actor=[[CLICK]], evaluator=[passed])
    scene.control.hold("reply")

    def react(event):
        if isinstance(event, ev.Paused):
            scene.control.hold("reply", False)
            scene.control.hold("actions", event.gate == "reply")

    scene.on_event = react
    assert scene.run().state is State.FINISHED
    assert [event.gate for event in scene.of(ev.Paused)] == ["reply", "actions"]


def test_a_pause_while_held_waits_before_the_first_action(play, passed):
    scene = play(planner=[ONLY], actor=[[CLICK]], evaluator=[passed])
    scene.control.hold("actions")
    scene.on_event = lambda event: (
        (scene.control.pause(), scene.control.answer()) if isinstance(event, ev.Paused) and event.gate else None
    )
    thread = scene.start()
    scene.until(ev.Paused, times=2)
    assert scene.desktop.performed == []
    scene.control.resume()
    assert finish(scene, thread).state is State.FINISHED


@pytest.mark.parametrize(("held", "state"), [(True, State.FINISHED), (False, State.FAILED)])
def test_time_at_a_gate_is_not_the_runs_time(play, passed, monkeypatch, held, state):
    skipped = [0.0]
    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + skipped[0])
    monkeypatch.setattr(run, "time", clock)
    monkeypatch.setattr(control, "time", clock)
    scene = play(limits=Limits(seconds=1000.0), planner=[ONLY], actor=[[CLICK]], evaluator=[passed])
    scene.control.hold("reply", held)

    def react(event):
        if isinstance(event, ev.PromptSent) and not held and len(scene.of(ev.PromptSent)) == 2:
            skipped[0] += 2000.0
        if isinstance(event, ev.Paused):
            in_a_thread(pass_later)

    def pass_later():
        assert scene.control.perform([OTHER])
        scene.until(ev.ActionEnded, times=len(scene.of(ev.Paused)))
        skipped[0] += 2000.0
        scene.control.answer()

    scene.on_event = react
    assert scene.run().state is state


def test_a_reply_is_read_without_doing_anything(play, passed):
    scene = play(planner=[ONLY], actor=[[CLICK]], evaluator=[passed])
    read = []

    def early(event):
        if isinstance(event, (ev.RunStarted, ev.ReplyReceived)):
            read.append(scene.under_way.read("any text"))

    scene.on_event = early
    scene.run()
    assert [str(problem) for problem in read[0].errors] == ["Nothing has been asked yet"]
    assert read[2].actions == (CLICK,)
    assert scene.desktop.performed == [CLICK]


# -- by hand --


@pytest.mark.parametrize("gate", ["prompt", "reply", "actions", None])
def test_actions_by_hand_are_performed_while_the_run_waits(play, passed, gate):
    scene = play(planner=[ONLY], actor=[[CLICK]], evaluator=[passed])
    scene.desktop.set_link(True)
    if gate:
        scene.control.hold(gate)
    else:
        scene.control.pause()
    thread = scene.start()
    scene.until(ev.Paused)
    assert scene.control.perform([KeyDown("b"), OTHER])
    assert scene.until(ev.Released).held == ("b",)
    assert scene.desktop.performed == [KeyDown("b"), OTHER]
    assert scene.of(ev.ActionsQueued)[0].actions == (KeyDown("b"), OTHER)
    assert scene.of(ev.Resumed) == []
    for one in ("prompt", "reply", "actions"):
        scene.control.hold(one, False)
    scene.control.resume()
    assert finish(scene, thread).state is State.FINISHED


@pytest.mark.parametrize("error", [ActionRefused("greyed out"), LinkLost("gone")])
def test_actions_by_hand_that_fail_leave_the_run_waiting(play, passed, error):
    scene = play(planner=[ONLY], actor=[[CLICK]], evaluator=[passed])
    scene.control.hold("reply")
    perform = scene.desktop.perform

    def fail(action, cancel):
        if action == OTHER:
            raise error
        return perform(action, cancel)

    scene.desktop.perform = fail
    thread = scene.start()
    scene.until(ev.Paused)
    scene.control.perform([OTHER, CLICK])
    assert scene.until(ev.ActionEnded).error == str(error)
    assert scene.control.waiting_at == "reply"
    scene.control.hold("reply", False)
    assert finish(scene, thread).state is State.FINISHED
    assert scene.desktop.performed == [CLICK]


@pytest.mark.parametrize("order", ["stop", "clear"])
def test_an_order_ends_what_is_done_by_hand(play, passed, order):
    scene = play(planner=[ONLY, ONLY], actor=[[CLICK]], evaluator=[passed])
    scene.control.hold("reply")
    on(scene, ev.Paused, lambda: scene.control.perform([Wait(60), OTHER]))
    on(scene, ev.ActionStarted, lambda: (scene.control.hold("reply", False), getattr(scene.control, order)()))
    ended = scene.run()
    assert ended.state is (State.STOPPED if order == "stop" else State.FINISHED)
    assert OTHER not in scene.desktop.performed
    assert scene.of(ev.ActionEnded)[0].error


def test_actions_by_hand_at_a_question(play, passed):
    scene = play(interactive=True, planner=[ONLY], actor=[[Status(Standing.NEED_USER, "which?")], [CLICK]], evaluator=[passed])
    on(scene, ev.Paused, lambda: (scene.control.perform([OTHER]), scene.control.answer("red")))
    assert scene.run().state is State.FINISHED
    assert scene.desktop.performed == [OTHER, CLICK]
