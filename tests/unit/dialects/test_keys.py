"""Key names are read in every spelling that models use."""

from __future__ import annotations

import pytest

from screenagent.dialects.keys import KEY_NAMES, UnknownKey, read_chord


@pytest.mark.parametrize(
    ("written", "chord"),
    [
        ("Ctrl+A", ("Control_L", "a")),
        ("ctrl-a", ("Control_L", "a")),
        ("ctrl a", ("Control_L", "a")),
        ("Ctrl + Shift + T", ("Control_L", "Shift_L", "t")),
        ("Control_L+s", ("Control_L", "s")),
        (["Control_L", "s"], ("Control_L", "s")),
        (["Ctrl+S"], ("Control_L", "s")),
        (["control", 2], ("Control_L", "2")),
        ("Ctrl+Alt+Del", ("Control_L", "Alt_L", "Delete")),
        ("ctrl++", ("Control_L", "+")),
        ("ctrl--", ("Control_L", "-")),
        ("Ctrl+-", ("Control_L", "-")),
        ("ctrl+plus", ("Control_L", "+")),
        ("+", ("+",)),
        ("-", ("-",)),
        (" ", ("space",)),
        ("\n", ("Return",)),
        ("Enter", ("Return",)),
        ("page up", ("Page_Up",)),
        ("Prior", ("Page_Up",)),
        ("Left Arrow", ("Left",)),
        ("ArrowLeft", ("Left",)),
        ("WIN", ("Super_L",)),
        ("cmd", ("Super_L",)),
        ("Menu", ("Menu",)),
        ("menu", ("Alt_L",)),
        ("Lmenu", ("Alt_L",)),
        ("PrtSc", ("Print",)),
        ("f12", ("F12",)),
        ("F24", ("F24",)),
        ("KP_Enter", ("KP_Enter",)),
        ("F", ("F",)),
        ("`", ("`",)),
        ("é", ("é",)),
        ("你", ("你",)),
    ],
)
def test_a_chord_is_read(written, chord):
    assert read_chord(written) == chord


@pytest.mark.parametrize("name", sorted(KEY_NAMES))
def test_every_keysym_name_names_itself(name):
    assert read_chord(name) == (name,)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("entr", "near: 'Return'"),
        ("Supr", "near: 'Super_L'"),
        ("Ctrl+Foo", '"Foo" is not the name of a key'),
        ("a b", '"a b" is not'),
        ("", "no key is named"),
        ([], "no key is named"),
        ("ctrl" + "+" * 5000, "at most 80 characters"),
        (["a"] * 5000, "at most 80 characters"),
    ],
)
def test_an_unknown_key_is_refused_with_a_sentence(written, sentence):
    with pytest.raises(UnknownKey, match=sentence.replace("(", r"\(")):
        read_chord(written)
