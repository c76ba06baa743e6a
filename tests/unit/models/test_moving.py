"""A server that moves while a run goes on is asked where it is now."""

from __future__ import annotations

from functools import partial

import pytest

from screenagent.errors import SettingsError
from screenagent.models import ModelOptions, MovingModel, make


def test_each_call_goes_to_where_the_server_is_then(server, prompt, cancel, events):
    server.say({"text": "here"})
    address = f"{server.url}/first"
    model = MovingModel(partial(make, "worker_generate"), lambda: ModelOptions("Mine", address))
    model.complete(prompt, cancel, events.append)
    address = f"{server.url}/second"
    assert model.complete(prompt, cancel, events.append).text == "here"
    assert model.name == "Mine"
    assert [heard.path for heard in server.heard] == ["/first", "/second"]


def test_a_server_that_stays_keeps_its_adapter_and_what_that_has_learnt(server, prompt, cancel, events):
    made = []

    def make_one(options):
        made.append(options.target_url)
        return make("worker_generate", options)

    server.say({"text": ""})
    model = MovingModel(make_one, lambda: ModelOptions("Mine", server.url))
    model.complete(prompt, cancel, events.append)
    model.complete(prompt, cancel, events.append)
    assert made == [server.url]


def test_an_address_that_is_none_is_refused_before_the_run():
    with pytest.raises(SettingsError, match="not an HTTP address"):
        MovingModel(partial(make, "worker_generate"), lambda: ModelOptions("Mine", "somewhere"))
