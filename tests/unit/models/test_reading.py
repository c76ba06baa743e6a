"""Reading text off a picture, byte for byte, against a real server."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

from screenagent.domain.screen import Screenshot
from screenagent.errors import ModelAnswerInvalid, ModelRefused, ModelUnreachable, SettingsError
from screenagent.models import ModelOptions, WorkerReader

SHOT = Screenshot(np.arange(4 * 5 * 3, dtype=np.uint8).reshape(4, 5, 3), 0.0)


def reader(server, path="/worker_generate", **options):
    return WorkerReader(ModelOptions("Mine", server.url + path, **options))


@pytest.mark.parametrize("path", ["/worker_generate", "", "/"])
def test_the_worker_gets_the_exact_pixels_and_is_told_that_they_are_a_part(server, cancel, path):
    server.say({"lines": [{"text": "one", "box": [0, 0, 5, 2], "score": 0.9}, {"text": "two"}]})
    assert reader(server, path, api_key="key-1234").read(SHOT, cancel) == "one\ntwo"
    (heard,) = server.heard
    assert heard.path == "/read"
    assert heard.headers["authorization"] == "Bearer key-1234"
    assert heard.body["box"] == [0, 0, 5, 4]
    assert np.array_equal(np.array(Image.open(io.BytesIO(base64.b64decode(heard.body["image"])))), SHOT.pixels)


def test_an_empty_picture_has_no_text(server, cancel):
    server.say({"lines": []})
    assert reader(server).read(SHOT, cancel) == ""


@pytest.mark.parametrize("answer", [{}, {"lines": "none"}, {"lines": ["bare"]}])
def test_an_answer_without_lines_is_told(server, cancel, answer):
    server.say(answer)
    with pytest.raises(ModelAnswerInvalid, match="no lines of text"):
        reader(server).read(SHOT, cancel)


def test_a_worker_without_that_page_is_asked_once(server, said, cancel):
    server.say(said({"error": "there is no page /read here"}, 404))
    with pytest.raises(ModelRefused):
        reader(server).read(SHOT, cancel)
    assert len(server.heard) == 1


def test_a_busy_worker_is_not_asked_again(server, said, cancel):
    server.say(said({"error": "later"}, 503))
    with pytest.raises(ModelUnreachable):
        reader(server).read(SHOT, cancel)
    assert len(server.heard) == 1


def test_an_address_that_is_none_is_a_settings_error():
    with pytest.raises(SettingsError, match="Mine"):
        WorkerReader(ModelOptions("Mine", "embedded"))
