"""A model is asked a real question with a picture; what goes wrong on the way is named. Servers here are real, models are not."""

import base64
import io
import socket
import threading
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from screenagent.cli.checks import Verdict
from screenagent.cli.checks.eyesight import is_blind, new_chart, refuses_pictures
from screenagent.cli.checks.models import models

PAGE = "POST /v1/chat/completions"


def glyphs(image):
    """The dark shapes of a picture from left to right, each on 12x18 cells."""
    dark = np.asarray(image.convert("L")) < 128
    edges = np.flatnonzero(np.diff(np.concatenate([[False], dark.any(axis=0), [False]]).astype(int)))
    for left, right in list(pairwise(edges))[::2]:
        rows = np.flatnonzero(dark[:, left:right].any(axis=1))
        shape = Image.fromarray(dark[rows[0] : rows[-1] + 1, left:right].astype(np.uint8) * 255)
        yield np.asarray(shape.resize((12, 18))).astype(int)


def read_digits(encoded):
    """Read a chart by comparing its shapes with those of charts whose digits are known."""
    known = {}
    while len(known) < 9:
        chart = new_chart()
        known.update(zip(chart.digits, glyphs(chart.image), strict=True))
    seen = glyphs(Image.open(io.BytesIO(base64.b64decode(encoded))))
    return "".join(min(known, key=lambda digit: np.abs(known[digit] - shape).sum()) for shape in seen)


def chat(text):
    return 200, {"choices": [{"message": {"content": text}, "finish_reason": "stop"}]}


@pytest.fixture
def ask(examine, site):
    """The finding for a chat model at the site; `keys` are added to its section."""

    def run(keys="", name="GPT", url=f"{site.url}/v1", **more):
        text = f"llm_api: {{{name}: {{model_name: eye-1, target_url: '{url}'{keys}}}}}\nremote_vnc_server: {{host: desk}}\n"
        [found] = examine(models, text, **more)
        assert found.text.startswith(f"{name}: ")
        return found

    return run


def problem(found, status):
    assert (found.verdict, found.status) == (Verdict.PROBLEM, status), found
    assert found.fix
    return found


@pytest.mark.parametrize("image_format", ["jpeg", "png"])
def test_a_model_that_sees(ask, site, image_format):
    def see(headers, body):
        _, picture = body["messages"][0]["content"]
        media, data = picture["image_url"]["url"].split(";base64,")
        assert media == f"data:image/{image_format}"
        return chat(f"It shows {' '.join(read_digits(data))}.")

    site.pages[PAGE] = see
    found = ask(f", image_format: {image_format}")
    assert found.verdict is Verdict.OK
    assert found.text.endswith("and sees pictures")


@pytest.mark.parametrize(("keys", "streams"), [("", True), (", stream: false", False)])
def test_a_model_is_asked_the_way_that_runs_ask_it(ask, site, keys, streams):
    asked = []
    site.pages[PAGE] = lambda headers, body: (asked.append(body.get("stream", False)), chat("1"))[1]
    ask(keys)
    assert asked == [streams]


def test_a_worker_that_sees(examine, site):
    site.pages["POST /worker_generate"] = lambda headers, body: (200, {"text": read_digits(body["image"]), "error_code": 0})
    [found] = examine(models, f"llm_api: {{LLaVA: {{target_url: '{site.url}'}}}}\nremote_vnc_server: {{host: desk}}\n")
    assert found.verdict is Verdict.OK


@pytest.mark.parametrize("reply", ["I'm sorry, but I can't see any image.", "The digits are 0000."])
def test_a_chat_model_that_does_not_see_is_quoted(ask, site, reply):
    site.pages[PAGE] = lambda headers, body: chat(reply)
    found = problem(ask(), 23)
    assert "it does not see pictures" in found.text
    assert f'it replied "{reply}"' in found.text


def test_a_model_trained_to_act_may_miss_the_question(ask, site):
    site.pages["POST /v1"] = lambda headers, body: (200, {"text": "CLICK(12, 34)", "error_code": 0})
    found = ask(name="CogAgent")
    assert found.verdict is Verdict.NOTE
    assert 'it replied "CLICK(12, 34)"' in found.text


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, {"error": {"message": "eye-1 is not a multimodal model"}}),
        (400, {"error": {"message": "This model does not support image input"}}),
        (422, {"detail": "messages[0]: unknown variant `image_url`, expected `text`"}),
        (
            500,
            {
                "error": {
                    "message": "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj"
                }
            },
        ),
        (400, {"error": {"message": "'messages.0.content' : value must be a string"}}),
    ],
)
def test_a_server_that_refuses_the_picture(ask, site, status, said):
    site.pages[PAGE] = lambda headers, body: (status, said)
    found = problem(ask(), 23)
    assert "a text-only model: the server refuses the picture" in found.text
    assert "vision-language" in found.fix


def test_a_key_that_is_refused(ask, site):
    site.pages[PAGE] = lambda headers, body: (401, {"error": {"message": "Incorrect API key provided: a-wrong-key"}})
    found = problem(ask(", api_key: a-wrong-key"), 23)
    assert "refused the key (401)" in found.text
    assert "a-wrong-key" not in found.text
    assert 'api_key of "GPT"' in found.fix


def test_a_key_that_is_missing(ask, site):
    site.pages[PAGE] = lambda headers, body: (401, {"error": {"message": "You must provide an API key"}})
    assert "wants a key (401)" in problem(ask(), 23).text


def test_a_model_name_that_the_server_does_not_know(ask, site):
    site.pages[PAGE] = lambda headers, body: (404, {"error": {"message": "The model `eye-1` does not exist."}})
    site.pages["GET /v1/models"] = lambda headers, body: (200, {"data": [{"id": "eye-1b"}, {"id": "other"}]})
    found = problem(ask(), 23)
    assert 'does not know the model "eye-1" (did you mean "eye-1b"?)' in found.text
    assert found.fix == "Correct llm_api.GPT.model_name; it knows: eye-1b, other."


def test_an_address_without_a_model(ask):
    found = problem(ask(), 23)
    assert "There is nothing at" in found.text
    assert "target_url" in found.fix


def test_a_server_that_is_not_there(ask):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    found = problem(ask(url=f"http://127.0.0.1:{port}"), 21)
    assert "Nothing answers at" in found.text
    assert "Is the worker running?" in found.fix


def test_a_host_that_nobody_knows(ask):
    assert "no-such-host.invalid" in problem(ask(url="http://no-such-host.invalid:8000"), 21).text


def test_a_worker_that_answers_an_error(examine, site):
    site.pages["POST /worker_generate"] = lambda headers, body: (200, {"text": "CUDA out of memory", "error_code": 1})
    [found] = examine(models, f"llm_api: {{LLaVA: {{target_url: '{site.url}'}}}}\nremote_vnc_server: {{host: desk}}\n")
    assert "failed (error_code 1): CUDA out of memory" in problem(found, 23).text


def test_a_server_that_answers_something_else(ask, site):
    site.pages[PAGE] = lambda headers, body: (200, b"<html>a router's page</html>")
    assert "is not JSON but text/html" in problem(ask(), 24).text


def test_an_error_of_the_server(ask, site):
    site.pages[PAGE] = lambda headers, body: (500, {"error": {"message": "the engine died"}})
    assert "status 500: the engine died" in problem(ask(), 21).text


def test_a_server_that_does_not_answer_in_time(ask, site):
    over = threading.Event()
    site.pages[PAGE] = lambda headers, body: (over.wait(30), chat("late"))[1]
    try:
        found = problem(ask(ask_seconds=1), 22)
    finally:
        over.set()
    assert "did not answer within 1 s" in found.text
    assert "Runs wait 120 s" in found.fix


def test_our_own_worker_whose_engine_could_not_be_loaded(ask, site):
    site.pages["GET /health"] = lambda headers, body: (200, {"status": "failed", "error": "rapidocr is not installed"})
    found = problem(ask(", send_context: true"), 23)
    assert "the worker runs, but could not be loaded: rapidocr is not installed" in found.text


def test_an_embedded_worker_without_its_desktop(examine):
    [found] = examine(models, "llm_api: {use: OCR}\nremote_vnc_server: {host: desk}\n")
    assert "these settings use no embedded desktop" in problem(found, 2).text


def test_the_same_model_is_asked_once(examine, site):
    asked = []
    site.pages[PAGE] = lambda headers, body: asked.append(body) or chat("nothing")
    text = f"""
llm_api:
  use: {{planner: GPT, actor: GPT, evaluator: GPT}}
  GPT: {{model_name: eye-1, target_url: '{site.url}/v1'}}
remote_vnc_server: {{host: desk}}
"""
    assert len(examine(models, text)) == 1
    assert len(asked) == 1


def test_a_chart_is_read_however_its_digits_are_set_apart():
    chart = new_chart()
    assert len(set(chart.digits)) == 4
    assert chart.is_read_by("-".join(chart.digits))
    assert not chart.is_read_by(chart.digits[:3])


@pytest.mark.parametrize("reply", ["I cannot view images.", "No image was attached", "我无法查看图片", "As a text-based AI, I"])
def test_words_of_the_blind(reply):
    assert is_blind(reply)


@pytest.mark.parametrize(
    "said",
    [
        "the key is wrong",
        "maximum context length exceeded",
        "CUDA out of memory while encoding the image",
        "Nothing answers at http://vision-models/v1: the connection was not accepted",
    ],
)
def test_other_refusals_are_not_about_the_picture(said):
    assert not refuses_pictures(said)
