"""The scripted model says its lines in order."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from screenagent.domain.exchange import Role
from screenagent.errors import Cancelled, ModelError, SettingsError
from screenagent.models import ModelOptions, make


def test_replies_come_in_order_and_then_it_says_that_there_is_none(prompt, cancel, events):
    model = make("scripted", ModelOptions("Puppet", replies=("one", "two")))
    assert model.name == "Puppet"
    assert [model.complete(prompt, cancel, events.append).text for _ in range(2)] == ["one", "two"]
    with pytest.raises(ModelError, match='"Puppet" has no reply left for the actor; it had 2'):
        model.complete(prompt, cancel, events.append)


def test_a_file_may_hold_a_list_for_each_role(tmp_path, prompt, cancel, events):
    path = tmp_path / "script.yml"
    path.write_text("planner: [plan]\nactor:\n  - |\n    [\n    ]\n  - second\n", encoding="utf-8")
    model = make("scripted", ModelOptions("Puppet", replies=path))
    roles = [Role.ACTOR, Role.PLANNER, Role.ACTOR]
    told = [model.complete(replace(prompt, role=role), cancel, events.append).text for role in roles]
    assert told == ["[\n]\n", "plan", "second"]
    with pytest.raises(ModelError, match="no reply left for the evaluator"):
        model.complete(replace(prompt, role=Role.EVALUATOR), cancel, events.append)


def test_a_json_file_with_one_list(tmp_path, prompt, cancel, events):
    path = tmp_path / "script.json"
    path.write_text('["你好"]', encoding="utf-8")
    assert make("scripted", ModelOptions("Puppet", replies=path)).complete(prompt, cancel, events.append).text == "你好"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("actr: [a]", 'there is no role "actr" (did you mean "actor"?)'),
        ("actor: hello", "actor should hold a list of texts"),
        ("[1, 2]", "the file should hold a list of texts"),
        ("[", "this is not YAML or JSON"),
        ("", "should hold a list"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path, content, sentence):
    path = tmp_path / "script.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        make("scripted", ModelOptions("Puppet", replies=path))
    assert sentence in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_missing_file(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        make("scripted", ModelOptions("Puppet", replies=tmp_path / "none.yml"))


def test_stop_ends_the_delay_and_spends_no_reply(prompt, cancel, events):
    model = make("scripted", ModelOptions("Puppet", replies=("one",), delay=600))
    timer = threading.Timer(0.05, cancel.cancel)
    timer.start()
    with pytest.raises(Cancelled):
        model.complete(prompt, cancel, events.append)
    timer.join()
    with pytest.raises(Cancelled):
        model.complete(prompt, cancel, events.append)
