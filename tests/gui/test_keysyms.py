"""Qt key events as X keysyms; expected values are those of keysymdef.h."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtGui import QKeyEvent

from screenagent.gui import keysyms

NONE, SHIFT, CTRL, KEYPAD = Qt.NoModifier, Qt.ShiftModifier, Qt.ControlModifier, Qt.KeypadModifier


@pytest.mark.parametrize(
    ("key", "modifiers", "text", "keysym"),
    [
        (Qt.Key_A, NONE, "a", 0x61),
        (Qt.Key_A, SHIFT, "A", 0x41),
        (Qt.Key_A, CTRL, "\x01", 0x61),
        (Qt.Key_A, CTRL | SHIFT, "\x01", 0x41),
        (Qt.Key_1, SHIFT, "!", 0x21),
        (Qt.Key_Space, NONE, " ", 0x20),
        (Qt.Key_Return, NONE, "\r", 0xFF0D),
        (Qt.Key_Enter, KEYPAD, "\r", 0xFF8D),
        (Qt.Key_Backspace, NONE, "\b", 0xFF08),
        (Qt.Key_Tab, NONE, "\t", 0xFF09),
        (Qt.Key_Backtab, SHIFT, "", 0xFF09),
        (Qt.Key_Escape, NONE, "\x1b", 0xFF1B),
        (Qt.Key_Delete, NONE, "\x7f", 0xFFFF),
        (Qt.Key_Left, NONE, "", 0xFF51),
        (Qt.Key_Left, KEYPAD, "", 0xFF96),
        (Qt.Key_PageDown, NONE, "", 0xFF56),
        (Qt.Key_5, KEYPAD, "5", 0xFFB5),
        (Qt.Key_Plus, KEYPAD, "+", 0xFFAB),
        (Qt.Key_F1, NONE, "", 0xFFBE),
        (Qt.Key_F12, NONE, "", 0xFFC9),
        (Qt.Key_F35, NONE, "", 0xFFE0),
        (Qt.Key_Control, NONE, "", 0xFFE3),
        (Qt.Key_Alt, NONE, "", 0xFFE9),
        (Qt.Key_Meta, NONE, "", 0xFFEB),
        (Qt.Key_AltGr, NONE, "", 0xFE03),
        (Qt.Key_Menu, NONE, "", 0xFF67),
        (Qt.Key_unknown, NONE, "é", 0xE9),
        (Qt.Key_unknown, NONE, "ф", 0x01000444),
        (Qt.Key_unknown, NONE, "你", 0x01004F60),
        (Qt.Key_unknown, NONE, "😀", 0x0101F600),
        (Qt.Key_unknown, NONE, "€", 0x010020AC),
    ],
)
def test_a_key_press_has_this_keysym(key: int, modifiers: Qt.KeyboardModifiers, text: str, keysym: int) -> None:
    assert keysyms.of_event(QKeyEvent(QEvent.KeyPress, key, Qt.KeyboardModifiers(modifiers), text)) == [keysym]


def test_the_right_hand_modifiers_keep_their_own_keysym() -> None:
    event = QKeyEvent(QEvent.KeyPress, Qt.Key_Control, Qt.NoModifier, 105, 0xFFE4, 0, "")
    assert keysyms.of_event(event) == [0xFFE4]


def test_a_string_from_an_input_method_is_a_keysym_a_character() -> None:
    assert keysyms.of_text("a你\n") == [0x61, 0x01004F60, 0xFF0D]


def test_an_unknown_key_without_text_is_nothing() -> None:
    assert keysyms.of_event(QKeyEvent(QEvent.KeyPress, Qt.Key_unknown, Qt.NoModifier, "")) == []
