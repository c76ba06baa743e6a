"""The worker over real HTTP: what it answers, and what it says to requests that are wrong."""

from __future__ import annotations

import base64
import io
import json
import struct
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from screenagent_workers.errors import EngineFailed
from screenagent_workers.reading.reader import Reader
from screenagent_workers.web import WITHOUT_CONTEXT

CONTEXT = {"role": "planner", "task": "Open the text editor", "launcher": ["Alt+F3", "{app}", "Return"]}


@pytest.fixture
def screen(canvas: Any) -> Any:
    return canvas(640, 400).menu_bar(20, "File", "Edit", "View").text(40, 120, "Hello from the screen")


def wrong(answer: requests.Response, status: int, *words: str) -> None:
    """Assert a refusal: this status and one sentence that holds the words."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert list(body) == ["error"]
    assert "\n" not in body["error"]
    for word in words:
        assert word in body["error"]


def test_reading_gives_texts_boxes_and_words(worker: Any, screen: Any) -> None:
    body = worker.post("/read", {"image": screen.base64()}).json()
    assert (body["width"], body["height"]) == (640, 400)
    by_text = {line["text"]: line for line in body["lines"]}
    assert {"File", "Edit", "View", "Hello from the screen"} <= set(by_text)
    hello = by_text["Hello from the screen"]
    assert [word["text"] for word in hello["words"]] == ["Hello", "from", "the", "screen"]
    left, top, right, bottom = hello["box"]
    assert 30 <= left < 50 < right < 260
    assert 110 <= top < 135 < bottom + 10
    assert 0.9 < hello["score"] <= 1
    assert body["duration"] > 0
    assert body["read_fraction"] == 1


def test_a_jpeg_of_the_same_screen_costs_no_reading(worker: Any, screen: Any) -> None:
    worker.post("/read", {"image": screen.base64("JPEG")})
    assert worker.post("/read", {"image": screen.base64("JPEG")}).json()["read_fraction"] == 0


def test_a_small_change_costs_a_small_reading(worker: Any, screen: Any) -> None:
    worker.post("/read", {"image": screen.base64("JPEG")})
    changed = screen.copy().text(40, 300, "typed")
    body = worker.post("/read", {"image": changed.base64("JPEG")}).json()
    assert 0 < body["read_fraction"] < 0.1
    assert "typed" in [line["text"] for line in body["lines"]]


def test_a_box_reads_only_that_part(worker: Any, screen: Any) -> None:
    body = worker.post("/read", {"image": screen.base64(), "box": [30, 110, 300, 150]}).json()
    assert [line["text"] for line in body["lines"]] == ["Hello from the screen"]
    assert body["read_fraction"] < 0.2


def test_a_question_with_context_gets_a_reply_in_the_worker_protocol(worker: Any, screen: Any) -> None:
    body = worker.post("/worker_generate", {"prompt": "Plan", "image": screen.base64(), "context": CONTEXT}).json()
    assert body["error_code"] == 0
    assert body["history"] == [["Plan", body["text"]]]
    assert body["duration"] > 0
    assert "PlanAction" in body["text"]


def test_a_question_without_context_is_told_what_is_missing(worker: Any, screen: Any) -> None:
    body = worker.post("/worker_generate", {"prompt": "Plan", "image": screen.base64()}).json()
    assert body["text"] == WITHOUT_CONTEXT
    assert "send_context: true" in body["text"]


def test_chat_takes_the_last_user_message(worker: Any, screen: Any) -> None:
    body = worker.post("/v1/chat/completions", chat(screen.base64("JPEG"), context=CONTEXT)).json()
    assert body["object"] == "chat.completion"
    (choice,) = body["choices"]
    assert choice["message"]["role"] == "assistant"
    assert choice["finish_reason"] == "stop"
    assert "PlanAction" in choice["message"]["content"]


def test_chat_without_context_or_picture_is_told_what_is_missing(worker: Any) -> None:
    body = worker.post("/v1/chat/completions", {"messages": [{"role": "user", "content": "hello"}]}).json()
    assert body["choices"][0]["message"]["content"] == WITHOUT_CONTEXT


def test_health_and_models_answer(worker: Any) -> None:
    worker.post("/worker_generate", {"prompt": "", "image": ""})
    assert worker.get("/health").json()["status"] == "ready"
    assert worker.get("/health").json()["engine"].startswith("rapidocr ")
    assert [entry["id"] for entry in worker.get("/v1/models").json()["data"]] == ["ocr"]


def test_several_requests_at_once_are_all_answered(worker: Any, canvas: Any) -> None:
    def read(number: int) -> list[str]:
        image = canvas(300, 100).text(20, 30, f"Number {number}").base64()
        answer = requests.post(worker.url + "/read", json={"image": image}, timeout=90)
        return [line["text"] for line in answer.json()["lines"]]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(read, range(11, 17))) == [[f"Number {number}"] for number in range(11, 17)]


@pytest.mark.parametrize("page", ["/read", "/worker_generate"])
@pytest.mark.parametrize(
    ("image", "word"),
    [
        ("%%%", "base64"),
        ("aGVsbG8=", "JPEG or PNG"),
        ("", "empty"),
        ("data:image/png;base64,aGVsbG8=", "data:"),
        ("héllo", "base64"),
    ],
)
def test_what_is_no_picture_is_refused(worker: Any, page: str, image: str, word: str) -> None:
    wrong(worker.post(page, {"prompt": "x", "image": image}), 400, "image", word)


def test_half_a_picture_is_refused(worker: Any, screen: Any) -> None:
    whole = screen.file("JPEG")
    half = base64.b64encode(whole[: len(whole) // 2]).decode()
    wrong(worker.post("/read", {"image": half}), 400, "not a whole")


def test_a_decompression_bomb_is_refused_unopened(worker: Any) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    for side in (5_000, 60_000):
        header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
        bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")
        wrong(worker.post("/read", {"image": base64.b64encode(bomb).decode()}), 413, "this worker takes")


def test_a_picture_too_small_to_read_is_refused(worker: Any, canvas: Any) -> None:
    wrong(worker.post("/read", {"image": canvas(4, 100).base64()}), 400, "too small")


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "1", "LA"])
def test_every_kind_of_pixel_is_read(worker: Any, canvas: Any, mode: str) -> None:
    buffer = io.BytesIO()
    canvas(300, 100, "white").text(20, 30, "Readable", fill="black").image.convert(mode).save(buffer, "PNG")
    body = worker.post("/read", {"image": base64.b64encode(buffer.getvalue()).decode()}).json()
    assert [line["text"] for line in body["lines"]] == ["Readable"]


def test_a_box_outside_the_picture_is_refused(worker: Any, screen: Any) -> None:
    for box in ([0, 0, 641, 10], [-1, 0, 10, 10], [10, 10, 10, 20], [20, 30, 10, 10]):
        wrong(worker.post("/read", {"image": screen.base64(), "box": box}), 400, "640x400")
    wrong(worker.post("/read", {"image": screen.base64(), "box": [1, 2]}), 422, "box")


@pytest.mark.parametrize(
    ("body", "word"),
    [(b"{", "JSON"), (b"", "body"), (b"[]", "body"), (b"{}", "field required"), (b'{"image": 3}', "image"), (b"\xff", "JSON")],
)
def test_bodies_that_are_no_request_are_refused(worker: Any, body: bytes, word: str) -> None:
    answer = worker.session.post(worker.url + "/read", data=body, headers=JSON, timeout=90)
    wrong(answer, answer.status_code, word)
    assert answer.status_code in (400, 422)


def test_json_nested_beyond_reason_is_refused(worker: Any) -> None:
    wrong(worker.session.post(worker.url + "/read", data=b"[" * 200_000, headers=JSON, timeout=90), 400, "JSON")


def test_a_lone_surrogate_in_the_prompt_does_no_harm(worker: Any, screen: Any) -> None:
    body = json.dumps({"prompt": "\ud800", "image": screen.base64()})
    answer = worker.session.post(worker.url + "/worker_generate", data=body, headers=JSON, timeout=90)
    wrong(answer, 422, "prompt")


def test_an_unknown_role_is_refused(worker: Any, screen: Any) -> None:
    body = {"prompt": "x", "image": screen.base64(), "context": {"role": "poet", "task": "x"}}
    wrong(worker.post("/worker_generate", body), 422, "context.role")


def test_chat_refuses_what_it_cannot_take(worker: Any, screen: Any) -> None:
    page = "/v1/chat/completions"
    wrong(worker.post(page, chat(screen.base64(), url="http://127.0.0.1:9/x.png", context=CONTEXT)), 400, "data:")
    wrong(worker.post(page, chat("%%%", context=CONTEXT)), 400, "base64")
    wrong(worker.post(page, {**chat(screen.base64()), "stream": True}), 400, "stream")
    wrong(worker.post(page, {"messages": []}), 422, "messages")
    wrong(worker.post(page, {"messages": [{"role": "system", "content": "x"}]}), 400, "user")
    wrong(worker.post(page, {"messages": [{"role": "user", "content": "x"}], "context": CONTEXT}), 400, "screenshot")


def test_unknown_pages_and_methods_are_refused(worker: Any) -> None:
    wrong(worker.get("/nowhere"), 404, "/nowhere")
    wrong(worker.get("/read"), 405, "/read")


def test_a_body_over_the_bound_is_refused(serving: Any, engine: Any, screen: Any) -> None:
    with serving(lambda: Reader(engine), max_body=100_000) as small:
        wrong(small.post("/read", {"image": "A" * 200_000}), 413, "larger")
        chunks = (b"A" * 50_000 for _ in range(4))
        wrong(small.session.post(small.url + "/read", data=chunks, headers=JSON, timeout=90), 413, "larger")
        assert small.post("/read", {"image": screen.base64()}).status_code == 200


def test_with_a_token_every_page_but_health_asks_for_it(serving: Any, engine: Any, screen: Any) -> None:
    with serving(lambda: Reader(engine), token="tell-nobody") as guarded:
        wrong(guarded.post("/read", {"image": screen.base64()}), 401, "Authorization")
        wrong(guarded.get("/v1/models", headers={"Authorization": "Bearer tell-nobod"}), 401)
        wrong(guarded.get("/v1/models", headers={"Authorization": "Basic tell-nobody"}), 401)
        assert guarded.get("/v1/models", headers={"Authorization": "bearer tell-nobody"}).status_code == 200
        assert guarded.get("/health").status_code == 200


def test_while_the_engine_loads_health_says_so_and_requests_wait(serving: Any, engine: Any, screen: Any) -> None:
    may_load = threading.Event()

    def load() -> Reader:
        may_load.wait(60)
        return Reader(engine)

    with serving(load) as early, ThreadPoolExecutor(1) as pool:
        assert early.get("/health").json()["status"] == "loading"
        waiting = pool.submit(requests.post, early.url + "/read", json={"image": screen.base64()}, timeout=90)
        assert early.get("/health").json()["status"] == "loading"
        may_load.set()
        assert waiting.result(90).json()["lines"]


def test_an_engine_that_does_not_load_is_a_sentence(serving: Any, screen: Any, caplog: pytest.LogCaptureFixture) -> None:
    def load() -> Reader:
        raise EngineFailed("the reading engine did not load: no model")

    with serving(load) as broken:
        wrong(broken.post("/read", {"image": screen.base64()}), 500, "no model")
        assert "no model" in caplog.text
        assert broken.get("/health").json() == broken.get("/health").json() | {
            "status": "failed",
            "error": "the reading engine did not load: no model",
        }


JSON = {"Content-Type": "application/json"}


def chat(image: str, *, url: str = "", context: dict[str, Any] | None = None) -> dict[str, Any]:
    picture = {"type": "image_url", "image_url": {"url": url or f"data:image/jpeg;base64,{image}"}}
    messages = [
        {"role": "system", "content": "You plan."},
        {"role": "user", "content": "earlier"},
        {"role": "assistant", "content": "earlier answer"},
        {"role": "user", "content": [{"type": "text", "text": "Plan"}, picture]},
    ]
    return {"model": "ocr", "messages": messages, **({"context": context} if context else {})}
