"""Qt key events as X keysyms.

Values: X11 keysymdef.h; the Unicode rule, 0x01000000 + code point: RFC 6143 section 7.5.4.
"""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QKeyEvent

KEYS: dict[int, int] = {
    Qt.Key_Escape: 0xFF1B,
    Qt.Key_Tab: 0xFF09,
    Qt.Key_Backtab: 0xFF09,
    Qt.Key_Backspace: 0xFF08,
    Qt.Key_Return: 0xFF0D,
    Qt.Key_Enter: 0xFF8D,
    Qt.Key_Insert: 0xFF63,
    Qt.Key_Delete: 0xFFFF,
    Qt.Key_Pause: 0xFF13,
    Qt.Key_Print: 0xFF61,
    Qt.Key_SysReq: 0xFF15,
    Qt.Key_Clear: 0xFF0B,
    Qt.Key_Home: 0xFF50,
    Qt.Key_End: 0xFF57,
    Qt.Key_Left: 0xFF51,
    Qt.Key_Up: 0xFF52,
    Qt.Key_Right: 0xFF53,
    Qt.Key_Down: 0xFF54,
    Qt.Key_PageUp: 0xFF55,
    Qt.Key_PageDown: 0xFF56,
    Qt.Key_Shift: 0xFFE1,
    Qt.Key_Control: 0xFFE3,
    Qt.Key_Meta: 0xFFEB,
    Qt.Key_Alt: 0xFFE9,
    Qt.Key_AltGr: 0xFE03,
    Qt.Key_CapsLock: 0xFFE5,
    Qt.Key_NumLock: 0xFF7F,
    Qt.Key_ScrollLock: 0xFF14,
    Qt.Key_Super_L: 0xFFEB,
    Qt.Key_Super_R: 0xFFEC,
    Qt.Key_Hyper_L: 0xFFED,
    Qt.Key_Hyper_R: 0xFFEE,
    Qt.Key_Menu: 0xFF67,
    Qt.Key_Help: 0xFF6A,
    Qt.Key_Multi_key: 0xFF20,
    Qt.Key_Codeinput: 0xFF37,
    Qt.Key_Kanji: 0xFF21,
    Qt.Key_Muhenkan: 0xFF22,
    Qt.Key_Henkan: 0xFF23,
    Qt.Key_Hiragana: 0xFF25,
    Qt.Key_Katakana: 0xFF26,
    Qt.Key_Zenkaku_Hankaku: 0xFF2A,
    Qt.Key_Hangul: 0xFF31,
    Qt.Key_Back: 0x1008FF26,
    Qt.Key_Forward: 0x1008FF27,
    Qt.Key_Refresh: 0x1008FF29,
    Qt.Key_HomePage: 0x1008FF18,
    Qt.Key_VolumeDown: 0x1008FF11,
    Qt.Key_VolumeMute: 0x1008FF12,
    Qt.Key_VolumeUp: 0x1008FF13,
    **{Qt.Key_F1 + n: 0xFFBE + n for n in range(35)},
}

KEYPAD: dict[int, int] = {
    Qt.Key_Enter: 0xFF8D,
    Qt.Key_Home: 0xFF95,
    Qt.Key_Left: 0xFF96,
    Qt.Key_Up: 0xFF97,
    Qt.Key_Right: 0xFF98,
    Qt.Key_Down: 0xFF99,
    Qt.Key_PageUp: 0xFF9A,
    Qt.Key_PageDown: 0xFF9B,
    Qt.Key_End: 0xFF9C,
    Qt.Key_Clear: 0xFF9D,
    Qt.Key_Insert: 0xFF9E,
    Qt.Key_Delete: 0xFF9F,
    Qt.Key_Asterisk: 0xFFAA,
    Qt.Key_Plus: 0xFFAB,
    Qt.Key_Comma: 0xFFAC,
    Qt.Key_Minus: 0xFFAD,
    Qt.Key_Period: 0xFFAE,
    Qt.Key_Slash: 0xFFAF,
    Qt.Key_Equal: 0xFFBD,
    **{Qt.Key_0 + n: 0xFFB0 + n for n in range(10)},
}

MODIFIERS = frozenset(
    {Qt.Key_Shift, Qt.Key_Control, Qt.Key_Alt, Qt.Key_AltGr, Qt.Key_Meta, Qt.Key_Super_L, Qt.Key_Super_R, Qt.Key_CapsLock}
)

# X has a second keysym for the right-hand key; Qt tells them apart by the native key alone.
_RIGHT = frozenset({0xFFE2, 0xFFE4, 0xFFEA, 0xFFEC, 0xFFE8, 0xFE03})


def of_character(character: str) -> int:
    """The keysym of one character: Latin-1 as it is, control characters as their keys, all else by the Unicode rule."""
    code = ord(character)
    if character in "\n\r":
        return KEYS[Qt.Key_Return]
    if character == "\t":
        return KEYS[Qt.Key_Tab]
    return code if 0x20 <= code <= 0x7E or 0xA0 <= code <= 0xFF else 0x01000000 + code


def of_text(text: str) -> list[int]:
    """The keysyms that enter `text`, a character each; what cannot be typed is left out."""
    return [of_character(character) for character in text if character.isprintable() or character in "\n\r\t"]


def of_event(event: QKeyEvent) -> list[int]:
    """The keysyms of a key press, usually one; several when an input method delivers a string; none for an unknown key."""
    key, modifiers = event.key(), event.modifiers()
    if key in MODIFIERS and event.nativeVirtualKey() in _RIGHT:
        return [event.nativeVirtualKey()]
    if modifiers & Qt.KeypadModifier and key in KEYPAD:
        return [KEYPAD[key]]
    if key in KEYS:
        return [KEYS[key]]
    text = event.text()
    if text and text.isprintable():
        return of_text(text)
    if 0x20 <= key <= 0x10FFFF:
        # Ctrl and letters arrive as control characters: the key itself says which letter.
        character = chr(key)
        return [of_character(character if modifiers & Qt.ShiftModifier else character.lower())]
    return []
