"""A text that grows, and that a person may change without losing anything."""

from __future__ import annotations

from typing import Any

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QTextCursor
from PyQt5.QtTest import QTest

from screenagent.gui.draft import Draft


@pytest.fixture
def draft(qtbot: Any) -> Draft:
    made = Draft("Reply", "Nothing yet")
    qtbot.addWidget(made)
    made.resize(240, 90)
    made.show()
    return made


def lines(count: int) -> str:
    return "".join(f"line {n}\n" for n in range(count))


def test_growing_text_is_inserted_at_the_end_and_followed(draft: Draft) -> None:
    replaced: list[tuple[int, int]] = []
    draft.document().contentsChange.connect(lambda at, gone, come: replaced.append((gone, come)))
    draft.show_text(lines(5), 1, growing=True)
    draft.show_text(lines(60), 1, growing=True)
    assert draft.toPlainText() == lines(60)
    assert replaced[-1][0] <= 1  # Qt counts the document's last, empty line
    bar = draft.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0


def test_a_person_who_scrolled_away_is_left_there(draft: Draft) -> None:
    draft.show_text(lines(60), 1, growing=True)
    draft.verticalScrollBar().setValue(7)
    draft.show_text(lines(90), 1, growing=True)
    assert draft.verticalScrollBar().value() == 7
    assert draft.toPlainText() == lines(90)


def test_a_whole_text_is_shown_from_its_beginning(draft: Draft) -> None:
    draft.show_text(lines(60), 1)
    assert draft.verticalScrollBar().value() == 0


def test_nobody_can_write_before_it_is_opened(draft: Draft) -> None:
    draft.show_text("as it is")
    QTest.keyClicks(draft, "more")
    assert draft.toPlainText() == "as it is"
    assert not draft.changed


def test_text_that_was_not_edited_goes_on_to_the_letter(draft: Draft) -> None:
    text = "a\u00a0b\r\nc\u2028d"
    draft.show_text(text)
    draft.open()
    assert not draft.changed
    assert draft.text == text


def test_an_edit_can_be_undone_and_that_too(draft: Draft) -> None:
    draft.show_text("as it was")
    draft.open()
    QTest.keyClicks(draft, "not ")
    assert (draft.changed, draft.text) == (True, "not as it was")
    draft.revert()
    assert (draft.changed, draft.text) == (False, "as it was")
    QTest.keyClick(draft, Qt.Key_Z, Qt.ControlModifier)
    assert draft.text == "not as it was"


def test_the_undo_of_a_person_does_not_reach_into_what_was_told(draft: Draft) -> None:
    draft.show_text("first", 1, growing=True)
    draft.show_text("first second", 1, growing=True)
    draft.open()
    for _ in range(3):
        QTest.keyClick(draft, Qt.Key_Z, Qt.ControlModifier)
    assert draft.text == "first second"


def test_an_edit_that_is_overtaken_while_writing_is_kept_and_can_be_brought_back(draft: Draft) -> None:
    draft.show_text("asked", 1)
    draft.open()
    draft.moveCursor(QTextCursor.End)
    QTest.keyClicks(draft, " by me")
    draft.show_text("asked", 2)
    assert (draft.toPlainText(), draft.kept) == ("asked", "asked by me")
    draft.shut()
    assert draft.kept == "asked by me"
    draft.restore()
    assert draft.toPlainText() == "asked"
    draft.open()
    draft.restore()
    assert (draft.toPlainText(), draft.kept) == ("asked by me", "")


def test_an_edit_that_was_sent_is_not_kept_but_stays_in_view(draft: Draft) -> None:
    draft.show_text("asked", 1)
    draft.open()
    QTest.keyClicks(draft, "nicely ")
    draft.shut(sent=True)
    draft.show_text("asked", 1)
    assert (draft.toPlainText(), draft.kept, draft.changed, draft.rewritten) == ("nicely asked", "", False, True)
    draft.open()
    assert draft.text == "nicely asked"
    draft.show_text("something else", 2)
    assert (draft.toPlainText(), draft.kept, draft.rewritten) == ("something else", "", False)


def test_what_is_at_fault_is_selected_beyond_the_basic_plane_too(draft: Draft) -> None:
    draft.show_text("😀 fly to 月\nthe moon 😀!")
    assert draft.point_out("月\nthe moon 😀")
    assert draft.textCursor().selectedText() == "月\u2029the moon 😀"
    assert not draft.point_out("the sun")
    assert not draft.point_out("")
