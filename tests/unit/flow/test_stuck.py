"""Steps that change nothing: how pictures compare, how steps are counted, and what a run does about it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from screenagent.desktop import cursor
from screenagent.domain import events as ev
from screenagent.domain.actions import Click, Judgement, Key, Move, PlanItem, TypeText, Verdict, Wait
from screenagent.domain.exchange import Role
from screenagent.domain.geometry import Box, Point
from screenagent.domain.limits import Limits, Patience
from screenagent.domain.machine import Signal, State
from screenagent.domain.screen import Damage, Screenshot
from screenagent.flow.stuck import Watch, changed

CLICK, TYPE = Click(Point(3, 4)), TypeText("x")
ONLY = [PlanItem("only")]
RETRY = [Verdict(Judgement.RETRY, "look left")]
HEIGHT, WIDTH = 120, 160


def picture(*boxes, pointer=None):
    """A grey screen with white boxes (left, top, width, height) and maybe a pointer."""
    pixels = np.full((HEIGHT, WIDTH, 3), 96, np.uint8)
    for left, top, width, height in boxes:
        pixels[top : top + height, left : left + width] = 255
    hidden = cursor.draw(pixels, cursor.ARROW, pointer) if pointer else None
    return Screenshot(pixels, 0.0, pointer, hidden)


def damage(left, top, right, bottom, cursor=False):
    return Damage(Box(left, top, right, bottom), 1.0, cursor)


# -- pictures --


@pytest.mark.parametrize("pointing", [True, False])
def test_the_drawn_pointer_is_no_change_but_what_happens_below_it_is(pointing):
    assert not changed(picture(pointer=Point(20, 20)), picture(pointer=Point(90, 70)), pointing=pointing)
    assert not changed(picture(pointer=Point(WIDTH - 3, HEIGHT - 2)), picture(), pointing=pointing)
    box = (15, 15, 14, 14)
    assert changed(picture(pointer=Point(20, 20)), picture(box, pointer=Point(20, 20)), pointing=pointing)


@pytest.mark.parametrize(
    ("box", "typing", "pointing"),
    [
        ((50, 50, 1, 16), False, False),
        ((50, 50, 3, 40), False, False),
        ((50, 50, 4, 16), True, False),
        ((50, 50, 12, 26), True, False),
        ((50, 50, 13, 26), True, True),
        ((50, 50, 12, 27), True, True),
        ((50, 50, 3, 41), True, True),
        ((0, 0, WIDTH, HEIGHT), True, True),
    ],
)
def test_a_caret_is_no_change(box, typing, pointing):
    for one, other in ((picture(), picture(box)), (picture(box), picture())):
        assert changed(one, other, pointing=False) == typing
        assert changed(one, other, pointing=True) == pointing


def test_a_caret_that_went_elsewhere_is_a_change():
    assert changed(picture((20, 20, 1, 16)), picture((20, 60, 1, 16)), pointing=True)


def test_a_box_ticked_where_the_mouse_points_is_a_change_and_a_caret_beside_it_is_none():
    ticked, pointer = (50, 50, 9, 9), Point(54, 54)
    assert changed(picture(pointer=pointer), picture(ticked, pointer=pointer), pointing=True)
    assert changed(picture(pointer=pointer), picture(ticked, pointer=Point(71, 62)), pointing=True)
    assert not changed(picture(pointer=pointer), picture(ticked, pointer=Point(72, 62)), pointing=True)
    assert not changed(picture(pointer=pointer), picture((52, 46, 2, 16), pointer=pointer), pointing=True)


def test_another_size_is_a_change():
    smaller = Screenshot(picture().pixels[:-1], 0.0)
    assert changed(picture(), smaller, pointing=True)


@given(st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1), st.integers(1, WIDTH), st.integers(1, HEIGHT))
def test_any_box_larger_than_a_caret_is_a_change_wherever_it_is(left, top, width, height):
    box = (left, top, min(width, WIDTH - left), min(height, HEIGHT - top))
    small = (box[2] <= 3 and box[3] <= 40) or (box[2] <= 12 and box[3] <= 26)
    assert changed(picture(), picture(box), pointing=True) != small


def test_where_nothing_was_painted_nothing_is_compared():
    assert not changed(picture(), picture((50, 50, 60, 40)), pointing=True, painted=[])
    assert not changed(picture(), picture((50, 50, 60, 40)), pointing=True, painted=[damage(10, 10, 30, 30)])
    assert changed(picture(), picture((50, 50, 60, 40)), pointing=True, painted=[damage(10, 10, 30, 30), damage(40, 40, 120, 60)])
    assert not changed(picture(), picture(), pointing=True, painted=[damage(0, 0, WIDTH, HEIGHT)])
    assert not changed(picture(), picture((50, 50, 60, 40)), pointing=True, painted=[damage(0, 0, 0, 0, cursor=True)])
    assert changed(picture(), Screenshot(picture().pixels[:-1], 0.0), pointing=True, painted=[])


def test_what_is_painted_anyway_is_no_change_unless_the_mouse_was_used_there():
    clock, face = (100, 10, 40, 20), Box(98, 8, 142, 32)
    ticked = picture(clock, pointer=Point(20, 20))
    for painted in (None, [damage(100, 10, 140, 30)], [damage(0, 0, WIDTH, HEIGHT)]):
        assert not changed(picture(), ticked, pointing=True, painted=painted, restless=[face])
        assert changed(picture(), ticked, pointing=True, painted=painted, restless=[face], points=[Point(105, 15)])
        assert changed(picture(), picture(clock, (50, 50, 30, 30)), pointing=True, painted=None, restless=[face])


def test_a_box_ticked_by_a_click_is_a_change_wherever_the_pointer_went_afterwards():
    after = picture((50, 50, 9, 9), pointer=Point(150, 110))
    assert not changed(picture(), after, pointing=True)
    assert changed(picture(), after, pointing=True, points=[Point(54, 54)])


def test_a_picture_does_not_lose_its_pointer_when_it_is_bared():
    shot = picture(pointer=Point(20, 20))
    assert (shot.bare() == 96).all()
    assert (shot.pixels != 96).any()


# -- counting --


@pytest.fixture
def told():
    return []


def step(watch, before, after, *actions):
    watch.saw(before)
    watch.judge(after, actions or (CLICK,))


def test_steps_in_a_row_are_counted_and_told_and_any_change_begins_anew(told):
    watch = Watch(Patience(1, 3, 5), told.append)
    same, other = picture(), picture((9, 9, 50, 50))
    for _ in range(3):
        step(watch, same, picture())
    assert [event.in_a_row for event in told] == [1, 2, 3]
    step(watch, same, other)
    assert (watch.unchanged, watch.take_due()) == (0, None)
    step(watch, other, other)
    assert told[-1] == ev.NothingChanged(1)


@pytest.mark.parametrize("waited", [(), (Wait(1.0),)])
def test_an_effect_that_shows_late_begins_the_count_anew(told, waited):
    watch = Watch(Patience(1, 2, 2), told.append)
    step(watch, picture(), picture())
    if waited:
        step(watch, picture(), picture(), *waited)
    watch.saw(picture((9, 9, 50, 50)))
    assert watch.unchanged == 0
    watch.judge(picture((9, 9, 50, 50)), (CLICK,))
    assert (told[-1], watch.take_due()) == (ev.NothingChanged(1), None)


def test_a_caret_and_a_clock_are_no_late_effect(told):
    watch = Watch(Patience(), told.append)
    step(watch, picture(), picture())
    watch.saw(picture((10, 10, 3, 21), (100, 90, 16, 11)))
    assert watch.in_a_row == 1


def test_what_changes_while_the_model_thinks_is_no_effect_of_the_step_but_may_be_a_late_one(told):
    watch = Watch(Patience(), told.append)
    tick, window = picture((100, 90, 16, 11)), picture((9, 9, 50, 50))
    for after_thought in (tick, tick, window):
        watch.saw(picture())
        watch.acts_on(after_thought)
        watch.judge(after_thought, (CLICK,))
    assert [event.in_a_row for event in told] == [1, 2, 1]


def test_a_large_clock_is_no_late_effect_where_it_is_known(told):
    watch, face = Watch(Patience(), told.append), Box(60, 60, 130, 110)
    step(watch, picture(), picture())
    watch.saw(picture((64, 64, 60, 40)), [face])
    assert watch.in_a_row == 1
    watch.saw(picture((64, 64, 60, 40)))
    assert watch.in_a_row == 0


def test_an_effect_told_of_later_begins_the_count_anew(told):
    watch = Watch(Patience(1, 1, 1), told.append)
    step(watch, picture(), picture())
    watch.answered()
    assert (watch.in_a_row, watch.take_due()) == (0, None)


def test_a_step_that_a_person_had_a_hand_in_stays_uncounted(told):
    watch = Watch(Patience(), told.append)
    watch.saw(picture())
    watch.forget()
    watch.acts_on(picture())
    watch.judge(picture(), (CLICK,))
    assert told == []


@pytest.mark.parametrize("actions", [(), (Wait(1.0),), (Move(Point(3, 3)), Wait(1.0))])
def test_waiting_and_pointing_at_something_need_not_change_anything(told, actions):
    watch = Watch(Patience(), told.append)
    watch.saw(picture())
    watch.judge(picture(), actions)
    assert told == []


def test_each_look_is_judged_once(told):
    watch = Watch(Patience(), told.append)
    watch.judge(picture(), (CLICK,))
    step(watch, picture(), picture())
    watch.judge(picture(), (CLICK,))
    assert len(told) == 1


@pytest.mark.parametrize(
    ("patience", "unchanged", "due"),
    [
        (Patience(1, 3, 5), [1, 2, 3, 4, 5], [None, None, Signal.REPLAN, None, Signal.STUCK]),
        (Patience(2, 0, 4), [0, 2, 3, 4, 5], [None, None, None, Signal.STUCK, Signal.STUCK]),
        (Patience(0, 2, 0), [0, 2, 3, 4, 5], [None, Signal.REPLAN, None, Signal.REPLAN, None]),
        (Patience(0, 0, 0), [0] * 5, [None] * 5),
    ],
)
def test_what_follows_is_as_the_patience_has_it(told, patience, unchanged, due):
    watch, seen = Watch(patience, told.append), []
    for _ in range(5):
        step(watch, picture(), picture())
        seen.append((watch.unchanged, watch.take_due(), watch.take_due()))
    assert seen == [(count, signal, None) for count, signal in zip(unchanged, due, strict=True)]


def test_progress_and_other_hands_begin_the_count_anew(told):
    watch = Watch(Patience(1, 1, 1), told.append)
    step(watch, picture(), picture())
    watch.saw(picture())
    watch.forget()
    watch.judge(picture(), (CLICK,))
    assert (watch.in_a_row, watch.unchanged, watch.take_due()) == (0, 0, None)
    assert len(told) == 1


# -- the run --


@pytest.fixture
def still(play, no_settling):
    """Make a run on a desktop that never changes."""

    def make(**given):
        scene = play(**given)
        before = scene.desktop.screenshot()
        scene.desktop.screenshot = lambda: before
        return scene

    return make


def unchanged(scene, role):
    return [situation.unchanged for situation in scene.script.situations if situation.role is role]


def test_a_run_that_changes_nothing_is_advised_planned_anew_and_given_up(still):
    scene = still(limits=Limits(retries=99), planner=[ONLY] * 9, actor=[[CLICK]] * 9, evaluator=[RETRY] * 9)
    ended = scene.run()
    assert (ended.state, ended.exit_status) == (State.FAILED, 30)
    assert "5 steps changed nothing" in ended.reason
    signals = [event.signal for event in scene.of(ev.StateChanged) if event.before is State.EVALUATING]
    assert signals == [Signal.RETRY, Signal.RETRY, Signal.REPLAN, Signal.RETRY, Signal.STUCK]
    assert unchanged(scene, Role.ACTOR) == [0, 1, 2, 3, 4]
    assert unchanged(scene, Role.EVALUATOR) == [1, 2, 3, 4, 5]
    assert unchanged(scene, Role.PLANNER) == [0, 3]
    assert {s.advice for s in scene.script.situations if s.role is Role.PLANNER} == {"", "look left"}


def test_without_an_evaluator_the_actor_is_not_asked_again_before_the_plan_is_new(still):
    again = Verdict(Judgement.RETRY)
    scene = still(limits=Limits(retries=99), use_evaluator=False, planner=[ONLY] * 9, actor=[[CLICK, again]] * 9)
    ended = scene.run()
    assert (ended.state, ended.exit_status) == (State.FAILED, 30)
    signals = [event.signal for event in scene.of(ev.StateChanged) if event.before is State.ACTING]
    assert signals == [*[Signal.CONTINUE] * 3, Signal.REPLAN, *[Signal.CONTINUE] * 2, Signal.STUCK]
    assert unchanged(scene, Role.ACTOR) == [0, 1, 2, 3, 4]
    assert "3 steps changed nothing" in [s.advice for s in scene.script.situations if s.role is Role.PLANNER][1]


def test_new_plans_for_want_of_change_are_counted_among_the_plans(still):
    scene = still(
        limits=Limits(replans=1, retries=99),
        patience=Patience(1, 1, 0),
        planner=[ONLY] * 9,
        actor=[[CLICK]] * 9,
        evaluator=[RETRY] * 9,
    )
    assert "limits.replans" in scene.run().reason


def test_a_sub_task_that_passed_is_progress_whatever_the_screen_shows(still, passed):
    plan = [PlanItem(str(number)) for number in range(7)]
    scene = still(planner=[plan], actor=[[CLICK]] * 7, evaluator=[passed] * 7)
    assert scene.run().state is State.FINISHED
    assert [event.in_a_row for event in scene.of(ev.NothingChanged)] == [1] * 7


def test_a_persons_input_begins_the_count_anew(still):
    scene = still(limits=Limits(retries=7), planner=[ONLY], actor=[[CLICK]] * 9, evaluator=[RETRY] * 9)
    scene.on_event = lambda event: scene.desktop.key_event(0x61, True) if isinstance(event, ev.ActionEnded) else None
    assert "limits.retries" in scene.run().reason
    assert scene.of(ev.NothingChanged) == []


def test_what_is_done_by_hand_begins_the_count_anew(still):
    scene = still(limits=Limits(retries=7), planner=[ONLY], actor=[[CLICK]] * 9, evaluator=[RETRY] * 9)
    scene.control.hold("actions")
    scene.on_event = lambda event: (
        (scene.control.perform([CLICK]), scene.control.answer()) if isinstance(event, ev.Paused) else None
    )
    assert "limits.retries" in scene.run().reason
    assert scene.of(ev.NothingChanged) == []


def test_a_run_with_effects_says_nothing(play, no_settling):
    scene = play(limits=Limits(retries=7), planner=[ONLY], actor=[[CLICK, Key(("a",)), TYPE]] * 9, evaluator=[RETRY] * 9)
    assert "limits.retries" in scene.run().reason
    assert scene.of(ev.NothingChanged) == []
