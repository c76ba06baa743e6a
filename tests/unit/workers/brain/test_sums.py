"""Sums in words and signs."""

from __future__ import annotations

from fractions import Fraction

import pytest

from screenagent_workers.brain.keys import chord
from screenagent_workers.brain.quotes import protect
from screenagent_workers.brain.sums import expression, value


@pytest.mark.parametrize(
    ("words", "signs"),
    [
        ("12 times 7", "12*7"),
        ("the sum of 3 and 4", "3+4"),
        ("12*7", "12*7"),
        ("twenty-five plus seventeen", "25+17"),
        ("subtract 5 from 9", "9-5"),
        ("15% of 200", "200*15/100"),
        ("8 x 7", "8*7"),
        ("1,000 + 2", "1000+2"),
        ("(3 + 4) × 5 = ?", "(3+4)*5"),
        ("12乘以7等于多少", "12*7"),
        ("一百二十三加四", "123+4"),
        ("hello", ""),
        ("3", ""),
        ("2026-11-20", "2026-11-20"),
    ],
)
def test_words_become_signs(words: str, signs: str) -> None:
    assert expression(words) == signs


def test_a_sum_is_worked_out_exactly() -> None:
    assert value("0.1+0.2") == Fraction(3, 10)
    assert value("(3+4)*5-10/4") == Fraction(65, 2)


@pytest.mark.parametrize("signs", ["1/0", "9^999999999", "(" * 300, "1+", "2**", "1..2", "a+b"])
def test_what_is_no_sum_has_no_value(signs: str) -> None:
    assert value(signs) is None


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("Ctrl+S", "Ctrl+s"),
        ("ctrl and s", "Ctrl+s"),
        ("Ctrl-Shift-N", "Ctrl+Shift+n"),
        ("the Enter key", "Return"),
        ("回车", "Return"),
        ("F5", "F5"),
        ("alt F4", "Alt+F4"),
        ("ctrl++", "Ctrl+plus"),
        ("Save", ""),
        ("等号", "equal"),
    ],
)
def test_words_name_keys(words: str, keys: str) -> None:
    assert chord(words) == keys


@pytest.mark.parametrize(
    ("task", "texts"),
    [
        ("type 'it's fine' now", ("it's fine",)),
        ("don't type 'x'", ("x",)),
        ('say "a and b" and “c”', ("a and b", "c")),
        ("输入「他说『好』」", ("他说『好』",)),
        ("run `echo 'a'`", ("echo 'a'",)),
        ("an open ' mark", ()),
    ],
)
def test_quoted_texts_are_set_aside(task: str, texts: tuple[str, ...]) -> None:
    assert protect(task).texts == texts
