"""Names of keys in words, English and Chinese, as chords of X keysym names (`Ctrl+Shift+n`)."""

from __future__ import annotations

import re
import unicodedata

_MODIFIERS = {
    "ctrl": "Ctrl", "control": "Ctrl", "strg": "Ctrl", "alt": "Alt", "option": "Alt", "shift": "Shift",
    "super": "Super", "win": "Super", "windows": "Super", "cmd": "Super", "command": "Super", "meta": "Super",
}  # fmt: skip
_NAMED = {
    "enter": "Return", "return": "Return", "回车": "Return", "esc": "Escape", "escape": "Escape",
    "tab": "Tab", "制表": "Tab", "space": "space", "spacebar": "space", "space bar": "space", "空格": "space",
    "delete": "Delete", "del": "Delete", "删除": "Delete", "backspace": "BackSpace", "退格": "BackSpace",
    "insert": "Insert", "ins": "Insert", "home": "Home", "end": "End",
    "page up": "Page_Up", "pageup": "Page_Up", "pgup": "Page_Up", "上翻页": "Page_Up",
    "page down": "Page_Down", "pagedown": "Page_Down", "pgdn": "Page_Down", "下翻页": "Page_Down",
    "up": "Up", "down": "Down", "left": "Left", "right": "Right",
    "arrow up": "Up", "arrow down": "Down", "arrow left": "Left", "arrow right": "Right",
    "up arrow": "Up", "down arrow": "Down", "left arrow": "Left", "right arrow": "Right",
    "上": "Up", "下": "Down", "左": "Left", "右": "Right",
    "上箭头": "Up", "下箭头": "Down", "左箭头": "Left", "右箭头": "Right",
    "print screen": "Print", "printscreen": "Print", "prtsc": "Print", "menu": "Menu", "caps lock": "Caps_Lock",
    "plus": "plus", "minus": "minus", "equals": "equal", "equal": "equal", "等号": "equal",
}  # fmt: skip
_SIGNS = {
    "=": "equal", "+": "plus", "-": "minus", "*": "asterisk", "/": "slash", ".": "period", ",": "comma",
    ";": "semicolon", "'": "apostrophe", "`": "grave", "[": "bracketleft", "]": "bracketright", "\\": "backslash",
}  # fmt: skip
_JOIN = re.compile(r"\s*(?:\+|(?<=\w)-(?=\w)|\s+and\s+|加|和)\s*|(?<=ctrl) (?=\w)|(?<=alt) (?=\w)|(?<=shift) (?=\w)")
_KEY_WORD = re.compile(r"^(?:the\s+)?(.*?)\s*(?:keys?|buttons?|组合键|快捷键|键)?$")


def chord(words: str) -> str:
    """The chord that `words` names (`"ctrl and s"` is `Ctrl+s`), or "" when they name none.

    A single letter or digit is a key; a lone punctuation mark too. A modifier alone counts as a key.
    """
    text = unicodedata.normalize("NFKC", words).strip().lower()
    if len(text) > 60:
        return ""
    found = _KEY_WORD.match(text)
    text = found[1] if found else text
    if not text:
        return ""
    if text in _NAMED or text in _SIGNS or text in _MODIFIERS or _plain_key(text):
        return _one(text)
    parts = [part for part in _JOIN.split(text) if part]
    if text.endswith(("++", "+ +")):
        parts.append("+")
    if len(parts) < 2 or any(part not in _MODIFIERS for part in parts[:-1]):
        return ""
    last = _one(parts[-1])
    return "+".join([*(_MODIFIERS[part] for part in parts[:-1]), last]) if last else ""


def _plain_key(text: str) -> bool:
    return (len(text) == 1 and text.isascii() and text.isalnum()) or re.fullmatch(r"f(?:[1-9]|1\d|2[0-4])", text) is not None


def _one(part: str) -> str:
    if part in _NAMED:
        return _NAMED[part]
    if part in _MODIFIERS:
        return _MODIFIERS[part]
    if part in _SIGNS:
        return _SIGNS[part]
    if _plain_key(part):
        return part.upper() if len(part) > 1 else part
    return ""
