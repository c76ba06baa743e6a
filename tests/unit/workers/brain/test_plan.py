"""Which sub-tasks a sentence becomes, in English and Chinese."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from screenagent_workers.brain.plan import plan
from screenagent_workers.brain.sentences import parse, render

GOLDEN = yaml.safe_load((Path(__file__).parent / "plans.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("task", "sub_tasks"), GOLDEN.items(), ids=list(GOLDEN))
def test_a_sentence_becomes_these_sub_tasks(task: str, sub_tasks: list[str]) -> None:
    made = plan(task, "en")
    assert made.unknown == ()
    assert list(made.steps) == [parse(text) for text in sub_tasks]


@pytest.mark.parametrize("task", GOLDEN, ids=list(GOLDEN))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_planned_step_survives_its_sentence(task: str, language: str) -> None:
    for step in plan(task, "en").steps:
        assert parse(render(step, language)) == step
