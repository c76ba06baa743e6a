"""How the evaluator judges a sub-task by what a screen shows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from screenagent_workers.brain import answer
from screenagent_workers.contract import Context
from screenagent_workers.screen import ScreenText

GOOD, RETRY, REPLAN = "sub_task_success", "need_retry", "need_reformulate"
TRIED = ["press Return", "move to (1022, 766)"]
TITLE = (("Mousepad", 130, 4), ("File", 13, 62))
BIG = (0, 100, 1024, 700)
SMALL = (10, 60, 40, 90)
CLOCK = (970, 0, 1024, 24)


def judged(sub_task: str, screen: ScreenText, **more: Any) -> dict[str, str]:
    more.setdefault("history", TRIED)
    text = answer(
        Context(role="evaluator", task=sub_task, sub_tasks=more.pop("sub_tasks", [sub_task]), sub_task=sub_task, **more), screen
    )
    (action,) = json.loads(re.search(r"```json\n(.*)\n```$", text, re.DOTALL)[1])  # type: ignore[index]
    return action  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("sub_task", "places", "changed", "situation"),
    [
        ('Open the program "text editor"', [("Untitled 1 - Mousepad", 130, 4)], None, GOOD),
        ('Open the program "text editor"', [("Application Finder", 300, 200), ("Text Editor", 300, 300)], None, RETRY),
        ('Open the program "terminal"', [("Text editor", 40, 40), ("Calculator", 40, 64), ("Terminal", 40, 88)], None, RETRY),
        ('Open the program "Terminal"', [("Terminal - user@desktop: ~", 300, 40)], None, GOOD),
        ('打开程序"计算器"', [("galculator", 140, 4)], None, GOOD),
        ('Type "Hello from here" into "editor"', [("Hello fr0m here", 8, 120)], None, GOOD),
        ('Type "Hello from here" into "editor"', [("Help", 8, 120)], None, RETRY),
        ('在"编辑器"中输入"今天 天气很好"', [("今天天气很好", 8, 120)], None, GOOD),
        ('Save the document as "hello.txt"', [("hello.txt - Mousepad", 130, 4)], None, GOOD),
        ('Save the document as "hello.txt"', [("*hello.txt - Mousepad", 130, 4)], None, RETRY),
        ('Save the document as "hello.txt"', [("*Untitled 1 - Mousepad", 130, 4)], None, RETRY),
        (
            'Save the document as "a.txt"',
            [("Save As", 300, 40), ("Name:", 10, 70), ("a.txt", 80, 70), ("Cancel", 800, 730)],
            None,
            RETRY,
        ),
        ('Save the document as "a.txt"', [('"a.txt" already exists. Replace it?', 300, 40)], None, RETRY),
        (
            'Run the command "echo 长江 > a.txt" in the terminal',
            [("a:~$ echo", 8, 90), ("长江", 96, 88), ("> a.txt", 144, 91), ("a:~$", 8, 112)],
            None,
            GOOD,
        ),
        (
            'Run the command "cd ~/Documents" in the terminal',
            [("a:~$ cd ~/Documents", 8, 90), ("a:~/Documents$", 8, 112)],
            None,
            GOOD,
        ),
        ('Create an empty file named "a.txt" in the file manager', [("Enter the name:", 8, 90), ("a.txt", 8, 112)], BIG, RETRY),
        ('Calculate "12*7" in the calculator', [("84", 600, 280, 40), ("8", 300, 400), ("4", 300, 430)], None, GOOD),
        (
            'Calculate "2*4" in the calculator',
            [("0", 600, 280, 40), ("8", 300, 400), ("4", 300, 430), ("7", 300, 460)],
            None,
            RETRY,
        ),
        (
            'Calculate "2*4" in the calculator',
            [("8", 600, 280, 40), ("8", 300, 400), ("4", 300, 430), ("7", 300, 460)],
            None,
            GOOD,
        ),
        ('Calculate "10/4" in the calculator', [("2.5", 600, 280, 40)], None, GOOD),
        ('Calculate "1000*1000" in the calculator', [("1,000,000", 600, 280, 40)], None, GOOD),
        ('Create a folder named "Old" in the file manager', [("Old", 300, 300)], None, GOOD),
        ('Create a folder named "Old" in the file manager', [("Create New Folder", 300, 300), ("Old", 300, 340)], None, RETRY),
        ('Rename "Old" to "New" in the file manager', [("New", 300, 300)], None, GOOD),
        ('Rename "Old" to "New" in the file manager', [("Old", 300, 300)], None, RETRY),
        ('Delete "Old" in the file manager', [("Other", 300, 300)], None, GOOD),
        (
            'Run the command "expr 6 \\\\* 7" in the terminal and expect "42"',
            [("u@d:~$ expr 6 \\* 7", 2, 100), ("42", 2, 120)],
            None,
            GOOD,
        ),
        ('Run the command "expr 6 \\\\* 7" in the terminal and expect "42"', [("u@d:~$ expr 6 \\* 7", 2, 100)], None, RETRY),
        ('Run the command "echo salt" in the terminal', [("u@d:~$ echo salt", 2, 100), ("salt", 2, 120)], None, GOOD),
        (
            'Run the command "frobnicate" in the terminal',
            [("u@d:~$ frobnicate", 2, 100), ("bash: frobnicate: command not found", 2, 120)],
            None,
            REPLAN,
        ),
        ('Follow the link "News" on the page', [("News", 20, 100)], BIG, GOOD),
        ('Follow the link "News" on the page', [("News", 20, 100)], None, RETRY),
        ('Go to the address "https://example.com" in the web browser', [("https://example.com/", 100, 70)], BIG, GOOD),
        ('Go to the address "https://example.com" in the web browser', [("Page not found", 100, 70)], BIG, RETRY),
        ('Close the window of "editor"', [("Home", 40, 100)], BIG, GOOD),
        ('Close the window of "editor"', [("a.txt - Mousepad", 140, 4)], None, RETRY),
        ('See that "frozen" is shown', [("The river is frozen.", 40, 100)], None, GOOD),
        ('Wait until "Done" is shown', [("Working", 40, 100)], None, RETRY),
        ('Click on "File"', [("File", 13, 62)], SMALL, GOOD),
        ('Click on "File"', [("File", 13, 62)], None, RETRY),
        ('Click on "File"', [("File", 13, 62)], CLOCK, RETRY),
        ('Press the key "F5"', [], None, GOOD),
    ],
)
def test_the_screen_decides(
    sub_task: str, places: list[Any], changed: Any, situation: str, screen: Callable[..., ScreenText]
) -> None:
    action = judged(sub_task, screen(*places, changed=changed))
    assert action["situation"] == situation
    assert bool(action.get("advice")) == (situation != GOOD)


def test_after_three_tries_another_way_is_asked_for(screen: Callable[..., ScreenText]) -> None:
    assert judged('Click on "Nothing"', screen(), history=TRIED * 3)["situation"] == REPLAN


def test_the_label_that_comes_next_is_evidence(screen: Callable[..., ScreenText]) -> None:
    tasks = ['Click on "File"', 'Click on "Save As"']
    assert judged(tasks[0], screen(("Save As...", 20, 120)), sub_tasks=tasks)["situation"] == GOOD


def test_a_long_text_may_have_scrolled_away_in_part(screen: Callable[..., ScreenText]) -> None:
    text = "\\n".join(f"this is line number {n} of many" for n in range(12))
    lines = [(f"this is line number {n} of many", 8, 120 + 20 * n) for n in range(4, 12)]
    assert judged(f'Type "{text}" into "editor"', screen(*lines))["situation"] == GOOD


def test_a_failed_start_is_planned_again_by_the_menu(screen: Callable[..., ScreenText]) -> None:
    context = Context(
        role="planner", task="x", sub_tasks=['Open the program "Foo"', "Press Enter"], sub_task_index=0, advice="not found"
    )
    text = answer(context, screen())
    assert '\\"Foo\\" from the Applications menu' in text
    assert "Press Enter" in text


def test_a_dialog_with_several_stages_gets_more_tries_than_a_click(screen: Callable[..., ScreenText]) -> None:
    dialog = screen(("Search for:", 100, 200), ("Replace with:", 100, 240))
    thrice = [*TRIED, *TRIED, *TRIED]
    assert judged('Replace every "a b" with "c d" in the document', dialog, history=thrice)["situation"] == RETRY
    assert judged('Click on "Edit"', dialog, history=thrice)["situation"] == REPLAN


def test_a_pasted_digit_is_not_pasted_again(screen: Callable[..., ScreenText]) -> None:
    before = ['Calculate "42/6" in the calculator', 'Open the program "text editor"', 'Paste into "text editor"']
    editor = screen(("7", 8, 120), changed=SMALL)
    assert judged(before[2], editor, sub_tasks=before, sub_task_index=2)["situation"] == GOOD
