"""What the engine finds becomes labels that a person would point at."""

from __future__ import annotations

from typing import Any

import pytest

from screenagent_workers.reading.engine import Found, Piece
from screenagent_workers.reading.lines import in_reading_order, to_lines
from screenagent_workers.screen import Line


def run_of(text: str, box: tuple[int, int, int, int], *pieces: tuple[str, float, float], score: float = 0.99) -> Found:
    return Found(text, *box, score, tuple(Piece(*piece) for piece in pieces))


@pytest.fixture
def menu(canvas: Any) -> Any:
    return canvas(300, 40).menu_bar(10, "File", "Edit", "View")


FILE, EDIT, VIEW = ("File", 12, 30), ("Edit", 54, 76), ("View", 100, 128)


def test_entries_of_a_menu_bar_are_labels_of_their_own(menu: Any) -> None:
    lines = to_lines([run_of("File Edit View", (6, 6, 136, 32), FILE, EDIT, VIEW)], menu.pixels())
    assert [line.text for line in lines] == ["File", "Edit", "View"]


def test_a_label_is_clicked_where_its_ink_is(menu: Any) -> None:
    edit = to_lines([run_of("File Edit View", (6, 6, 136, 32), FILE, EDIT, VIEW)], menu.pixels())[1]
    assert abs(edit.left - 53) <= 2
    assert abs(edit.right - 84) <= 4
    assert edit.centre[1] == 19


def test_a_highlighted_entry_still_parts_from_its_neighbour(canvas: Any) -> None:
    menu = canvas(300, 40).box(2, 0, 45, 40, "#3584e4").menu_bar(10, "File", "Edit", "View")
    lines = to_lines([run_of("File Edit View", (6, 6, 136, 32), FILE, EDIT, VIEW)], menu.pixels())
    assert [line.text for line in lines][-1] == "View"


def test_running_text_stays_one_line_with_its_words(canvas: Any) -> None:
    picture = canvas(300, 40).text(10, 10, "Save all files").pixels()
    (line,) = to_lines(
        [run_of("Save all files", (6, 6, 116, 32), ("Save", 10, 42), ("all", 50, 66), ("files", 72, 104))], picture
    )
    assert line.text == "Save all files"
    assert [word.text for word in line.words] == ["Save", "all", "files"]
    assert line.words[0].right <= line.words[1].left <= line.words[1].right <= line.words[2].left


def test_two_labels_with_an_icon_between_them_are_parted(canvas: Any) -> None:
    picture = canvas(300, 40).text(10, 10, "Menu").box(64, 12, 80, 28, "#d03030").text(88, 10, "Editor").pixels()
    lines = to_lines([run_of("Menu Editor", (6, 6, 145, 32), ("Menu", 12, 52), ("Editor", 88, 136))], picture)
    assert [line.text for line in lines] == ["Menu", "Editor"]


def test_an_icon_read_as_a_sign_parts_its_neighbours(canvas: Any) -> None:
    picture = canvas(300, 40).text(10, 10, "Menu").text(75, 10, "Home").pixels()
    letters = [(letter, 10 + 11 * index, 20 + 11 * index) for index, letter in enumerate("Menu☑Home")]
    lines = to_lines([run_of("Menu☑Home", (6, 6, 130, 32), *letters)], picture)
    assert [line.text for line in lines] == ["Menu", "☑", "Home"]
    assert lines[1].score <= 0.4


def test_single_chinese_characters_become_a_word_and_latin_ones_another(canvas: Any) -> None:
    picture = canvas(300, 40).chinese(10, 8, "打开").text(44, 10, "URL").pixels()
    (line,) = to_lines(
        [run_of("打开URL", (6, 6, 80, 34), ("打", 10, 26), ("开", 26, 42), ("U", 44, 54), ("R", 55, 64), ("L", 65, 74))],
        picture,
    )
    assert line.text == "打开URL"
    assert [word.text for word in line.words] == ["打开", "URL"]


@pytest.mark.parametrize("text", ["□", "①", "日", "^ – □ ×"])
def test_what_may_be_an_icon_gets_a_low_score(canvas: Any, text: str) -> None:
    (line,) = to_lines([run_of(text, (6, 6, 30, 30), score=0.8)], canvas(60, 40).pixels())
    assert line.score <= 0.4


@pytest.mark.parametrize("text", ["7", "=", "+", "×", "C"])
def test_a_calculator_key_keeps_its_score(canvas: Any, text: str) -> None:
    (line,) = to_lines([run_of(text, (6, 6, 30, 30), score=0.8)], canvas(60, 40).pixels())
    assert line.score == 0.8


def test_what_was_hardly_read_is_left_out(canvas: Any) -> None:
    assert to_lines([run_of("N", (6, 6, 30, 30), score=0.2), run_of("  ", (6, 6, 30, 30))], canvas(60, 40).pixels()) == []


def test_lines_come_row_by_row_from_the_left() -> None:
    def label(text: str, left: int, top: int) -> Line:
        return Line(text, left, top, left + 40, top + 20, 1.0, ())

    mixed = [label("d", 10, 60), label("b", 100, 9), label("c", 200, 12), label("a", 5, 11)]
    assert [line.text for line in in_reading_order(mixed)] == ["a", "b", "c", "d"]
