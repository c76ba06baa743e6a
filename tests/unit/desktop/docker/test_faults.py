"""What goes wrong with Docker, each with its sentence; the engine is a program written here that fails as real ones do."""

from __future__ import annotations

import json
import threading

import pytest

from screenagent.desktop import docker, standing, state
from screenagent.desktop.docker import engine, images
from screenagent.errors import Cancelled, DesktopError, DockerError

VALUES = {
    "id": "c0ffee",
    "engine": "E1",
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
        program.write_text(f"#!/bin/bash\n{script}\nstatus=$?\ncase $* in *json*) echo null ;; esac\nexit $status\n")
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
    docker_says("exit 1")
    monkeypatch.setenv("DOCKER_HOST", "ssh://far-away")
    with pytest.raises(DockerError, match=r"another machine \(ssh://far-away\)"):
        docker.start()


@pytest.mark.parametrize(
    ("address", "far"),
    [("ssh://me@box", True), ("tcp://10.0.0.7:2375", True), ("tcp://127.0.0.1:2375", False), ("unix:///s", False)],
)
def test_the_engine_of_docker_s_context_counts(docker_says, address, far):
    docker_says(f"case $1 in context) echo '{address}' ;; *) exit 1 ;; esac")
    if far:
        with pytest.raises(DockerError, match="another machine"):
            engine.require_local()
    else:
        engine.require_local()


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
    assert "docker build -t screenagent-desktop " in caught.value.hint


def test_an_image_of_another_name_is_never_built(docker_says):
    docker_says("[ $1 != image ]")
    with pytest.raises(DockerError, match="no image my-desktop:palin here") as caught:
        docker.start(recipe=images.Recipe(desktop="my-desktop:palin"))
    assert "docker pull my-desktop:palin" in caught.value.hint


@pytest.mark.parametrize(
    ("labels", "base", "built"),
    [
        ({}, "", False),
        ({}, "debian:12", True),
        ({"source": "now"}, "", False),
        ({"source": "before"}, "", True),
        ({"source": "now", "base": "debian:12"}, "", False),
        ({"source": "now", "base": "debian:12"}, "debian:13", True),
    ],
    ids=["a person's", "a person's on another base", "ours", "ours of old", "ours on its base", "ours on another base"],
)
def test_an_image_is_built_again_only_where_it_differs(docker_says, monkeypatch, labels, base, built):
    monkeypatch.setattr(images, "_fingerprint", lambda image: "now")
    known = json.dumps({f"org.screenagent.{name}": value for name, value in labels.items()})
    docker_says(f"case $* in *json*) echo '{known}'; exit ;; build*) exit 1 ;; image*) ;; esac")
    told = []
    if built:
        with pytest.raises(DockerError, match="cannot be built"):
            images.ensure(images.Recipe(base=base), False, told.append, threading.Event())
    else:
        images.ensure(images.Recipe(base=base), False, told.append, threading.Event())
        assert told == []


def test_what_an_image_is_built_from_decides_over_its_fingerprint(monkeypatch, tmp_path):
    for name in images._SOURCES[images.DESKTOP]:
        place = tmp_path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.mkdir() if "." not in place.name else place.write_text("x")
    monkeypatch.setattr(images, "CHECKOUT", tmp_path)
    before = images._fingerprint(images.DESKTOP)
    (tmp_path / "README.md").write_text("no part of it")
    assert images._fingerprint(images.DESKTOP) == before
    (tmp_path / "docker/desktop/start.py").write_text("changed")
    assert images._fingerprint(images.DESKTOP) != before


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


def test_a_container_that_ends_during_its_start_is_quoted_and_removed(docker_says, tmp_path):
    gone = json.dumps([{"State": {"Running": False}, "Config": {"Labels": {}}}])
    docker_says(
        f"""echo "$*" >>{tmp_path}/calls
        case $1 in
        container) [ -e {tmp_path}/ran ] && echo '{gone}' || {{ echo 'Error: No such container' >&2; exit 1; }} ;;
        start) touch {tmp_path}/ran ;;
        rm) rm -f {tmp_path}/ran ;;
        exec) exit 1 ;;
        logs) echo 'screenagent-desktop: RESOLUTION is wrong' >&2 ;;
        esac"""
    )
    with pytest.raises(DockerError, match="ended during its start") as caught:
        docker.start()
    assert "RESOLUTION is wrong" in caught.value.hint
    removed = [line for line in (tmp_path / "calls").read_text().splitlines() if line.startswith("rm ")]
    assert removed[0].startswith("rm --force --volumes screenagent-desktop-")
    assert not state.state_file().exists()


def test_a_port_that_somebody_takes_meanwhile_is_tried_elsewhere(docker_says, tmp_path):
    docker_says(
        f"""echo "$*" >>{tmp_path}/calls
        case $1 in
        start) [ -e {tmp_path}/tried ] || {{ touch {tmp_path}/tried; echo 'port is already allocated' >&2; exit 1; }} ;;
        esac"""
    )
    desktop = docker.start(worker=False)
    created = [line for line in (tmp_path / "calls").read_text().splitlines() if line.startswith("create ")]
    assert len(created) == 2
    assert f"127.0.0.1:{desktop.port}:5900" in created[1]


def test_a_state_that_cannot_be_written_is_told_before_anything_starts(docker_says, tmp_path, monkeypatch):
    docker_says(f'echo "$*" >>{tmp_path}/calls')
    monkeypatch.setenv("XDG_STATE_HOME", "/proc/nope")
    with pytest.raises(DesktopError, match="cannot be written") as caught:
        docker.start()
    assert "XDG_STATE_HOME" in caught.value.hint
    assert "create" not in (tmp_path / "calls").read_text()


def test_containers_are_found_again_however_their_starter_ended(docker_says, tmp_path, monkeypatch):
    """The state is there before the first container is."""
    seen = []
    docker_says(":")
    real = engine.call

    def call(*words, **more):
        if words[0] == "create":
            seen.append(state.load("docker") is not None)
        return real(*words, **more)

    monkeypatch.setattr(engine, "call", call)
    docker.start(worker=False)
    assert seen == [True]


def test_secrets_are_in_no_command_line(docker_says, tmp_path):
    docker_says(
        f"""echo "$*" >>{tmp_path}/calls; env >>{tmp_path}/environment
        """
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


GONE = "container) echo 'Error: No such container' >&2; exit 1"


def test_a_container_that_was_removed_is_forgotten_with_the_worker_beside_it(docker_says, tmp_path):
    docker_says(f'echo "$*" >>{tmp_path}/calls; case $1 in {GONE} ;; info) echo E1 ;; esac')
    state.save("docker", {**VALUES, "worker_image": "screenagent-worker"})
    assert standing.left() is None
    assert "rm --force --volumes screenagent-worker-c0ffee" in (tmp_path / "calls").read_text()
    assert not state.state_file().exists()


def test_a_container_of_another_engine_is_not_forgotten(docker_says):
    docker_says(f"case $1 in {GONE} ;; info) echo E2 ;; esac")
    state.save("docker", VALUES)
    with pytest.raises(DockerError, match="another Docker engine"):
        standing.running()
    assert state.state_file().exists()


def test_a_container_that_stands_still_is_left_alone(docker_says, tmp_path):
    still = json.dumps([{"State": {"Running": False}}])
    docker_says(f"""echo "$*" >>{tmp_path}/calls; case $1 in container) echo '{still}' ;; esac""")
    state.save("docker", VALUES)
    assert standing.running() is None
    with pytest.raises(DockerError, match="screenagent-desktop-c0ffee, which does not run now") as caught:
        standing.require_none()
    assert "docker start screenagent-desktop-c0ffee" in caught.value.hint
    assert "rm " not in (tmp_path / "calls").read_text()


@pytest.mark.parametrize("text", ["{broken", "[]", '{"kind": "docker", "id": "x"}', '{"id": "x"}', "\udcff"])
def test_a_state_file_that_cannot_be_used_is_removed(docker_says, text):
    docker_says("exit 1")
    state.save("docker", VALUES)
    state.state_file().write_text(text, encoding="utf-8", errors="surrogateescape")
    assert standing.running() is None
    assert not state.state_file().exists()
