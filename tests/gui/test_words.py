"""The table of sentences."""

from __future__ import annotations

from string import Formatter

import pytest

from screenagent.domain.exchange import Role
from screenagent.domain.machine import State
from screenagent.domain.story import Performed
from screenagent.gui import words
from screenagent.gui.commands import COMMANDS


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize("key", words.keys())
def test_both_languages_say_the_same_things(key: str) -> None:
    english, chinese = words.Words("en")(key), words.Words("zh")(key)
    assert english
    assert chinese
    assert fields(english) == fields(chinese)


def test_everything_that_has_a_name_has_a_word() -> None:
    wanted = {
        *(command.name for command in COMMANDS),
        *(f"tip.{command.name}" for command in COMMANDS),
        *(f"state.{state.value}" for state in State),
        *(f"role.{role.value}" for role in Role),
        *(progress.value for progress in Performed),
    }
    assert wanted <= set(words.keys())


def test_an_unknown_language_is_english() -> None:
    assert words.Words("fr")("stop") == "Stop"


@pytest.mark.parametrize(
    ("locale", "prompts", "language"),
    [("zh_CN", "en", "zh"), ("zh_TW", "zh", "zh"), ("C", "en", "en"), ("en_GB", "zh", "zh"), ("de_DE", "en", "en")],
)
def test_the_window_speaks_the_persons_chinese_or_the_language_of_the_prompts(locale: str, prompts: str, language: str) -> None:
    assert words.language_for(locale, prompts) == language
