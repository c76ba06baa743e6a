"""What goes wrong with Docker, each with its sentence; the engine is a program written here that fails as real ones do."""

from __future__ import annotations

import json
import threading

import pytest

from screenagent.desktop import docker, standing, state
from screenagent.desktop.docker import engine, images
from screenagent.errors import Cancelled, DockerError

VALUES = {
    "id": "c0ffee",
    "image": "screenagent-desktop:0",
    "size": [800, 600],
    "password": "geheim-1",
    "clipboard_token": "geheimes-token",
    "port": 5999,
    "clipboard_port": 5998,
}


@pytest.fixture
def docker_says(tmp_path, monkeypatch):
    """Put a docker command on the path, and nothing else: ``docker_says("case $1 in ... esac")``."""

    def write(script):
        program = tmp_path / "docker"
        program.write_text(f"#!/bin/bash\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    monkeypatch.delenv("DOCKER_HOST", raising=False)
    return write


def test_no_docker_command(monkeypatch, tmp_path):
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DockerError, match="Docker is not installed") as caught:
        docker.start()
    assert "apt-get install docker.io" in caught.value.hint


@pytest.mark.parametrize(
    ("said", "sentence", "hint"),
    [
        (
            "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
            "The Docker engine is not running.",
            "systemctl start docker",
        ),
        (
            "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get ...",
            "This user may not use the Docker engine.",
            "usermod -aG docker",
        ),
    ],
)
def test_no_engine_that_may_be_used(docker_says, said, sentence, hint):
    docker_says(f"echo '{said}' >&2; exit 1")
    with pytest.raises(DockerError) as caught:
        docker.start()
    assert caught.value.message == sentence
    assert hint in caught.value.hint


def test_an_engine_on_another_machine(docker_says, monkeypatch):
    docker_says("exit 0")
    monkeypatch.setenv("DOCKER_HOST", "ssh://far-away")
    with pytest.raises(DockerError, match=r"another machine \(ssh://far-away\)"):
        docker.start()


def test_an_engine_that_hangs(docker_says):
    docker_says("exec sleep 1000")
    with pytest.raises(DockerError, match="docker info did not end within"):
        engine.call("info", seconds=0.2)


def test_a_port_that_is_taken(docker_says):
    docker_says("echo 'Bind for 127.0.0.1:5900 failed: port is already allocated' >&2; exit 125")
    with pytest.raises(DockerError, match=r"port .* is taken") as caught:
        engine.call("run")
    assert "127.0.0.1:5900" in caught.value.hint


def test_whatever_else_it_says_is_quoted_without_our_secrets(docker_says):
    docker_says("echo 'something odd about geheimes-token' >&2; exit 1")
    state.save("docker", VALUES)
    with pytest.raises(DockerError) as caught:
        docker.running()
    assert "something odd about ***" in caught.value.hint


def test_an_image_that_is_missing_without_a_checkout(docker_says, monkeypatch, tmp_path):
    docker_says("[ $1 != image ]")
    monkeypatch.setattr(images, "CHECKOUT", tmp_path)
    with pytest.raises(DockerError, match="no image screenagent-desktop") as caught:
        docker.start()
    assert "docker build -t screenagent-desktop:" in caught.value.hint


def test_an_image_that_cannot_be_built_is_quoted_and_its_steps_are_told(docker_says):
    docker_says(
        """case $1 in
        image) exit 1 ;;
        build) echo 'Step 1/2 : FROM ubuntu:24.04'; echo noise; echo 'no such host' >&2; exit 1 ;;
        esac"""
    )
    told = []
    with pytest.raises(DockerError, match="cannot be built") as caught:
        docker.start(on_progress=told.append)
    assert "no such host" in caught.value.hint
    assert any("Building the image" in line for line in told)
    assert "  Step 1/2 : FROM ubuntu:24.04" in told
    assert not any("noise" in line for line in told)


def test_a_build_can_be_cancelled(docker_says):
    docker_says("case $1 in image) exit 1 ;; build) echo 'Step 1/2 : FROM x'; exec sleep 1000 ;; esac")
    cancelled = threading.Event()

    def hear(line):
        if "Step" in line:
            cancelled.set()

    with pytest.raises(Cancelled):
        docker.start(on_progress=hear, cancelled=cancelled)


def test_a_container_of_that_name_that_is_somebody_else_s(docker_says):
    other = json.dumps([{"State": {"Running": True}, "Config": {"Labels": {}}}])
    docker_says(f"case $1 in container) echo '{other}' ;; esac")
    with pytest.raises(DockerError, match="named screenagent-desktop already") as caught:
        docker.start()
    assert "docker rm --force screenagent-desktop" in caught.value.hint


def test_a_container_that_ends_during_its_start_is_quoted_and_removed(docker_says, tmp_path):
    gone = json.dumps([{"State": {"Running": False}, "Config": {"Labels": {}}}])
    docker_says(
        f"""echo "$*" >>{tmp_path}/calls
        case $1 in
        container) [ -e {tmp_path}/ran ] && echo '{gone}' || {{ echo 'Error: No such container' >&2; exit 1; }} ;;
        create) echo abc123 ;;
        start) touch {tmp_path}/ran ;;
        port) echo 127.0.0.1:5999 ;;
        exec) exit 1 ;;
        logs) echo 'screenagent-desktop: RESOLUTION is wrong' >&2 ;;
        esac"""
    )
    with pytest.raises(DockerError, match="ended during its start") as caught:
        docker.start()
    assert "RESOLUTION is wrong" in caught.value.hint
    assert (tmp_path / "calls").read_text().splitlines()[-1] == "rm --force --volumes abc123"
    assert not state.state_file().exists()


def test_a_start_that_comes_second_leaves_the_first_one_alone(docker_says, tmp_path):
    docker_says(
        f"""echo "$*" >>{tmp_path}/calls
        case $1 in
        container) echo 'Error: No such container' >&2; exit 1 ;;
        create) echo 'Conflict. The container name "/screenagent-desktop" is already in use' >&2; exit 1 ;;
        esac"""
    )
    with pytest.raises(DockerError, match="docker create failed") as caught:
        docker.start()
    assert "already in use" in caught.value.hint
    assert "rm " not in (tmp_path / "calls").read_text()


def test_secrets_are_in_no_command_line(docker_says, tmp_path):
    docker_says(
        f"""echo "$*" >>{tmp_path}/calls; env >>{tmp_path}/environment
        case $1 in
        container) echo 'Error: No such container' >&2; exit 1 ;;
        create) echo abc123 ;;
        port) echo 127.0.0.1:5999 ;;
        esac"""
    )
    desktop = docker.start(worker=False)
    calls = (tmp_path / "calls").read_text()
    assert desktop.password not in calls + repr(desktop)
    assert desktop.clipboard_token not in calls + repr(desktop)
    assert f"VNC_PASSWORD={desktop.password}" in (tmp_path / "environment").read_text()
    assert state.state_file().stat().st_mode & 0o777 == 0o600


def test_a_desktop_that_was_left_running_and_an_engine_that_is_away(docker_says):
    docker_says("echo 'Is the docker daemon running?' >&2; exit 1")
    state.save("docker", VALUES)
    with pytest.raises(DockerError, match="not running") as caught:
        standing.running()
    assert f"rm {state.state_file()}" in caught.value.hint
    assert state.state_file().exists()


def test_a_container_that_has_ended_is_forgotten_with_the_worker_beside_it(docker_says, tmp_path):
    docker_says(f'echo "$*" >>{tmp_path}/calls; case $1 in container) echo "Error: No such container" >&2; exit 1 ;; esac')
    state.save("docker", {**VALUES, "worker_id": "decaf"})
    assert standing.running() is None
    assert "rm --force --volumes c0ffee decaf" in (tmp_path / "calls").read_text()
    assert not state.state_file().exists()


@pytest.mark.parametrize("text", ["{broken", "[]", '{"kind": "docker", "id": "x"}', '{"id": "x"}', "\udcff"])
def test_a_state_file_that_cannot_be_used_is_removed(docker_says, text):
    docker_says("exit 1")
    state.save("docker", VALUES)
    state.state_file().write_text(text, encoding="utf-8", errors="surrogateescape")
    assert standing.running() is None
    assert not state.state_file().exists()
