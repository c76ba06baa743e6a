"""What the actor does for a sub-task on a given screen."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from screenagent_workers.brain import answer
from screenagent_workers.contract import Context
from screenagent_workers.screen import ScreenText

LAUNCHER = ["Alt+F3", "{app}", "Return"]
EDITOR = (
    ("Untitled 1 - Mousepad", 130, 4),
    ("Untitled 1 - Mousepad", 200, 35),
    ("File", 13, 62),
    ("Edit", 54, 62),
    ("Search", 98, 62),
    ("Document", 215, 62),
)


def acts(sub_task: str, screen: ScreenText, **more: Any) -> list[dict[str, Any]]:
    text = answer(
        Context(role="actor", task=sub_task, sub_tasks=more.pop("sub_tasks", [sub_task]), sub_task=sub_task, **more), screen
    )
    return json.loads(re.search(r"```json\n(.*)\n```$", text, re.DOTALL)[1])  # type: ignore[no-any-return, index]


def keys(actions: list[dict[str, Any]]) -> list[str]:
    return [
        action.get("keyboard_key") or action["keyboard_text"] for action in actions if action["action_type"] == "KeyboardAction"
    ]


def clicks(actions: list[dict[str, Any]]) -> list[tuple[int, int]]:
    return [
        (action["mouse_position"]["width"], action["mouse_position"]["height"])
        for action in actions
        if action["action_type"] == "MouseAction" and "click" in action["mouse_action_type"]
    ]


def test_a_program_is_started_by_the_launcher_under_the_name_in_the_task(screen: Callable[..., ScreenText]) -> None:
    assert keys(acts('Open the program "Mousepad"', screen(), launcher=LAUNCHER)) == ["Alt+F3", "Mousepad", "Return"]


def test_a_second_try_asks_the_launcher_for_another_name(screen: Callable[..., ScreenText]) -> None:
    actions = acts('打开程序"记事本"', screen(), launcher=LAUNCHER, history=["press Alt+F3", "move to (1022, 766)"])
    assert keys(actions) == ["Alt+F3", "mousepad", "Return"]


def test_without_a_launcher_the_menu_is_opened_and_then_its_entry_clicked(screen: Callable[..., ScreenText]) -> None:
    shut = screen(("Applications", 20, 4))
    assert clicks(acts('Open the program "calculator"', shut)) == [(68, 13)]
    open_menu = screen(("Applications", 20, 4), ("Text editor", 40, 40), ("Calculator", 40, 64), ("Terminal", 40, 88))
    assert clicks(acts('Open the program "calculator"', open_menu)) == [(80, 73)]


def test_every_list_of_actions_ends_with_the_pointer_parked(screen: Callable[..., ScreenText]) -> None:
    last = acts('Press the key "F5"', screen())[-1]
    assert (last["mouse_action_type"], last["mouse_position"]) == ("move", {"width": 1022, "height": 766})


def test_a_new_document_is_saved_by_keys(screen: Callable[..., ScreenText]) -> None:
    assert keys(acts('Save the document as "hello.txt"', screen(*EDITOR))) == ["Ctrl+s", "Ctrl+a", "hello.txt", "Return"]


def test_a_document_that_has_a_name_gets_the_other_key(screen: Callable[..., ScreenText]) -> None:
    before = ['Open the program "editor"', 'Save the document as "a.txt"', 'Save the document as "b.txt"']
    actions = acts(before[2], screen(*EDITOR), sub_tasks=before, sub_task_index=2)
    assert keys(actions)[0] == "Ctrl+Shift+s"


def test_a_dialog_for_saving_that_is_open_already_is_used(screen: Callable[..., ScreenText]) -> None:
    dialog = screen(*EDITOR, ("Save As", 480, 200), ("Name:", 100, 230), ("Cancel", 700, 600), ("Save", 800, 600))
    assert keys(acts('Save the document as "a.txt"', dialog)) == ["Ctrl+a", "a.txt", "Return"]


def test_a_question_about_an_existing_file_is_answered(screen: Callable[..., ScreenText]) -> None:
    question = screen(
        *EDITOR,
        ('A file named "a.txt" already exists. Do you want to', 200, 300),
        ("replace it?", 200, 320),
        ("Cancel", 400, 400),
        ("Replace", 500, 400),
    )
    assert clicks(acts('Save the document as "a.txt"', question)) == [(528, 409)]


@pytest.mark.parametrize(
    ("sub_task", "label"), [('Close the window of "editor" without saving', "Don't Save"), ("不保存并关闭当前窗口", "Don't Save")]
)
def test_unsaved_changes_are_dropped_when_the_task_says_so(sub_task: str, label: str, screen: Callable[..., ScreenText]) -> None:
    question = screen(
        *EDITOR, ("Save changes before closing?", 200, 300), ("Don't Save", 300, 400), ("Cancel", 450, 400), ("Save", 600, 400)
    )
    assert clicks(acts(sub_task, question)) == [(340, 409)]


def test_a_label_is_clicked_in_the_middle_of_its_words(screen: Callable[..., ScreenText]) -> None:
    page = screen(("See the new books or write to us.", 100, 200))
    assert clicks(acts('Follow the link "new books" on the page', page)) == [(200, 209)]


def test_a_window_title_in_the_panel_ranks_below_the_same_words_in_the_page(screen: Callable[..., ScreenText]) -> None:
    page = screen(("Contact", 300, 4), ("Contact", 100, 500))
    assert clicks(acts('Click on "Contact"', page)) == [(128, 509)]


def test_another_place_of_the_same_name_is_tried_next(screen: Callable[..., ScreenText]) -> None:
    page = screen(("Save", 100, 200), ("Save", 100, 600))
    first = clicks(acts('Click on "Save"', page))
    second = clicks(acts('Click on "Save"', page, history=["click left at (1, 1)", "move to (1022, 766)"]))
    assert first != second


def test_the_task_bar_is_not_another_place_of_the_same_name(screen: Callable[..., ScreenText]) -> None:
    page = screen(("Appearance", 130, 4), ("Appearance", 480, 110))
    assert clicks(acts('Click on "Appearance"', page, history=["click left at (1, 1)", "move to (1022, 766)"])) == [(520, 119)]


def test_labels_written_on_two_lines_are_found(screen: Callable[..., ScreenText]) -> None:
    icons = screen(("Holiday", 100, 200), ("photos", 104, 220))
    assert clicks(acts('Double-click on "Holiday photos"', icons)) == [(128, 219)]


def test_a_label_inside_chinese_text_is_found(screen: Callable[..., ScreenText]) -> None:
    page = screen(("首页开放时间联系我们", 100, 200))
    ((x, y),) = clicks(acts('点开网页上的链接"开放时间"', page))
    assert 100 < x < 180
    assert y == 209


def test_an_unseen_label_is_waited_for_and_then_scrolled_to(screen: Callable[..., ScreenText]) -> None:
    assert acts('Click on "Elsewhere"', screen())[0]["action_type"] == "WaitAction"
    again = acts('Click on "Elsewhere"', screen(), history=["wait 1.5 s", "move to (1022, 766)"])
    assert again[0]["mouse_action_type"] == "scroll_down"


def test_a_field_is_filled_to_the_right_of_its_label(screen: Callable[..., ScreenText]) -> None:
    actions = acts('Fill the field "Name" with "Bob"', screen(("Name:", 100, 200)))
    assert clicks(actions) == [(190, 209)]
    assert keys(actions) == ["Ctrl+a", "Bob"]


def test_a_sum_is_typed_so_that_no_sign_repeats_within_a_piece(screen: Callable[..., ScreenText]) -> None:
    assert keys(acts('Calculate "99*9" in the calculator', screen())) == ["9", "9*", "9", "Return"]


def test_a_command_is_typed_and_run(screen: Callable[..., ScreenText]) -> None:
    assert keys(acts('Run the command "ls -l" in the terminal', screen())) == ["ls -l", "Return"]


def test_a_persons_own_sentence_is_understood(screen: Callable[..., ScreenText]) -> None:
    tasks = ['Open the program "text editor"', "Now type 'good day' please"]
    assert keys(acts(tasks[1], screen(*EDITOR), sub_tasks=tasks, sub_task_index=1)) == ["good day"]


def test_a_second_try_at_typing_replaces_what_is_there(screen: Callable[..., ScreenText]) -> None:
    actions = acts('Type "abc" into "text editor"', screen(*EDITOR), history=['type "abc"', "move to (1022, 766)"])
    assert keys(actions) == ["Ctrl+a", "abc"]
    assert len(clicks(actions)) == 1
