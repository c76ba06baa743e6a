"""Whether a text is what was read off the screen: reading errs, and so must not raise false alarms."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screenagent.desktop.text.read_back import legible, shows

WORDS = st.text("abcdefghijklmnopqrstuvwxyz 0123456789你好世界文字處理測試日本語かな", min_size=20, max_size=60)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Grüße, Tom!", "grussetom"),
        ("ＦＵＬＬ　ｗｉｄｔｈ １２", "fullwidth12"),
        ("你好，世界。", "你好世界"),
        ("カタカナ ひらがな", "カタカナひらかな"),
        ("שלום مرحبا 안녕 🙂 •••", ""),
    ],
)
def test_what_readers_tell_apart_is_left(text, left):
    assert legible(text) == left


@given(WORDS, st.integers(0, 10_000))
def test_a_text_read_with_every_eighth_letter_wrong_is_recognised(text, seed):
    chance = random.Random(seed)
    read = "".join(chance.choice("ilo01") if at % 8 == 3 else letter for at, letter in enumerate(text))
    assert shows(text, read) is not False


@given(WORDS, st.text("あいうえおPQRS5678 ", max_size=200))
def test_a_text_among_others_is_recognised(text, others):
    assert shows(text, others + text + others) is not False


def test_the_end_of_a_long_text_is_recognised():
    text = "".join(chr(0x4E00 + at % 3000) for at in range(10_000))
    assert shows(text, text[-200:]) is True


@pytest.mark.parametrize("read", ["", "•••••••", "***", "ok"])
def test_where_little_was_read_nothing_can_be_said(read):
    assert shows("a longer text of words", read) is None


def test_of_a_text_in_another_writing_nothing_can_be_said():
    assert shows("مرحبا بالعالم", "Print documents and more") is None


@pytest.mark.parametrize("read", ["Print documents from here", "File Edit View Help", "文件已经打印完毕"])
def test_another_text_is_another(read):
    assert shows("你好，世界: quick brown fox", read) is False
