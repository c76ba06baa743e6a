"""The brain as a whole: it answers every role in the grammar, and never raises."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screenagent_workers.brain import answer
from screenagent_workers.contract import Context
from screenagent_workers.screen import Line, ScreenText, Word

WORDS = [
    "open",
    "type",
    "save",
    "as",
    "and",
    "then",
    "press",
    "click",
    "the",
    "in",
    "to",
    "'",
    '"',
    "“",
    "”",
    "hello.txt",
    ",",
    ".",
    "terminal",
    "text editor",
    "into",
    "run",
    "calculate",
    "12",
    "*",
    "7",
    "打开",
    "输入",
    "保存为",
    "点击",
    "文本编辑器",
    "，",
    "。",
    "在",
    "终端",
    "中",
    ">",
    "\n",
    "\\",
    "\x00",
    "create",
    "folder",
    "named",
    "rename",
    "close",
    "without saving",
    "新建",
    "文件夹",
    "按",
    "键",
    "scroll",
    "wait",
    "for",
]
TASKS = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=20).map("".join),
)
EMPTY = ScreenText((), 1024, 768)


def _line(text: str, left: int, top: int) -> Line:
    right = left + 8 * max(len(text), 1)
    return Line(text, left, top, right, top + 20, 0.9, (Word(text, left, top, right, top + 20),) if text else ())


SCREENS = st.builds(
    lambda texts, changed: ScreenText(tuple(_line(text, x, y) for text, x, y in texts), 1024, 768, changed),
    st.lists(st.tuples(st.text(max_size=40), st.integers(0, 1000), st.integers(0, 740)), max_size=12),
    st.one_of(st.none(), st.just((0, 0, 400, 400))),
)


def _actions(text: str) -> list[dict[str, Any]]:
    block = re.search(r"```json\n(.*)\n```$", text, re.DOTALL)
    assert block is not None
    actions = json.loads(block[1])
    assert isinstance(actions, list)
    assert actions
    return actions


@settings(max_examples=300, deadline=None)
@given(
    TASKS,
    SCREENS,
    st.sampled_from(["planner", "actor", "evaluator"]),
    st.sampled_from(["en", "zh"]),
    st.lists(st.text(max_size=20), max_size=4),
    st.text(max_size=20),
)
def test_any_task_on_any_screen_gets_a_reply_in_the_grammar(
    task: str, screen: ScreenText, role: Any, language: Any, history: list[str], advice: str
) -> None:
    context = Context(role=role, task=task, sub_task=task, sub_tasks=[task], language=language, history=history, advice=advice)
    actions = _actions(answer(context, screen))
    kinds = {action["action_type"] for action in actions}
    assert kinds <= {"MouseAction", "KeyboardAction", "WaitAction", "PlanAction", "EvaluateSubTaskAction"}
    for action in actions:
        if action["action_type"] == "MouseAction":
            place = action["mouse_position"]
            assert 0 <= place["width"] <= screen.width
            assert 0 <= place["height"] <= screen.height


@settings(max_examples=100, deadline=None)
@given(TASKS, st.sampled_from(["en", "zh"]))
def test_every_planned_sub_task_is_understood_by_actor_and_evaluator(task: str, language: Any) -> None:
    planned = _actions(answer(Context(role="planner", task=task, language=language), EMPTY))
    sub_tasks = [action["element"] for action in planned if action["action_type"] == "PlanAction"]
    for index, sub_task in enumerate(sub_tasks):
        for role in ("actor", "evaluator"):
            context = Context(
                role=role,
                task=task,
                sub_tasks=sub_tasks,
                sub_task=sub_task,
                sub_task_index=index,
                launcher=["Alt+F3", "{app}", "Return"],
            )
            actions = _actions(answer(context, EMPTY))
            assert all(action.get("situation") != "impossible" for action in actions)


@pytest.mark.parametrize(
    "task",
    [
        "Draw a picture of a cat",
        "Log in to my mail with the usual password",
        "画一只猫",
        "Make me happy",
        "Open the browser and find out when the library opens on Sunday",
        "Open the text editor, write a shopping list with milk, bread and eggs and save it as shopping.txt",
    ],
)
def test_a_task_beyond_it_is_called_impossible(task: str) -> None:
    actions = _actions(answer(Context(role="planner", task=task), EMPTY))
    assert actions[0]["situation"] == "impossible"
    assert actions[0]["advice"]


@pytest.mark.parametrize(
    "piece", ["open ", "'", '"', "type a and ", "、", "在", "save it as ", "（", "then ", "click on the ", "12*", "with "]
)
def test_a_long_task_of_repeated_words_is_answered(piece: str) -> None:
    for role in ("planner", "actor", "evaluator"):
        _actions(answer(Context(role=role, task=piece * (20_000 // len(piece)), sub_task=piece * 300), EMPTY))  # type: ignore[arg-type]
