"""The window's words: one table a language, a key a sentence. What the core says is shown as it is."""

from __future__ import annotations

from typing import Any

from screenagent.gui.words_en import SENTENCES as ENGLISH
from screenagent.gui.words_zh import SENTENCES as CHINESE

_TABLES = {"en": ENGLISH, "zh": CHINESE}
LANGUAGES = tuple(_TABLES)


class Words:
    """Looks sentences up in one language; an unknown language falls back to English."""

    def __init__(self, language: str = "en") -> None:
        self.language = language if language in LANGUAGES else "en"
        self._table = _TABLES[self.language]

    def __call__(self, key: str, **values: Any) -> str:
        """Return the sentence for `key` with `values` filled in."""
        sentence = self._table[key]
        return sentence.format(**values) if values else sentence


def keys() -> tuple[str, ...]:
    """Every key of the table."""
    return tuple(ENGLISH)


def language_for(locale: str, prompts: str) -> str:
    """The window's language: Chinese for a person at a Chinese `locale` (zh_CN), otherwise that of the `prompts`."""
    return "zh" if locale.partition("_")[0] == "zh" else prompts
