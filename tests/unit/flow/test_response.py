"""What counts as an answer to an input, what overtakes a picture, and how a desktop earns more time or less."""

from __future__ import annotations

import pytest

from screenagent.domain.actions import Click, Drag, Key, MouseUp, Scroll, TypeText
from screenagent.domain.geometry import Box, Point
from screenagent.domain.screen import Damage
from screenagent.flow.response import PATIENCE, Response, Weight, point_of, weigh

POINT, ELSEWHERE = Point(300, 200), Point(900, 700)
BUTTON, TICK, CARET = Box(260, 180, 340, 220), Box(295, 195, 305, 205), Box(299, 190, 301, 211)
PAGE, STATUS, CLOCK = Box(100, 100, 900, 700), Box(0, 740, 400, 768), Box(1008, 10, 1024, 21)


@pytest.mark.parametrize(
    ("boxes", "clicked", "typed"),
    [
        ([], Weight.NOTHING, Weight.NOTHING),
        ([PAGE], Weight.FULL, Weight.FULL),
        ([STATUS], Weight.FULL, Weight.FULL),
        ([BUTTON], Weight.SLIGHT, Weight.FULL),
        ([TICK], Weight.SLIGHT, Weight.NOTHING),
        ([CARET], Weight.SLIGHT, Weight.NOTHING),
        ([CLOCK], Weight.NOTHING, Weight.NOTHING),
        ([BUTTON, STATUS], Weight.FULL, Weight.FULL),
        ([Box(700 + 10 * letter, 600, 709 + 10 * letter, 618) for letter in range(5)], Weight.NOTHING, Weight.FULL),
    ],
)
def test_what_is_painted_where_the_mouse_points_is_a_slight_answer(boxes, clicked, typed):
    parts = [Damage(box, 1.0) for box in boxes]
    assert weigh(parts, POINT) is clicked
    assert weigh(parts, None) is typed


def test_pointer_images_are_no_answer():
    assert weigh([Damage(PAGE, 1.0, cursor=True)], POINT) is Weight.NOTHING


@pytest.mark.parametrize(
    ("action", "point"),
    [
        (Click(POINT), POINT),
        (Click(None), ELSEWHERE),
        (MouseUp("left", POINT), POINT),
        (Drag((ELSEWHERE, POINT)), POINT),
        (Scroll(POINT, 0, 1), POINT),
        (Key(("a",)), None),
        (TypeText("a"), None),
    ],
)
def test_an_answer_is_looked_for_where_the_mouse_was_used(action, point):
    response = Response()
    response.begin(action, ELSEWHERE, 10.0)
    assert response.point == point
    assert point_of(action) in (point, None)


@pytest.fixture
def clicked():
    response = Response()
    response.begin(Click(POINT), ELSEWHERE, 10.0)
    return response


def test_without_an_input_nothing_is_awaited():
    response = Response()
    assert response.doubted_until < 0
    assert response.awaited_until < 0


def test_a_silent_picture_is_overtaken_by_anything_an_answered_one_by_much(clicked):
    tick, page = [Damage(TICK, 11.0)], [Damage(PAGE, 11.0)]
    assert clicked.overtakes(tick)
    assert not clicked.overtakes([Damage(CLOCK, 11.0)])
    clicked.add(tick)
    assert not clicked.overtakes(tick)
    assert clicked.overtakes(page)
    assert clicked.doubted_until == 10.0 + PATIENCE
    clicked.add(page)
    assert clicked.doubted_until < 10.0
    assert not clicked.overtakes(tick)


def test_the_patience_shrinks_each_time_that_nothing_came_once_an_input(clicked):
    seen = []
    for number in range(4):
        clicked.begin(Click(POINT), ELSEWHERE, 100.0 * number)
        seen.append(clicked.doubted_until - clicked.began)
        clicked.in_vain()
        clicked.in_vain()
    assert seen == [PATIENCE, PATIENCE / 4, 0, 0]


@pytest.mark.parametrize(("delay", "grace", "patience"), [(1.0, 1.5, PATIENCE), (5.0, 7.5, 7.5), (60.0, 10.0, 10.0)])
def test_a_late_answer_earns_the_desktop_more_time_from_then_on(clicked, delay, grace, patience):
    for _ in range(2):
        clicked.in_vain()
        clicked.begin(Click(POINT), ELSEWHERE, 10.0)
    assert clicked.awaited_until < 10.0
    clicked.came_late(10.0 + delay)
    clicked.begin(Click(POINT), ELSEWHERE, 100.0)
    assert clicked.awaited_until == 100.0 + grace
    assert clicked.doubted_until == 100.0 + patience


def test_what_comes_after_a_full_answer_is_not_late(clicked):
    clicked.add([Damage(PAGE, 10.2)])
    clicked.came_late(14.0)
    clicked.in_vain()
    clicked.begin(Click(POINT), ELSEWHERE, 100.0)
    assert (clicked.awaited_until < 100.0, clicked.doubted_until) == (True, 100.0 + PATIENCE)


def test_once_somebody_else_acts_nothing_is_awaited(clicked):
    clicked.drop()
    assert clicked.doubted_until < 10.0
