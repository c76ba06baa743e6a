from __future__ import annotations

import ctypes
import re
from pathlib import Path

import pytest

from screenagent.desktop import keys
from screenagent.desktop.keysyms import LEGACY, NAMES
from screenagent.errors import ActionRefused

READ_DIFFERENTLY = "‾「」∝∼≃⇔≡◆▒␤⎺⎻⎼⎽‥‰✗☎⎷⎡⎣⎤⎦⎛⎝⎞⎠⎨⎬⊤⌊∘⎕⊥○⌈⊣⊢"
"""Xlib, GTK 3 or libxkbcommon take X's own value for something else."""
HANGUL = (*map(chr, range(0x3131, 0x3164)), *map(chr, range(0x11A8, 0x11C3)), *"ㅭㅱㅸㅿㆁㆄㆆㆍㆎᇫᇰᇹ")
HEADER = Path("/usr/include/X11/keysymdef.h")


def header():
    if not HEADER.exists():
        pytest.skip("x11proto-dev is not installed")
    return HEADER.read_text()


def test_every_name_has_the_value_of_the_published_table():
    published = {name: int(value, 16) for name, value in re.findall(r"#define XK_(\w+)\s+0x([0-9a-f]+)", header())}
    assert {name: published[name] for name in NAMES} == NAMES


def test_every_character_has_the_value_of_the_published_table():
    rows = re.findall(r"#define XK_\w+\s+0x([0-9a-f]+)\s*/\* U\+([0-9A-F]+)", header())
    published = {chr(int(code, 16)): int(value, 16) for value, code in rows if int(value, 16) < 0x1000000}
    alone = {character: value for character, value in published.items() if character > "\xff"}
    assert {character: alone[character] for character in LEGACY} == LEGACY
    assert set("".join(alone.keys() - LEGACY.keys())) == {*READ_DIFFERENTLY, *HANGUL}
    assert {c: keys.keysym_of_char(c) for c in map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x100)])} == {
        c: ord(c) for c in map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x100)])
    }


def test_every_character_s_keysym_means_that_character_to_the_library_that_programs_ask():
    try:
        library = ctypes.CDLL("libxkbcommon.so.0")
    except OSError:
        pytest.skip("libxkbcommon is not installed")
    codes = (code for code in range(0x20, 0x110000) if not (0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000))
    assert [code for code in codes if library.xkb_keysym_to_utf32(keys.keysym_of_char(chr(code))) != code] == []


@pytest.mark.parametrize(
    ("character", "keysym"),
    [("a", 0x61), ("é", 0xE9), ("ф", 0x6C6), ("Ω", 0x7D9), ("€", 0x20AC), ("你", 0x1004F60), ("😀", 0x101F600), ("\n", 0xFF0D)],
)
def test_a_character_is_latin_1_then_its_own_keysym_then_its_code_point(character, keysym):
    assert keys.keysym_of_char(character) == keysym


@pytest.mark.parametrize("character", ["\0", "\a", "\x85", "\ud800"])
def test_what_no_key_stands_for_is_refused(character):
    with pytest.raises(ActionRefused, match="U\\+"):
        keys.keysym_of_char(character)


@pytest.mark.parametrize(
    ("names", "canonical"),
    [
        ("ctrl control Lcontrol CTRL Ctrl Control_L control_l", "Control_L"),
        ("Rcontrol control_r", "Control_R"),
        ("alt menu Lmenu ALT", "Alt_L"),
        ("shift SHIFT Shift_L", "Shift_L"),
        ("win windows super cmd command meta", "Super_L"),
        ("enter Enter return RETURN", "Return"),
        ("esc escape ESC", "Escape"),
        ("del delete", "Delete"),
        ("ins insert", "Insert"),
        ("backspace back BackSpace Backspace", "BackSpace"),
        ("pgup page_up prior PageUp pageup Prior", "Page_Up"),
        ("pgdn next pagedown", "Page_Down"),
        ("arrowleft left ArrowLeft", "Left"),
        ("space", "space"),
        ("printscreen prtsc", "Print"),
        ("caps capslock", "Caps_Lock"),
        ("plus", "plus"),
        ("minus", "minus"),
        ("f1 F1", "F1"),
        ("F24", "F24"),
        ("Menu apps", "Menu"),
        ("KP_Add kp_add", "KP_Add"),
    ],
)
def test_names_and_their_aliases_mean_the_same_key(names, canonical):
    assert {name: keys.keysym(name) for name in names.split()} == dict.fromkeys(names.split(), NAMES[canonical])


@pytest.mark.parametrize(("name", "canonical"), [("page up", "Page_Up"), ("left arrow", "Left"), (" ", "space"), ("+", "plus")])
def test_names_may_hold_spaces_and_be_characters(name, canonical):
    assert keys.keysym(name) == NAMES[canonical]


def test_every_alias_is_a_key():
    assert all(keys.keysym(name) for name in NAMES)


def test_an_unknown_name_is_refused_with_the_nearest_known_one():
    with pytest.raises(ActionRefused, match=r'"contorl".*did you mean "control"'):
        keys.keysym("contorl")
    with pytest.raises(ActionRefused, match='"qqqqqqq"'):
        keys.keysym("qqqqqqq")


@pytest.mark.parametrize(
    ("text", "chord"),
    [
        ("Ctrl+A", ("Ctrl", "A")),
        ("ctrl-a", ("ctrl", "a")),
        ("ctrl a", ("ctrl", "a")),
        ("ctrl++", ("ctrl", "+")),
        ("ctrl+-", ("ctrl", "-")),
        ("ctrl--", ("ctrl", "-")),
        ("Control_L+s", ("Control_L", "s")),
        ("Ctrl + Shift + T", ("Ctrl", "Shift", "T")),
        ("page up", ("page up",)),
        ("+", ("+",)),
        ("-", ("-",)),
        (" ", (" ",)),
        ("F5", ("F5",)),
        ("nonsense", ("nonsense",)),
    ],
)
def test_chords_are_split(text, chord):
    assert keys.parse_chord(text) == chord


@pytest.mark.parametrize(
    ("chord", "pressed"),
    [
        ("Control_L s", "Control_L s"),
        ("ctrl S", "Control_L s"),
        ("ctrl shift s", "Control_L Shift_L S"),
        ("shift 1", "Shift_L exclam"),
        ("shift Tab", "Shift_L Tab"),
        ("A", "Shift_L A"),
        ("?", "Shift_L question"),
        ("ctrl +", "Control_L Shift_L plus"),
        ("a", "a"),
        ("Return", "Return"),
        ("alt F4", "Alt_L F4"),
    ],
)
def test_chords_become_the_keys_of_a_us_keyboard(chord, pressed):
    assert [keys.name_of(keysym) for keysym in keys.strokes(tuple(chord.split(" ")))] == pressed.split()


def test_an_empty_chord_is_refused():
    with pytest.raises(ActionRefused):
        keys.strokes(())


def test_keysyms_are_named_for_people():
    assert [keys.name_of(value) for value in (0xFFE3, 0x61, 0x1004F60, 0x12345)] == ["Control_L", "a", "你", "keysym 0x12345"]
