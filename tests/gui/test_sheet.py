"""Actions laid out for a person."""

from __future__ import annotations

import pytest

from screenagent.domain.actions import Action, Click, Drag, MouseDown, MouseUp, Move, PlanItem, Scroll, TypeText, Wait
from screenagent.domain.geometry import Point
from screenagent.domain.story import ActionLine, Performed
from screenagent.gui.marks import marks
from screenagent.gui.sheet import Sheet

HERE, THERE = Point(1, 2), Point(30, 40)
FIRST, SECOND, SAID = Click(HERE, "right", 2), TypeText("text"), PlanItem("open it")


def sheet(*actions: Action, boxes: bool = True) -> Sheet:
    return Sheet.of(actions, (), boxes=boxes)


@pytest.mark.parametrize("action", [Click(HERE), Click(), Move(HERE), MouseDown(), MouseUp("left", HERE), Scroll(HERE, 0, 3)])
def test_an_action_with_a_point_can_be_given_another(action: Click) -> None:
    laid = sheet(SAID, action)
    assert laid.pointing(1) is action
    moved = laid.with_point(action, THERE)
    assert [type(line.action) for line in moved.lines] == [PlanItem, type(action)]
    assert moved.actions((1,))[0].point == THERE
    assert moved.moved
    assert moved.put_back() == laid


@pytest.mark.parametrize("action", [SAID, SECOND, Wait(1), Drag((HERE, THERE))])
def test_other_actions_cannot(action: Action) -> None:
    laid = sheet(action)
    assert laid.pointing(0) is None
    assert laid.with_point(action, THERE) == laid


def test_a_preview_is_changed_in_the_text_alone() -> None:
    assert sheet(FIRST, boxes=False).pointing(0) is None


def test_only_that_very_action_is_moved_and_all_else_of_it_stays() -> None:
    twin = Click(HERE, "right", 2)
    moved = sheet(FIRST, twin).with_point(twin, THERE)
    assert moved.actions((0, 1)) == (FIRST, Click(THERE, "right", 2))


def test_what_was_done_or_left_out_is_ticked_once_it_points_elsewhere() -> None:
    laid = sheet(FIRST).marked((0,), (ActionLine(FIRST, Performed.DONE),))
    assert (laid.intended, laid.chosen) == ((), ())
    assert laid.with_point(FIRST, THERE).intended == (ActionLine(Click(THERE, "right", 2)),)


def test_the_same_actions_are_not_laid_out_anew_because_one_was_moved() -> None:
    assert sheet(FIRST, SECOND).with_point(FIRST, THERE).same(sheet(FIRST, SECOND))
    assert not sheet(FIRST, SECOND).same(sheet(SECOND, FIRST))


def test_intended_is_what_is_ticked_and_not_yet_done_and_what_is_under_way() -> None:
    progress = (ActionLine(FIRST, Performed.DONE), ActionLine(SECOND, Performed.RUNNING))
    laid = sheet(FIRST, SECOND, Wait(1)).marked((0, 1), progress)
    assert [line.action for line in laid.intended] == [SECOND, Wait(1)]


@pytest.mark.timeout(60)
def test_the_longest_replies_are_laid_out_and_drawn() -> None:
    many = tuple(Click(Point(at % 1000, 5)) for at in range(20_000))
    assert len(marks(sheet(*many).intended, HERE)) == len(many)
