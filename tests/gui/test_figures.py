"""What calls took and used, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from screenagent.domain.exchange import Reply, Usage
from screenagent.domain.story import Story
from screenagent.gui.figures import call_figures, money, run_figures
from screenagent.gui.words import Words

WORDS = Words("en")
CALLED = Story(received=Reply("[]", "m", 2.5, 1204, 86, 0.41), usage=Usage(1204, 86, False, 0.0042))


def test_a_call_says_what_it_took_and_used() -> None:
    assert call_figures(WORDS, CALLED) == "first token 0.4 s · 1,204 in, 86 out · cost 0.0042"


def test_what_was_estimated_is_marked() -> None:
    story = replace(CALLED, usage=Usage(1204, 86, True), tokens=1290, estimated=True)
    assert call_figures(WORDS, story) == "first token 0.4 s · ~1,204 in, ~86 out"
    assert run_figures(WORDS, story) == "~1,290 tokens"


def test_nothing_is_said_of_what_is_not_known() -> None:
    assert call_figures(WORDS, Story()) == ""
    assert call_figures(WORDS, Story(received=Reply("[]", "m", 1.0))) == ""
    assert run_figures(WORDS, Story()) == ""


def test_a_run_says_what_its_calls_used_together() -> None:
    assert run_figures(WORDS, Story(tokens=12_400, cost=0.5)) == "12,400 tokens · cost 0.5000"
    assert run_figures(Words("zh"), Story(tokens=12_400, cost=2.0)) == "12,400 个词元 · 费用 2.00"


@pytest.mark.parametrize(("amount", "said"), [(0, "0.00"), (12.3456, "12.35"), (0.0312, "0.0312"), (0.00004, "0.000040")])
def test_small_amounts_get_the_places_they_need(amount: float, said: str) -> None:
    assert money(amount) == said
