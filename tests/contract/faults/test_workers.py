"""Model servers that fail: for a while, and the run waits for them and finishes; for good, and it says which, where and why."""

from __future__ import annotations

import json
import socket
import threading

import pytest

from contract.stop.worker import Worker, failing, half_a_body, judge, mouse, plan, silence
from screenagent.domain import events as ev
from screenagent.domain.machine import State
from screenagent.errors import ModelAnswerInvalid, ModelRefused, ModelTimeout, ModelUnreachable
from screenagent.models import http
from screenagent.recording.session import read_events

GOOD = [mouse("click", 640, 480)]


@pytest.fixture(autouse=True)
def quickly(monkeypatch):
    """Try again at once."""
    monkeypatch.setattr(http, "FIRST_DELAY", 0.01)


def answering(body, status=200, content_type="application/json"):
    """Answer with these bytes."""

    def say(handler):
        head = f"HTTP/1.1 {status} OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
        handler.wfile.write(head.encode() + body)

    return say


def breaking_off(handler):
    """Close in the middle of the answer."""
    body = handler.text(plan("x" * 4000))
    handler.begin(body)
    handler.wfile.write(body[: len(body) // 2])


def garbage(handler):
    """Answer with what is no HTTP."""
    handler.wfile.write(b"\0\xff\x17RFB 003.008\n" * 20)


def hanging_up(handler):
    """Close without an answer."""


def chat(text, ending="data: [DONE]\n\n"):
    """Stream a chat reply in two pieces."""

    def say(handler):
        pieces = [{"choices": [{"index": 0, "delta": {"content": part}}]} for part in (text[:20], text[20:])]
        body = "".join(f"data: {json.dumps(piece)}\n\n" for piece in pieces) + ending
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        data = body.encode()
        handler.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
        if ending:
            handler.wfile.write(b"0\r\n\r\n")

    return say


FOR_A_WHILE = {
    "too many requests": (failing(429, "0.05"), "too many requests (429)"),
    "overloaded": (failing(503), "status 503"),
    "a defect": (failing(500), "status 500"),
    "half a JSON": (answering(b'{"text": "hal'), "the answer was broken JSON"),
    "half an answer": (breaking_off, "the answer broke off"),
    "an empty answer": (answering(b""), "the answer was empty"),
    "no HTTP": (garbage, "connection lost"),
    "a hang-up": (hanging_up, "connection lost"),
}


@pytest.mark.parametrize("case", FOR_A_WHILE)
def test_a_failure_that_passes_is_waited_for(scene, case):
    fail, reason = FOR_A_WHILE[case]
    scene.worker.lines["actor"] = [fail, GOOD]

    scene.run(evaluator=False)

    scene.check_end(State.FINISHED, 0)
    assert scene.retries() == [reason]
    assert scene.worker.asked == ["planner", "actor", "actor"]


FOR_EVER = {
    "too many requests": (failing(429, "0"), ModelRefused, ["status 429: overloaded", "Too many requests"], 3),
    "a long wait asked for": (failing(429, "3600"), ModelRefused, ["it asks to wait 3600 s"], 1),
    "a defect": (failing(500), ModelUnreachable, ["answered with status 500: overloaded", "See the server's log"], 3),
    "half a JSON": (answering(b'{"text": "hal'), ModelAnswerInvalid, ['is broken JSON: {"text": "hal', "target_url"], 3),
    "half an answer": (breaking_off, ModelAnswerInvalid, ["broke off half-way"], 3),
    "an empty answer": (answering(b""), ModelAnswerInvalid, ["The answer of http://127.0.0.1:", "is empty."], 3),
    "a web page": (answering(b"<h1>Hi", 200, "text/html"), ModelAnswerInvalid, ["is not JSON but text/html: <h1>Hi"], 1),
    "another JSON": (answering(b'{"reply": 1}'), ModelAnswerInvalid, ['has no "text"; it has: reply'], 1),
    "a text that is none": (answering(b'{"text": 5}'), ModelAnswerInvalid, ['has a "text" that is none.'], 1),
    "a refusal": (answering(b'{"text": "out of memory", "error_code": 1}'), ModelRefused, ["error_code 1", "out of memory"], 1),
    "no key": (failing(401), ModelRefused, ["wants a key (401)", 'api_key of "Scripted"'], 1),
    "no HTTP": (garbage, ModelUnreachable, ["broke before an answer came"], 3),
}


@pytest.mark.parametrize("case", FOR_EVER)
def test_a_failure_that_stays_ends_the_run_and_says_why(scene, case):
    fail, error, words, times = FOR_EVER[case]
    scene.worker.lines["actor"] = [fail]

    scene.run()

    scene.check_end(State.FAILED, error.exit_status, *words)
    assert scene.worker.asked == ["planner"] + ["actor"] * times
    assert len(scene.retries()) == times - 1


@pytest.mark.parametrize("hang", [silence, half_a_body])
def test_a_worker_that_hangs_is_left_after_the_timeout(scene, hang):
    scene.changes["llm_api.timeout"] = 0.4
    scene.worker.lines["actor"] = [hang]

    scene.run()

    scene.check_end(State.FAILED, ModelTimeout.exit_status, "did not answer within 0.4 s", 'Raise timeout of "Scripted"')
    assert scene.retries() == []


def test_a_worker_that_refuses_in_words_is_told_to_answer_in_the_grammar(scene):
    scene.worker.lines["actor"] = [answering(b'{"text": "I cannot help with that.", "error_code": 0}'), GOOD]

    scene.run(evaluator=False)

    scene.check_end(State.FINISHED, 0)
    assert "answer with one fenced json block: I cannot help with that." in scene.prompts("actor")[1]


@pytest.fixture
def streaming(scene):
    """The same worker as a chat server that streams."""
    scene.changes |= {f"llm_api.Scripted.{name}": value for name, value in (("protocol", "chat_completions"), ("stream", True))}
    scene.changes["llm_api.Scripted.model_name"] = "tiny"
    scene.worker.lines = {
        "planner": [chat(json.dumps(plan("the only sub-task")))],
        "actor": [chat(json.dumps(GOOD), ending=""), chat(json.dumps(GOOD))],
        "evaluator": [chat(json.dumps(judge()))],
    }
    return scene


def test_a_stream_that_breaks_off_is_begun_again(streaming):
    streaming.worker.lines["actor"][0] = chat(json.dumps(GOOD)[:60], ending="")

    streaming.run()

    streaming.check_end(State.FINISHED, 0)
    assert streaming.retries() == ["the answer broke off"]


def test_a_stream_that_always_breaks_off_ends_the_run(streaming):
    streaming.worker.lines["actor"] = [chat(json.dumps(GOOD)[:60], ending="")]

    streaming.run()

    streaming.check_end(State.FAILED, ModelAnswerInvalid.exit_status, "broke off half-way")
    assert len(streaming.retries()) == 2


class ClosedDoor:
    """A port of ours that refuses connections until the worker behind it opens."""

    def __init__(self):
        self._door = socket.socket()
        self._door.bind(("127.0.0.1", 0))
        self._inner = Worker()
        self.lines = self._inner.lines
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}/worker_generate"
        self._threads = []

    def open(self):
        self._door.listen()
        self._threads.append(threading.Thread(target=self._lead_in, name="door"))
        self._threads[0].start()

    def _lead_in(self):
        while True:
            try:
                guest, address = self._door.accept()
            except OSError:
                return
            self._inner._server.process_request(guest, address)

    def close(self):
        try:
            self._door.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        for thread in self._threads:
            thread.join()
        self._door.close()
        self._inner.close()


@pytest.fixture
def door():
    door = ClosedDoor()
    yield door
    door.close()


def test_a_worker_that_starts_late_and_stumbles_is_waited_for_and_the_recording_tells_it(scene, door):
    scene.changes["llm_api.retries"] = 5
    door.lines["planner"] = [failing(503), garbage, answering(b'{"te'), plan("the only sub-task")]
    door.lines["actor"] = [failing(429, "0"), GOOD]

    def hear(event):
        if isinstance(event, ev.CallRetried) and event.attempt == 3:
            door.open()

    scene.on_event = hear
    scene.run(url=door.url)

    scene.check_end(State.FINISHED, 0)
    told = [line["event"] for line in read_events(scene.handle.session) if line["event"]["type"] == "CallRetried"]
    story = ["connection refused"] * 2 + ["status 503", "connection lost", "the answer was broken JSON"]
    assert [event["reason"] for event in told] == [*story, "too many requests (429)"]
    assert [event["attempt"] for event in told] == [2, 3, 4, 5, 6, 2]
    assert [(event.x, event.y) for event in scene.wire.inputs if event.kind == "pointer" and event.code] == [(640, 480)]


def test_the_command_says_it_and_ends_with_its_status(scene, door, screenagent, tmp_path):
    scene.changes["llm_api.retries"] = 0

    told = screenagent("run", "the task", "-c", scene.settings_file(url=door.url), process=True)

    assert (told.status, told.err) == (ModelUnreachable.exit_status, "")
    *_, failed, hint, recording = told.out.splitlines()
    assert f"failed: Nothing answers at {door.url}: the connection was refused. (" in failed
    assert hint.endswith("  Is the worker running? Start it, or check target_url.")
    (session,) = (tmp_path / "sessions").iterdir()
    assert recording == f"Recording: {session}"
    assert [line["event"]["type"] for line in read_events(session)][-2:] == ["StateChanged", "RunEnded"]


def test_a_worker_that_is_not_there_is_named(scene, door):
    scene.run(url=door.url)

    words = [f"Nothing answers at {door.url}", "the connection was refused", "Is the worker running?"]
    scene.check_end(State.FAILED, ModelUnreachable.exit_status, *words)
    assert scene.retries() == ["connection refused"] * 2
