"""Key names: what models write, and the X keysym name that is meant (reference: actions.md).

A key is an X keysym name such as ``Return``, or one printable character.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

MODIFIERS = frozenset(
    {f"{name}_{side}" for name in ("Shift", "Control", "Alt", "Super", "Meta") for side in "LR"} | {"ISO_Level3_Shift"}
)

_ALIASES: dict[str, str] = {
    "Control_L": "ctrl control lctrl lcontrol ctrl_l left_ctrl left_control ctl strg",
    "Control_R": "rctrl rcontrol ctrl_r right_ctrl right_control",
    "Alt_L": "alt menu menu_l lalt lmenu left_alt option opt",
    "Alt_R": "ralt rmenu right_alt",
    "ISO_Level3_Shift": "altgr alt_gr",
    "Shift_L": "shift lshift left_shift",
    "Shift_R": "rshift right_shift",
    "Super_L": "super win windows win_l lwin cmd command meta left_win windows_key win_key super_key",
    "Super_R": "rwin win_r right_win",
    "Meta_L": "",
    "Meta_R": "",
    "Return": "enter return ret enter_key return_key newline",
    "KP_Enter": "numpad_enter num_enter",
    "Escape": "esc escape",
    "Tab": "tab tabulator",
    "ISO_Left_Tab": "backtab",
    "BackSpace": "backspace back back_space bksp",
    "Delete": "del delete",
    "Insert": "ins insert",
    "Home": "home",
    "End": "end",
    "Page_Up": "pgup pageup prior pg_up",
    "Page_Down": "pgdn pgdown pagedown next pg_dn pg_down",
    "Left": "left arrowleft left_arrow leftarrow arrow_left",
    "Right": "right arrowright right_arrow rightarrow arrow_right",
    "Up": "up arrowup up_arrow uparrow arrow_up",
    "Down": "down arrowdown down_arrow downarrow arrow_down",
    "Print": "printscreen print_screen prtsc prtscn prtscr sys_req",
    "Pause": "pause",
    "Break": "break",
    "Scroll_Lock": "scrolllock",
    "Num_Lock": "numlock",
    "Caps_Lock": "caps capslock",
    "Menu": "apps context_menu menu_key application",
    "Help": "help",
    "Undo": "",
    "Redo": "",
    "Find": "",
    "Cancel": "",
    "KP_Add": "numpad_add num_plus",
    "KP_Subtract": "numpad_subtract num_minus",
    "KP_Multiply": "numpad_multiply",
    "KP_Divide": "numpad_divide",
    "KP_Decimal": "numpad_decimal",
    "KP_Equal": "",
    "KP_Home": "",
    "KP_End": "",
    "KP_Left": "",
    "KP_Right": "",
    "KP_Up": "",
    "KP_Down": "",
    "KP_Page_Up": "kp_prior",
    "KP_Page_Down": "kp_next",
    "KP_Insert": "",
    "KP_Delete": "",
    "space": "space spacebar space_bar",
    "+": "plus plus_sign",
    "-": "minus hyphen dash",
    "=": "equal equals equal_sign",
    "*": "asterisk star multiply",
    "/": "slash divide",
    "\\": "backslash",
    ".": "period dot full_stop",
    ",": "comma",
    ";": "semicolon",
    ":": "colon",
    "'": "apostrophe quoteright single_quote",
    '"': "quotedbl double_quote",
    "`": "grave backtick quoteleft backquote",
    "~": "asciitilde tilde",
    "!": "exclam exclamation",
    "@": "at",
    "#": "numbersign hash pound_sign",
    "$": "dollar",
    "%": "percent",
    "^": "asciicircum caret",
    "&": "ampersand",
    "(": "parenleft left_parenthesis",
    ")": "parenright right_parenthesis",
    "[": "bracketleft left_bracket",
    "]": "bracketright right_bracket",
    "{": "braceleft left_brace",
    "}": "braceright right_brace",
    "<": "less less_than",
    ">": "greater greater_than",
    "|": "bar pipe",
    "_": "underscore",
    "?": "question question_mark",
}


def _table() -> dict[str, str]:
    table = {f"f{number}": f"F{number}" for number in range(1, 25)}
    table |= {"\n": "Return", "\r": "Return", "\t": "Tab", " ": "space"}
    table |= {f"{prefix}{digit}": f"KP_{digit}" for digit in range(10) for prefix in ("kp", "numpad", "num")}
    for name, aliases in _ALIASES.items():
        for alias in (name, *aliases.split()):
            table.setdefault(_folded(alias), name)
    return table


def _folded(word: str) -> str:
    return re.sub(r"[\s_-]+", "", word).casefold() or word


class UnknownKey(ValueError):
    """A key name that no keyboard has; the message names near ones."""


_BY_NAME = _table()
_MAX_LENGTH = 80
KEY_NAMES = frozenset(name for name in (*_ALIASES, *_BY_NAME.values()) if len(name) > 1)
"""Every keysym name that `read_chord` can return."""


def read_chord(written: str | Iterable[object]) -> tuple[str, ...]:
    """Return the keys of a chord such as ``"Ctrl+A"``, ``"ctrl-a"``, ``"ctrl++"`` or ``["Control_L", "s"]``, in order.

    A letter beside a modifier is the key, not the capital: ``Ctrl+A`` presses no Shift.

    Raises:
        UnknownKey: a name is not known, or there is none.
    """
    parts = [written] if isinstance(written, str) else [str(part) for part in written]
    if sum(map(len, parts)) > _MAX_LENGTH:
        raise UnknownKey(f"a chord is written with at most {_MAX_LENGTH} characters")
    keys = tuple(key for part in parts for key in _read_text(part))
    if not keys:
        raise UnknownKey("no key is named")
    if any(key in MODIFIERS for key in keys):
        keys = tuple(key.lower() if len(key) == 1 and key.isascii() else key for key in keys)
    return keys


def _read_text(written: str) -> tuple[str, ...]:
    words = written.strip()
    if len(words) > 2 and words.endswith(("++", "--")):
        return (*_read_text(words[:-2]), words[-1])
    if key := _key(written):
        return (key,)
    parts = [part for part in words.split("+") if part.strip()]
    if len(parts) > 1:
        return tuple(_known(part) for part in parts)
    for separator in ("-", None):
        keys = [_key(part) for part in words.split(separator)]
        if len(keys) > 1 and all(keys) and all(key in MODIFIERS for key in keys[:-1]):
            return tuple(key for key in keys if key)
    return (_known(words),)


def _key(word: str) -> str | None:
    """Return the key that `word` names, if it does."""
    if len(word) == 1 and (word.isprintable() or word in "\n\r\t"):
        return _BY_NAME.get(word, word)
    word = word.strip()
    if word in KEY_NAMES or (len(word) == 1 and word.isprintable()):
        return word
    return _BY_NAME.get(_folded(word))


def _known(word: str) -> str:
    key = _key(word)
    if key is not None:
        return key
    word = word.strip()
    if not word:
        raise UnknownKey("no key is named")
    near = difflib.get_close_matches(_folded(word[:40]), _BY_NAME, n=3, cutoff=0.6)
    names = list(dict.fromkeys(_BY_NAME[name] for name in near))
    raise UnknownKey(
        f'"{word[:40]}" is not the name of a key' + (f" (near: {', '.join(repr(name) for name in names)})" if names else "")
    )
