"""`screenagent desktop start --docker`, as a person uses it: started, used for a task, put back, and ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from screenagent.desktop import standing
from support.containers import docker, until

pytestmark = pytest.mark.timeout(1800)
TASK = "Open the text editor, type 'Hello from ScreenAgent, 你好' and save it as hello.txt"

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def state_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture
def screenagent(state_home: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run the command line as a process of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(state_home))

    def run(*words: object, check: bool = True) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "screenagent", *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False, env=dict(os.environ))
        assert done.returncode == 0 or not check, done.stdout + done.stderr
        return done

    return run


@pytest.fixture(scope="module")
def _ended(state_home: Path) -> Iterator[None]:
    """Whatever the tests left running ends with the module."""
    yield
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(state_home))
        left = standing.running()
        if left:
            standing.stop(left)


@pytest.fixture
def desktop(screenagent: Command, _ended: None, desktop_image: str, worker_image: str) -> dict[str, Any]:
    """The facts of a running one, started where there is none."""
    if screenagent("desktop", "status", check=False).returncode:
        screenagent("desktop", "start", "--docker", "--image", desktop_image, "--worker-image", worker_image)
    facts: dict[str, Any] = json.loads(screenagent("desktop", "status", "--json", "--show-password").stdout)
    return facts


def inside(desktop: dict[str, Any], *words: str, check: bool = True) -> str:
    return docker("exec", desktop["container"], *words, check=check).stdout


def test_status_tells_where_it_is(desktop, screenagent):
    assert desktop["kind"] == "docker"
    assert desktop["worker"].startswith("http://127.0.0.1:")
    plain = screenagent("desktop", "status").stdout
    assert desktop["password"] not in plain
    assert str(desktop["port"]) in plain


def test_everything_is_published_to_this_machine_alone(desktop):
    lines = docker("ps", "--format", "{{.Ports}}", "--filter", "label=org.screenagent.part").stdout.splitlines()
    assert len(lines) == 2
    for line in lines:
        assert all(part.strip().startswith("127.0.0.1:") for part in line.split(",") if "->" in part), line


def test_a_second_one_is_refused(desktop, screenagent):
    for words in (["start", "--docker"], ["start"]):
        again = screenagent("desktop", *words, check=False)
        assert again.returncode == 18
        assert "A desktop in a Docker container is running already." in again.stderr


def test_the_doctor_finds_nothing_wrong(desktop, screenagent):
    said = screenagent("doctor").stdout
    assert "1024x768" in said
    assert "reads pictures" in said
    assert "a desktop in a Docker container is running, which brings its own" in said


def test_a_task_is_done_on_it(desktop, screenagent, tmp_path):
    done = screenagent("run", TASK, "--session", tmp_path / "sessions")
    assert "FINISHED" in done.stdout.upper()
    assert inside(desktop, "cat", "/home/agent/hello.txt") == "Hello from ScreenAgent, 你好"
    events = next((tmp_path / "sessions").iterdir()) / "events.jsonl"
    assert desktop["password"] not in events.read_text(encoding="utf-8")


def test_reset_gives_a_fresh_state_at_the_same_address(desktop, screenagent):
    inside(desktop, "sh", "-c", "echo mine > /home/agent/mine.txt")
    began = time.monotonic()
    said = screenagent("desktop", "reset").stdout
    took = time.monotonic() - began
    assert str(desktop["port"]) in said
    after = json.loads(screenagent("desktop", "status", "--json", "--show-password").stdout)
    same = ("host", "port", "password", "clipboard", "worker", "size", "image")
    assert {name: after[name] for name in same} == {name: desktop[name] for name in same}
    assert after["container"] != desktop["container"]
    assert "mine.txt" not in inside(after, "ls", "/home/agent")
    assert took < 60


def test_one_that_was_killed_is_noticed_and_cleared_away(desktop, screenagent):
    docker("kill", desktop["container"])
    assert screenagent("desktop", "status", check=False).returncode == 1
    assert not docker("ps", "--all", "--quiet", "--filter", "label=org.screenagent.part").stdout


def test_stop_leaves_no_container(desktop, screenagent):
    assert "The desktop is gone." in screenagent("desktop", "stop").stdout
    until(lambda: not docker("ps", "--all", "--quiet", "--filter", "label=org.screenagent.part").stdout, "the containers' end")
    assert screenagent("desktop", "reset", check=False).returncode == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--image", "x"], "--image goes with --docker."),
        (["--docker", "--home", "somewhere"], "--home does not go with --docker."),
        (["--docker", "--size", "big"], "--size must be WIDTHxHEIGHT"),
    ],
)
def test_options_that_cannot_be_meant(screenagent, words, sentence):
    done = screenagent("desktop", "start", *words, check=False)
    assert done.returncode == 2
    assert sentence in done.stderr


def test_images_that_are_missing_are_built(screenagent, base_image, desktop_image, monkeypatch):
    """The layers are there already, so that nothing is fetched."""
    monkeypatch.setenv("DOCKER_BUILDKIT", "0")
    tag = "screenagent-test-desktop:by-command"
    options = ("--image", tag, "--base-image", base_image, "--no-worker")
    started = screenagent("desktop", "start", "--docker", *options)
    try:
        assert f"Building the image {tag}" in started.stderr
        assert "  Step 1/" in started.stderr
    finally:
        screenagent("desktop", "stop")
        docker("rmi", tag)
