"""A clipboard service at fault: the text arrives all the same, the run says what was wrong, and the clipboard is put back."""

from __future__ import annotations

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from contract.stop.stage import without_marks
from contract.stop.worker import key, plan, typed
from screenagent.desktop import vnc
from screenagent.desktop.keys import keysym
from screenagent.domain import events as ev
from screenagent.domain.machine import State

TOKEN = "0123456789abcdef"
CHINESE = "你好"
UNICODE = [0x1000000 + ord(character) for character in CHINESE]
PASTE = [keysym("ctrl"), ord("v")]
WITHOUT_SERVICE = PASTE + UNICODE
"""The server's own clipboard comes next; the window pastes nothing, so the text is typed."""


class Service(ThreadingHTTPServer):
    """A clipboard over HTTP that holds `content`; `faults` maps a request's number, from 1, to what goes wrong with it."""

    daemon_threads = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = "what a person copied"
        self.token = TOKEN
        self.copied = []
        self.faults = {}
        self.count = 0
        self.over = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, name="clipboard")
        self._thread.start()

    @property
    def port(self):
        return self.server_address[1]

    def stop(self):
        if self._thread.is_alive():
            self.over.set()
            self.shutdown()
            self._thread.join()
            self.server_close()


class Handler(BaseHTTPRequestHandler):
    server: Service

    def do_GET(self):
        self._handle(self.headers["Authorization"] == f"Bearer {self.server.token}", None)

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._handle(asked["token"] == self.server.token, asked["text"])

    def _handle(self, allowed, new):
        service = self.server
        service.count += 1
        fault = service.faults.get(service.count) or service.faults.get("every")
        with contextlib.suppress(OSError):
            if fault:
                return fault(self)
            if allowed and new is not None:
                service.content = new
                service.copied.append(new)
            self.say(200 if allowed else 401, {"text": service.content, "success": True} if allowed else {"success": False})
        return None

    def say(self, status, value):
        self.answer(status, json.dumps(value).encode(), "application/json")

    def answer(self, status, body, content_type):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def silent(handler):
    """Say nothing."""
    handler.server.over.wait(60)


def broken(handler):
    """Say that the clipboard cannot be reached."""
    handler.say(503, {"success": False, "reason": "no display"})


def odd(handler):
    """Answer as a web page would."""
    handler.answer(200, b"<h1>Welcome", "text/html")


def half(handler):
    """Break off."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{")


def hang_up(handler):
    """Close without an answer."""


@pytest.fixture
def service():
    service = Service()
    yield service
    service.stop()


@pytest.fixture
def scene(scene, service):
    """A run that enters Chinese text twice."""
    scene.worker.lines["actor"] = [[typed(CHINESE)]]
    return scene


def pressed(scene):
    """The keys that went down, in order, but the Shift that makes an X server settle on its keymap."""
    keys = [event.code for event in without_marks(scene.wire.inputs) if event.kind == "key" and event.down]
    return [code for code in keys if code != keysym("shift")]


def ways(scene):
    return [event.how for event in scene.of(ev.ActionEnded)]


def warnings(scene):
    return [event.text for event in scene.of(ev.Warned)]


FAULTS = {
    "a broken clipboard": (broken, "no display"),
    "a web server": (odd, "is not ours"),
    "an answer cut off": (half, "The clipboard service at"),
    "a hang-up": (hang_up, "The clipboard service at"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_service_that_fails_is_told_of_and_gone_without(scene, service, case):
    fault, told = FAULTS[case]
    service.faults["every"] = fault

    scene.run(evaluator=False, clipboard_port=service.port)

    scene.check_end(State.FINISHED, 0)
    (warning,) = warnings(scene)
    assert f"127.0.0.1:{service.port}" in warning
    assert told in warning
    assert "The text is entered without it." in warning
    assert ways(scene) == ["Unicode keysyms"]
    assert pressed(scene) == WITHOUT_SERVICE
    assert service.content == "what a person copied"


def test_a_wrong_token_is_named_with_its_setting(scene, service):
    service.token = "another"

    scene.run(evaluator=False, clipboard_port=service.port)

    scene.check_end(State.FINISHED, 0)
    (warning,) = warnings(scene)
    assert "refused our token" in warning
    assert "remote_clipboard_secret_token must equal" in warning
    assert pressed(scene) == WITHOUT_SERVICE
    assert service.copied == []


@pytest.fixture
def impatient(monkeypatch):
    """Wait 0.4 seconds for the service."""
    made = vnc.ClipboardClient
    monkeypatch.setattr(vnc, "ClipboardClient", lambda url, token: made(url, token, timeout=0.4))


def test_a_service_that_is_slow_is_gone_without_and_what_it_took_is_put_back(scene, service, impatient):
    def slow(handler):
        handler.server.content = CHINESE
        silent(handler)

    service.faults[2] = slow

    scene.run(evaluator=False, clipboard_port=service.port)

    scene.check_end(State.FINISHED, 0)
    (warning,) = warnings(scene)
    assert "did not answer in time" in warning
    assert pressed(scene) == WITHOUT_SERVICE
    assert service.content == "what a person copied"


def test_a_service_that_never_answers_is_not_waited_for_twice(scene, service, impatient):
    service.faults["every"] = silent
    scene.worker.lines["actor"] = [[typed(CHINESE), typed(CHINESE)]]

    scene.run(evaluator=False, clipboard_port=service.port)

    scene.check_end(State.FINISHED, 0)
    (warning,) = warnings(scene)
    assert "did not answer in time" in warning
    assert ways(scene) == ["Unicode keysyms"] * 2
    assert pressed(scene) == WITHOUT_SERVICE + UNICODE
    assert service.count == 1


def test_a_service_that_goes_in_the_middle_of_a_run(scene, service):
    scene.worker.lines["planner"] = [plan("first", "second")]
    scene.worker.lines["actor"] = [[key("down", "Shift_L"), key("up", "Shift_L"), typed(CHINESE)], [typed(CHINESE)]]

    def hear(event):
        if isinstance(event, ev.Judged) and event.sub_task == "first":
            service.stop()

    scene.on_event = hear
    scene.run(clipboard_port=service.port)

    scene.check_end(State.FINISHED, 0)
    assert ways(scene) == ["", "", "clipboard service", "Unicode keysyms"]
    (warning,) = warnings(scene)
    assert f"127.0.0.1:{service.port}" in warning
    assert "Start screenagent-clipboard" in warning or "Start it" in warning
    assert pressed(scene) == PASTE + WITHOUT_SERVICE
    assert service.copied == [CHINESE, "what a person copied"]
    assert service.content == "what a person copied"


def test_a_service_that_fails_after_the_paste_leaves_the_text_and_says_so(scene, service):
    service.faults[3] = broken

    scene.run(evaluator=False, clipboard_port=service.port)

    scene.check_end(State.FINISHED, 0)
    assert ways(scene) == ["clipboard service"]
    (warning,) = warnings(scene)
    assert warning.startswith("The clipboard's old content was not put back.")
    assert "no display" in warning
    assert pressed(scene) == PASTE


def test_a_text_that_no_way_can_carry_is_refused_with_a_sentence(scene, service):
    scene.worker.lines["actor"] = [[typed("a\u0007b")], [typed("ab")]]

    scene.run(evaluator=False, clipboard_port=service.port)

    scene.check_end(State.FINISHED, 0)
    assert "There is no key for the character U+0007" in scene.prompts("actor")[1]
    assert pressed(scene) == [ord("a"), ord("b")]
