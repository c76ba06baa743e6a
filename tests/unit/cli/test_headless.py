"""`screenagent run` as a process of its own, with a scripted model on a real VNC server: how it goes and how it ends."""

import json
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest
import yaml

PLAN = '```json\n[{"action_type": "PlanAction", "element": "press a key"}]\n```'
PRESS = '```json\n[{"action_type": "KeyboardAction", "keyboard_action_type": "press", "keyboard_key": "a"}]\n```'
DONE = '```json\n[{"action_type": "EvaluateSubTaskAction", "situation": "sub_task_success"}]\n```'
RETRY = '```json\n[{"action_type": "EvaluateSubTaskAction", "situation": "need_retry", "advice": "again"}]\n```'
WAIT = '```json\n[{"action_type": "WaitAction", "wait_time": 60}]\n```'


@pytest.fixture
def screen(xtigervnc):
    return xtigervnc((320, 240))


@pytest.fixture
def settings(tmp_path, screen):
    """Write settings for the scripted model with these replies by role; returns the file."""

    def write(limits=None, **replies):
        (tmp_path / "replies.yml").write_text(yaml.safe_dump(replies), encoding="utf-8")
        desktop = {"host": screen.host, "port": screen.port, "password": screen.password}
        content = {
            "llm_api": {"script": {"protocol": "scripted", "replies": "replies.yml"}},
            "automaton": {"limits": limits or {}},
            "remote_vnc_server": desktop,
            "recording": {"folder": "sessions"},
        }
        file = tmp_path / "config.yml"
        file.write_text(yaml.safe_dump(content), encoding="utf-8")
        return file

    return write


@contextmanager
def running(file, *words):
    line = [sys.executable, "-m", "screenagent", "run", "press a key", "-c", str(file), *words]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def run(file, *words):
    with running(file, *words) as process:
        out, err = process.communicate(timeout=90)
        return process.returncode, out, err


def test_a_task_done_ends_with_0_and_names_its_recording(settings, tmp_path):
    status, out, err = run(settings(planner=[PLAN], actor=[PRESS], evaluator=[DONE]))

    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert any(line.endswith("▸ press a key") for line in lines)
    assert any("✓ press a" in line for line in lines)
    assert "finished" in lines[-2]
    (session,) = (tmp_path / "sessions").iterdir()
    assert lines[-1] == f"Recording: {session}"
    assert (session / "events.jsonl").stat().st_size > 0


def test_quiet_says_only_how_it_ended(settings):
    status, out, _ = run(settings(planner=[PLAN], actor=[PRESS], evaluator=[DONE]), "--quiet")

    assert status == 0
    assert [line.split(":")[0] for line in out.splitlines()] == ["finished", "Recording"]


def test_json_is_one_event_a_line_and_no_secret(settings, screen):
    status, out, _ = run(settings(planner=[PLAN], actor=[PRESS], evaluator=[DONE]), "--json")

    lines = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert lines[0]["event"]["type"] == "RunStarted"
    assert lines[-2]["event"]["type"] == "RunEnded"
    assert lines[-1]["exit_status"] == 0
    assert screen.password not in out


def test_a_limit_ends_with_40(settings):
    file = settings({"retries": 1}, planner=[PLAN], actor=[PRESS] * 5, evaluator=[RETRY] * 5)
    status, out, _ = run(file)

    assert status == 40
    assert "limits.retries" in out


def test_a_model_that_fails_ends_with_its_status(settings):
    status, out, _ = run(settings(planner=[PLAN], actor=[]))

    assert status == 20
    assert "failed" in out


def test_a_desktop_that_is_not_there_ends_with_11_and_no_recording(settings, screen, tmp_path):
    file = settings(planner=[PLAN])
    screen.stop()
    status, _, err = run(file)

    assert status == 11
    assert str(screen.port) in err
    assert not (tmp_path / "sessions").exists()


def test_a_wrong_password_ends_with_12(settings):
    status, _, err = run(settings(planner=[PLAN]), "--set", "remote_vnc_server.password=wrong-one")

    assert status == 12
    assert "wrong-one" not in err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_with_130_and_a_whole_recording(settings, tmp_path, number):
    with running(settings(planner=[PLAN], actor=[WAIT])) as process:
        for line in process.stdout:
            if line.strip().endswith("acting"):
                break
        process.send_signal(number)
        out, err = process.communicate(timeout=60)

    assert process.returncode == 130
    assert ("Ctrl+C" if number == signal.SIGINT else number.name) in err
    assert "stopped" in out
    (session,) = (tmp_path / "sessions").iterdir()
    last = (session / "events.jsonl").read_text(encoding="utf-8").splitlines()[-1]
    assert json.loads(last)["event"]["type"] == "RunEnded"


def test_nobody_reading_its_output_does_not_stop_it(settings, tmp_path):
    with running(settings(planner=[PLAN], actor=[PRESS], evaluator=[DONE])) as process:
        process.stdout.close()
        assert process.wait(90) == 0
        assert process.stderr.read() == ""

    assert list((tmp_path / "sessions").iterdir())
