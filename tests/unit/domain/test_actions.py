"""Actions say in one line what they do."""

from __future__ import annotations

import pytest

from screenagent.domain.actions import (
    Click,
    Drag,
    Judgement,
    Key,
    KeyDown,
    MouseDown,
    Move,
    Origin,
    PlanItem,
    Scroll,
    TypeText,
    Verdict,
    Wait,
    describe,
    is_input,
)
from screenagent.domain.geometry import Point


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (Click(Point(10, 760)), "click left at (10, 760)"),
        (Click(Point(1.5, 2), "right", 2), "double-click right at (1.5, 2)"),
        (Click(), "click left here"),
        (Move(Point(1, 2)), "move to (1, 2)"),
        (MouseDown("middle"), "hold middle button here"),
        (Drag((Point(1, 2),)), "drag left here to (1, 2)"),
        (Drag((Point(1, 2), Point(3, 4))), "drag left (1, 2) to (3, 4)"),
        (Scroll(Point(1, 2), dy=-3), "scroll 3 up at (1, 2)"),
        (Scroll(dx=2, dy=1), "scroll 1 down and 2 right here"),
        (Key(("Control_L", "s")), "press Control_L+s"),
        (Key(("Tab",), 3), "press Tab 3 times"),
        (KeyDown("Alt_L"), "hold Alt_L"),
        (TypeText("你好\n"), 'type "你好⏎"'),
        (TypeText("x" * 200), 'type "' + "x" * 59 + '…"'),
        (Wait(0.5), "wait 0.5 s"),
        (PlanItem("open it"), "plan: open it"),
        (Verdict(Judgement.RETRY, "look again"), "judge: retry (look again)"),
    ],
)
def test_description(action, words):
    assert describe(action) == words


def test_where_an_action_was_read_does_not_make_it_another_action():
    assert Click(Point(1, 2), origin=Origin("screenagent", "{}")) == Click(Point(1, 2))


def test_only_input_reaches_the_desktop():
    assert is_input(Wait(1))
    assert not is_input(PlanItem("x"))
