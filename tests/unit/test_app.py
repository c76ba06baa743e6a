"""The controller: settings become a desktop and runs on it, and every way to use it wrongly has a sentence."""

from __future__ import annotations

import queue
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import yaml

from screenagent import app
from screenagent.app import Controller
from screenagent.desktop.memory import MemoryDesktop
from screenagent.domain import events as ev
from screenagent.domain.machine import State
from screenagent.errors import ModelUnreachable, ScreenAgentError, SettingsError
from screenagent.flow.cancel import CancelToken
from screenagent.settings import Settings
from support.serving import serving

PLAN = '[{"action_type": "PlanAction", "element": "press a key"}]'
PRESS = '[{"action_type": "KeyboardAction", "keyboard_action_type": "press", "keyboard_key": "a"}]'
TWICE = PRESS[:-1] + ', {"action_type": "EvaluateSubTaskAction", "situation": "need_retry"}]'
WAIT = '[{"action_type": "WaitAction", "wait_time": 60}]'
DONE = '[{"action_type": "EvaluateSubTaskAction", "situation": "sub_task_success"}]'


@pytest.fixture
def settings(tmp_path):
    """Load settings for the scripted model with these replies; keywords replace whole sections."""

    def load(actor=PRESS, **sections):
        (tmp_path / "replies.yml").write_text(yaml.safe_dump({"planner": [PLAN], "actor": [actor], "evaluator": [DONE]}))
        content = {
            "llm_api": {"script": {"protocol": "scripted", "replies": "replies.yml"}},
            "remote_vnc_server": {"host": "nowhere.invalid"},
            "recording": {"folder": "sessions"},
            **sections,
        }
        file = tmp_path / "config.yml"
        file.write_text(yaml.safe_dump(content), encoding="utf-8")
        return Settings.load(file)

    return load


@pytest.fixture
def controller(settings, monkeypatch):
    """Make an open controller on a desktop in memory."""
    made = []

    def make(interactive=False, **changes):
        monkeypatch.setattr(app, "make_desktop", lambda options, reader: MemoryDesktop())
        made.append(Controller(settings(**changes), interactive=interactive))
        made[-1].open(CancelToken())
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def server():
    """A model server that knows no page, on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self):
            self.send_response(404)
            self.end_headers()

        def log_message(self, *words):
            pass

    with serving(HTTPServer(("127.0.0.1", 0), Handler)) as made:
        yield f"http://127.0.0.1:{made.server_port}"


def test_a_run_goes_to_its_end_and_another_may_follow(controller):
    one = controller()
    for _ in range(2):
        told = []
        handle = one.start(" press a key ", [told.append])
        assert handle.wait(60).state is State.FINISHED
        assert isinstance(told[-1].event, ev.RunEnded)
        assert (handle.session / "events.jsonl").is_file()


def test_two_runs_at_once_are_refused(controller):
    one = controller(actor=WAIT)
    one.start("wait")
    with pytest.raises(SettingsError, match="A run is going on already"):
        one.start("wait")


def test_a_run_whose_thread_broke_does_not_block_the_next(controller, monkeypatch, caplog):
    def broken(self):
        raise RuntimeError("a defect")

    one = controller()
    with monkeypatch.context() as patch:
        patch.setattr(app.Run, "execute", broken)
        assert one.start("press a key").wait(60) is None
    assert "a defect" in caplog.text
    assert one.start("press a key").wait(60).state is State.FINISHED


def test_a_closed_controller_starts_nothing(controller):
    one = controller()
    one.close()
    one.close()
    with pytest.raises(ScreenAgentError, match="closed"):
        one.start("press a key")
    with pytest.raises(ScreenAgentError, match="closed"):
        one.open(CancelToken())


@pytest.mark.parametrize("key", ["auto_transitions", "auto_execute_actions"])
def test_what_waits_for_a_person_is_refused_where_there_is_none(settings, key):
    one = Controller(settings(automaton={key: False}))
    with pytest.raises(SettingsError, match=rf"automaton\.{key} is false(.|\n)*--set automaton\.{key}=true"):
        one.open(CancelToken())
    one.close()


def test_actions_wait_for_the_person_where_the_settings_say_so(controller):
    one = controller(interactive=True, automaton={"auto_execute_actions": False})
    asked = threading.Event()
    told = []

    def hear(stamped):
        told.append(stamped.event)
        if isinstance(stamped.event, ev.Paused):
            asked.set()

    handle = one.start("press a key", [hear])
    assert asked.wait(60)
    assert [event.gate for event in told if isinstance(event, ev.Paused)] == ["actions"]
    handle.control.answer()
    assert handle.wait(60).state is State.FINISHED


def test_each_step_waits_for_the_person_where_the_settings_say_so(controller):
    one = controller(interactive=True, automaton={"auto_transitions": False})
    paused = queue.Queue()

    def hear(stamped):
        if isinstance(stamped.event, ev.Paused):
            paused.put(stamped.event)

    handle = one.start("press a key", [hear])
    for _ in range(4):
        assert paused.get(timeout=60).gate is None
        handle.control.step()
    assert handle.wait(60).state is State.FINISHED


def test_a_control_comes_as_the_settings_want_it_and_is_switched_before_the_start(controller):
    one = controller(interactive=True, automaton={"auto_execute_actions": False, "person_input": "stop"})
    control = one.control()
    assert control.held_gates == {"actions"}
    control.hold("actions", False)
    control.hold("reply")
    held = threading.Event()
    handle = one.start("press a key", [lambda stamped: held.set() if isinstance(stamped.event, ev.Held) else None], control)
    assert handle.control is control
    assert held.wait(60)
    assert control.waiting_at == "reply"
    control.hold("reply", False)
    assert handle.wait(60).state is State.FINISHED
    assert one.control() is not control
    assert one.control().take_over()


def test_a_reply_can_be_read_as_the_run_would_without_doing_anything(controller):
    one = controller()
    control = one.control()
    control.pause()
    paused = threading.Event()
    handle = one.start("press a key", [lambda stamped: paused.set() if isinstance(stamped.event, ev.Paused) else None], control)
    assert paused.wait(60)
    assert handle.read(PRESS).errors
    control.resume()
    assert handle.wait(60).state is State.FINISHED
    (action,) = handle.read(PRESS).actions
    assert action.chord == ("a",)


def test_settings_say_how_long_a_run_that_changes_nothing_goes_on(controller, monkeypatch):
    monkeypatch.setattr(MemoryDesktop, "_repaint", lambda self: None)
    one = controller(
        automaton={"stuck": {"fail": 1, "replan": 0}},
        llm_api={
            "script": {"protocol": "scripted", "replies": "replies.yml"},
            "use": {"planner": "script", "actor": "script", "evaluator": False},
        },
        actor=TWICE,
    )
    ended = one.start("press a key").wait(60)
    assert (ended.state, ended.exit_status) == (State.FAILED, 30)
    assert "automaton.stuck.fail" in ended.reason


def test_a_model_server_that_answers_whatever_it_answers_is_there(settings, server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    one = Controller(settings(llm_api={"LLaVA": {"target_url": f"{server}/worker_generate"}}))
    assert one.check_model() is None
    one.close()


def test_a_model_server_that_is_not_there_is_named(settings):
    one = Controller(settings(llm_api={"LLaVA": {"target_url": "http://127.0.0.1:9/worker_generate"}}))
    error = one.check_model()
    assert isinstance(error, ModelUnreachable)
    assert "LLaVA" in str(error)
    assert "127.0.0.1:9" in str(error)
    one.close()


def test_an_embedded_worker_that_is_not_running_is_told_not_raised(settings):
    one = Controller(settings(llm_api={"use": "OCR"}))
    assert "embedded" in str(one.check_model())
    one.close()


def test_an_unknown_paste_key_names_its_setting(settings):
    one = Controller(settings(remote_vnc_server={"host": "127.0.0.1", "port": 1, "paste_key": "Ctrl+Hurz"}))
    with pytest.raises(SettingsError, match="paste_key"):
        one.open(CancelToken())
    one.close()


OURS = {"protocol": "worker_generate", "dialect": "screenagent", "target_url": "http://127.0.0.1:9/worker_generate"}


@pytest.mark.parametrize(
    ("llm_api", "desktop", "reads"),
    [
        ({"mine": {**OURS, "send_context": True}}, {}, True),
        ({"mine": {**OURS, "send_context": True}}, {"read_back": False}, False),
        ({"mine": OURS}, {}, False),
        ({"LLaVA": {"target_url": "http://127.0.0.1:9/worker_generate"}}, {}, False),
        ({"use": "OCR"}, {}, False),
    ],
)
def test_text_is_read_back_where_a_model_is_our_own_worker(settings, monkeypatch, llm_api, desktop, reads):
    readers = []
    monkeypatch.setattr(app, "make_desktop", lambda options, reader: readers.append(reader) or MemoryDesktop())
    one = Controller(settings(llm_api=llm_api, remote_vnc_server={"host": "nowhere.invalid", **desktop}))
    one.open(CancelToken())
    assert [reader is not None for reader in readers] == [reads]
    one.close()
