"""From the names that models and people use for keys to keysyms (reference: actions.md, "Key names").

A name is, in this order: a single character; an X keysym name in its own spelling; an alias in any case; an X keysym name in any
case; `U` and a hexadecimal code point (``U4F60``).
"""

from __future__ import annotations

import re

from screenagent.desktop.keysyms import LEGACY, NAMES
from screenagent.errors import ActionRefused, did_you_mean

_ALIASES = {
    "Control_L": "ctrl control ctl lctrl lcontrol leftctrl leftcontrol ctrlleft controlleft ctrll",
    "Control_R": "rctrl rcontrol rightctrl rightcontrol ctrlright controlright ctrlr",
    "Alt_L": "alt menu option opt lalt leftalt altleft lmenu leftmenu",
    "Alt_R": "ralt rightalt altright rmenu altgr",
    "Shift_L": "shift lshift leftshift shiftleft",
    "Shift_R": "rshift rightshift shiftright",
    "Super_L": "win windows super cmd command meta lwin leftwin winleft lsuper leftsuper lcmd lcommand lmeta",
    "Super_R": "rwin rightwin winright rsuper rightsuper rcmd rcommand rmeta",
    "Return": "enter return",
    "Escape": "esc",
    "Delete": "del",
    "Insert": "ins",
    "BackSpace": "back bksp",
    "Page_Up": "pgup pageup pgu",
    "Page_Down": "pgdn pgdown pagedown pgd",
    "Left": "arrowleft leftarrow",
    "Right": "arrowright rightarrow",
    "Up": "arrowup uparrow",
    "Down": "arrowdown downarrow",
    "space": "spacebar",
    "Print": "printscreen prtsc prtscr prtscn prntscrn printscrn",
    "Caps_Lock": "caps capslock",
    "Num_Lock": "numlock",
    "Scroll_Lock": "scrolllock",
    "Menu": "apps contextmenu",
    "plus": "add",
    "minus": "dash",
    "equal": "equals",
    "period": "dot fullstop",
    "grave": "backtick backquote",
    "apostrophe": "quote singlequote",
    "quotedbl": "doublequote",
    "KP_Enter": "numpadenter",
    "KP_Add": "numadd numpadadd",
    "KP_Subtract": "numsubtract numpadsubtract",
    "KP_Multiply": "nummultiply numpadmultiply",
    "KP_Divide": "numdivide numpaddivide",
    "KP_Decimal": "numdecimal numpaddecimal",
    **{f"KP_{digit}": f"num{digit} numpad{digit}" for digit in range(10)},
}
_BY_ALIAS = {alias: NAMES[name] for name, aliases in _ALIASES.items() for alias in aliases.split()}
_BY_FOLDED = {name.lower().replace("_", ""): keysym for name, keysym in reversed(NAMES.items())}
_NAME_OF = {keysym: name for name, keysym in reversed(NAMES.items())}
_CONTROLS = {"\n": "Return", "\r": "Return", "\t": "Tab", "\b": "BackSpace", "\x1b": "Escape", "\x7f": "Delete"}

SHIFT = NAMES["Shift_L"]
_MODIFIERS = frozenset(
    NAMES[f"{name}_{side}"] for name in ("Shift", "Control", "Alt", "Meta", "Super", "Hyper") for side in "LR"
) | {NAMES["ISO_Level3_Shift"]}
SHIFTS = frozenset((SHIFT, NAMES["Shift_R"]))
_SHIFTED = dict(zip("`1234567890-=[]\\;',./", '~!@#$%^&*()_+{}|:"<>?', strict=True))


def keysym_of_char(character: str) -> int:
    """Return the keysym of one character; line breaks and tab are the Return and Tab keys.

    Raises:
        ActionRefused: a control character that no key stands for, or half of a surrogate pair.
    """
    if character in _CONTROLS:
        return NAMES[_CONTROLS[character]]
    code = ord(character)
    if 0x20 <= code <= 0x7E or 0xA0 <= code <= 0xFF:
        return code
    if code < 0xA0 or 0xD800 <= code <= 0xDFFF:
        raise ActionRefused(f"There is no key for the character U+{code:04X}.")
    return LEGACY.get(character, 0x01000000 + code)


def keysym(name: str) -> int:
    """Return the keysym of a key named as in actions.md.

    Raises:
        ActionRefused: no such key; the message names the nearest one.
    """
    if len(name) == 1:
        return keysym_of_char(name)
    if name in NAMES:
        return NAMES[name]
    folded = re.sub(r"(?<=\w)[\s_-]+(?=\w)", "", name.lower().strip())
    found = _BY_ALIAS.get(folded) or _BY_FOLDED.get(folded)
    if found is not None:
        return found
    if re.fullmatch(r"u[0-9a-f]{4,6}", folded) and int(folded[1:], 16) <= 0x10FFFF:
        return keysym_of_char(chr(int(folded[1:], 16)))
    raise ActionRefused(f'There is no key named "{name}"{did_you_mean(folded, _known()) or did_you_mean(name, NAMES)}.')


def name_of(keysym: int) -> str:
    """Return a name for people, the X name or the character."""
    if keysym in _NAME_OF:
        return _NAME_OF[keysym]
    return chr(keysym - 0x01000000) if 0x01000100 <= keysym <= 0x0110FFFF else f"keysym 0x{keysym:x}"


def parse_chord(text: str) -> tuple[str, ...]:
    """Split ``Ctrl+A``, ``ctrl-a``, ``ctrl a`` or ``ctrl++`` into the names of its keys; a name known as it stands is one key."""
    if _is_key(text):
        return (text,)
    for separator in ("+", "-", " "):
        if separator in text.strip():
            return _split(text.strip(), separator)
    return (text.strip(),)


def strokes(chord: tuple[str, ...]) -> tuple[int, ...]:
    """Return the keysyms to press in this order for a chord, as a US keyboard would send them.

    A capital or a symbol by itself brings its Shift; beside Shift a key gives its shifted character; beside Ctrl, Alt or Super
    alone a capital letter means the key that bears it (``Ctrl+S`` is not ``Ctrl+Shift+S``).

    Raises:
        ActionRefused: an empty chord or an unknown key.
    """
    if not chord:
        raise ActionRefused("The chord names no key.")
    keysyms = [keysym(name) for name in chord]
    held = {key for key in keysyms if key in _MODIFIERS}
    if held & SHIFTS:
        return tuple(shifted(key) for key in keysyms)
    if held:
        keysyms = [key + 0x20 if 0x41 <= key <= 0x5A else key for key in keysyms]
    first = next((at for at, key in enumerate(keysyms) if needs_shift(key)), None)
    return tuple(keysyms) if first is None else (*keysyms[:first], SHIFT, *keysyms[first:])


def needs_shift(keysym: int) -> bool:
    """Whether a US keyboard sends this keysym with Shift down."""
    return 0x41 <= keysym <= 0x5A or (0x20 <= keysym <= 0x7E and chr(keysym) in _SHIFTED.values())


def shifted(keysym: int) -> int:
    """Return what a US keyboard sends for the same key with Shift down.

    A server asked for an unshifted character while Shift is down may press Caps Lock to get it, and leave it on.
    """
    if not 0x20 <= keysym <= 0x7E:
        return keysym
    character = chr(keysym)
    return ord(_SHIFTED.get(character, character.upper()))


def is_modifier(keysym: int) -> bool:
    """Whether the key only changes what others mean."""
    return keysym in _MODIFIERS


def _split(text: str, separator: str) -> tuple[str, ...]:
    parts = [part.strip() for part in text.split(separator)]
    last = separator if text.endswith(separator) and separator != " " else ""
    return (*(part for part in parts if part), *((last,) if last else ()))


def _is_key(name: str) -> bool:
    try:
        keysym(name)
    except ActionRefused:
        return False
    return True


def _known() -> list[str]:
    return [*_BY_ALIAS, *_BY_FOLDED]
