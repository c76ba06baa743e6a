"""The client stands whatever a server sends: what was found once is tried again in every run, and a little that is new."""

from __future__ import annotations

import logging
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.conversation import corpus, load, recorded
from fuzz.judge import judge
from fuzz.mutation import damaged
from fuzz.search import Search
from fuzz.speaker import Speaker

_MINUTES = 10
_RECORDED = list(recorded(8000))


@pytest.fixture(autouse=True)
def _expected_warnings(caplog: pytest.LogCaptureFixture) -> None:
    """Texts that are too long are skipped with a warning, again and again."""
    caplog.set_level(logging.ERROR, "screenagent")


def test_there_is_a_corpus() -> None:
    assert len(corpus()) > 50
    assert sum(path.stat().st_size for path in corpus()) < 300_000


@pytest.mark.parametrize("first", "0123456789abcdef")
def test_what_is_kept_is_stood(first: str) -> None:
    for path in corpus():
        if path.stem.rpartition("-")[2].startswith(first):
            judge(load(path))


@settings(max_examples=60)
@given(seed=st.integers(0, 1 << 64))
def test_what_is_valid_is_read_without_an_error(seed: int) -> None:
    outcome = judge(Speaker(random.Random(seed)).speak())
    assert outcome.error == ""


@settings(max_examples=100)
@given(seed=st.integers(0, 1 << 64))
def test_what_is_damaged_is_stood(seed: int) -> None:
    chance = random.Random(seed)
    made = Speaker(chance, harm=0.2).speak() if chance.random() < 0.7 else chance.choice(_RECORDED)
    judge(type(made)(made.pixel_format, damaged(chance, made.data, chance.choice(_RECORDED).data)))


@pytest.mark.long
@pytest.mark.timeout(_MINUTES * 60 + 300)
def test_minutes_of_damage_are_stood(tmp_path: Path) -> None:
    search = Search(random.SystemRandom())
    for path in corpus():
        search.learn(load(path))
    for known in _RECORDED:
        search.learn(known)
    search.run(_MINUTES * 60)
    kept = {fault: str(conversation.save(tmp_path, "fault")) for fault, conversation in search.findings.items()}
    assert kept == {}
