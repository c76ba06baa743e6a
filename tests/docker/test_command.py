"""`screenagent desktop start --docker`, as a person uses it: started, used for a task, put back, and ended."""

from __future__ import annotations

import json
import os
import signal
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


def ours() -> str:
    """The containers of the command, running or not."""
    return docker("ps", "--all", "--quiet", "--filter", "label=org.screenagent.part").stdout


def port_of(container: str) -> int:
    return int(docker("port", container, "5900").stdout.splitlines()[0].rpartition(":")[2])


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
    assert "mine.txt" not in inside(after, "ls", "/home/agent")
    assert took < 60


def test_one_that_was_stopped_keeps_its_files_until_it_is_told_otherwise(desktop, screenagent):
    inside(desktop, "sh", "-c", "echo mine > /home/agent/mine.txt")
    docker("stop", desktop["container"])
    status = screenagent("desktop", "status", check=False)
    assert status.returncode == 1
    assert f"docker start {desktop['container']}" in status.stdout
    assert screenagent("desktop", "start", "--docker", check=False).returncode == 18
    docker("start", desktop["container"])
    assert inside(desktop, "cat", "/home/agent/mine.txt") == "mine\n"
    after = json.loads(screenagent("desktop", "status", "--json").stdout)
    assert after["port"] == desktop["port"] == port_of(desktop["container"])


def test_a_reset_mends_what_was_stopped_and_a_worker_that_is_gone(desktop, screenagent):
    worker = desktop["container"].replace("desktop", "worker")
    docker("stop", desktop["container"])
    docker("rm", "--force", worker)
    said = screenagent("desktop", "reset")
    assert "Replacing the OCR worker's container" in said.stderr
    assert "reads pictures" in screenagent("doctor").stdout


def test_containers_removed_by_hand_are_forgotten(desktop, screenagent):
    docker("rm", "--force", desktop["container"])
    assert "No desktop was left running." in screenagent("desktop", "status", check=False).stdout
    assert not ours()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
@pytest.mark.parametrize("moment", ["Starting the desktop", "Starting the OCR worker"])
def test_a_start_that_is_broken_off_leaves_nothing(screenagent, desktop_image, worker_image, number, moment):
    options = ("--docker", "--image", desktop_image, "--worker-image", worker_image)
    command = [sys.executable, "-m", "screenagent", "desktop", "start", *options]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if moment in line:
                process.send_signal(number)
                break
        process.stderr.read()
    assert process.returncode == 130
    assert not ours()


def test_a_start_that_was_killed_is_cleared_away_by_stop(screenagent, desktop_image):
    command = [sys.executable, "-m", "screenagent", "desktop", "start", "--docker", "--no-worker", "--image", desktop_image]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        until(ours, "the container")
        process.kill()
    assert "The desktop is gone." in screenagent("desktop", "stop").stdout
    assert not ours()


def test_a_proxy_for_everything_does_not_stand_in_the_way(screenagent, desktop_image, worker_image, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    screenagent("desktop", "start", "--docker", "--image", desktop_image, "--worker-image", worker_image)
    screenagent("desktop", "stop")


def test_stop_leaves_no_container(desktop, screenagent):
    assert "The desktop is gone." in screenagent("desktop", "stop").stdout
    assert not ours()
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


@pytest.mark.skipif(not os.environ.get("SCREENAGENT_PRIVATE_ENGINE"), reason="it would touch an image of the machine's own")
def test_images_that_are_missing_are_built_once(screenagent, base_image, desktop_image, monkeypatch):
    """The layers are there already, so that nothing is fetched."""
    monkeypatch.setenv("DOCKER_BUILDKIT", "0")
    options = ("--base-image", base_image, "--no-worker")
    try:
        started = screenagent("desktop", "start", "--docker", *options)
        assert "Building the image screenagent-desktop (once; some minutes)" in started.stderr
        assert "  Step 1/" in started.stderr
        screenagent("desktop", "stop")
        assert "Building" not in screenagent("desktop", "start", "--docker", "--no-worker").stderr
    finally:
        screenagent("desktop", "stop")
        docker("rmi", "screenagent-desktop", check=False)
