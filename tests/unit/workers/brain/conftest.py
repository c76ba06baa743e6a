"""Screens written by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from screenagent_workers.screen import Line, ScreenText, Word

Place = tuple[str, int, int] | tuple[str, int, int, int]


@pytest.fixture
def screen() -> Callable[..., ScreenText]:
    """Make a screen of 1024x768 from (text, left, top[, height]); words are where their letters would be."""

    def make(*places: Any, changed: tuple[int, int, int, int] | None = None) -> ScreenText:
        lines = []
        for text, left, top, *rest in places:
            height = rest[0] if rest else 18
            words = []
            at = 0
            for piece in text.split():
                at = text.index(piece, at)
                words.append(Word(piece, left + 8 * at, top, left + 8 * (at + len(piece)), top + height))
                at += len(piece)
            lines.append(Line(text, left, top, left + 8 * len(text), top + height, 0.95, tuple(words)))
        return ScreenText(tuple(lines), 1024, 768, changed)

    return make
