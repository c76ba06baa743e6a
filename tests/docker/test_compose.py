"""The stack of docker/compose.yml, brought up, used and taken down as the head of that file tells."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.containers import ROOT, docker

pytestmark = pytest.mark.timeout(1800)

FILE = ROOT / "docker/compose.yml"
SECRETS = ("VNC_PASSWORD", "CLIPBOARD_SERVER_SECRET_TOKEN", "SCREENAGENT_WORKER_TOKEN")
TEXT = "Hello from compose, 你好"


@dataclass(frozen=True)
class Stack:
    """A project of its own, with secrets of its own, on free ports."""

    program: tuple[str, ...]
    project: str
    env_file: Path
    variables: Mapping[str, str]

    def call(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Call compose; what it says on failure is the test's failure."""
        command = [*self.program, "-p", self.project, "--env-file", str(self.env_file), "-f", str(FILE), *words]
        kept = {name: value for name, value in os.environ.items() if name not in SECRETS}
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=300, check=False, env={**kept, **self.variables}, cwd=ROOT
        )
        assert done.returncode == 0 or not check, f"{words}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done

    def container(self, service: str) -> dict[str, Any]:
        """What the engine knows of a service's container."""
        return dict(json.loads(docker("inspect", self.call("ps", "-q", service).stdout.strip()).stdout)[0])

    def left(self, kind: str) -> list[str]:
        """The containers, volumes or networks of this project that are there."""
        words = (kind, "ls", "--all") if kind == "container" else (kind, "ls")
        return docker(*words, "--quiet", "--filter", f"label=com.docker.compose.project={self.project}").stdout.split()


@pytest.fixture(scope="module")
def program() -> tuple[str, ...]:
    if docker("compose", "version", check=False).returncode == 0:
        return ("docker", "compose")
    if shutil.which("docker-compose"):
        return ("docker-compose",)
    pytest.skip("neither `docker compose` nor docker-compose is installed")


@pytest.fixture(scope="module")
def stack(
    program: tuple[str, ...], plain_image: str, worker_image: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """A stack whose secrets are made by the command in the file's head; taken down again, whatever the tests did."""
    folder = tmp_path_factory.mktemp("compose")
    (folder / "docker").mkdir()
    subprocess.run(["sh", "-c", _told("(umask", "docker/.env)")], check=True, cwd=folder)
    variables = {"SCREENAGENT_DESKTOP_IMAGE": plain_image, "SCREENAGENT_WORKER_IMAGE": worker_image}
    variables |= dict.fromkeys(("VNC_PORT", "CLIPBOARD_PORT", "WORKER_PORT", "VLLM_PORT"), "0")
    made = Stack(program, f"screenagent-test-{secrets.token_hex(4)}", folder / "docker/.env", variables)
    yield made
    made.call("--profile", "task", "down", "--volumes", "--timeout", "5")


@pytest.fixture(scope="module")
def running(stack: Stack) -> Stack:
    """The stack, up and healthy."""
    stack.call("up", "--wait" if stack.program == ("docker", "compose") else "-d")
    return stack


def _told(begin: str, end: str) -> str:
    """A command that the file's head tells."""
    head = "\n".join(line.removeprefix("#").strip() for line in FILE.read_text(encoding="utf-8").splitlines())
    return head[head.index(begin) : head.index(end) + len(end)]


def _instant(text: str) -> datetime:
    """Read a time of the engine's; it has more digits than Python 3.10 takes."""
    whole, fraction, offset = re.fullmatch(r"([^.]+)\.?(\d*)(Z|[+-].+)", text).groups()
    return datetime.fromisoformat(f"{whole}.{fraction[:6]:0<6}{offset.replace('Z', '+00:00')}")


def test_secrets_are_made_by_the_command_that_the_file_tells_for_nobody_else_to_read(stack):
    made = dict(line.split("=", 1) for line in stack.env_file.read_text().splitlines())
    assert set(made) == {"COMPOSE_PROJECT_NAME", *SECRETS}
    assert len(made["VNC_PASSWORD"]) == 8
    assert stack.env_file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("missing", SECRETS)
def test_without_a_secret_nothing_starts_and_it_is_told_how_to_make_them(stack, tmp_path, missing):
    kept = [line for line in stack.env_file.read_text().splitlines() if not line.startswith(f"{missing}=")]
    (tmp_path / "env").write_text("\n".join(kept))
    done = Stack(stack.program, f"{stack.project}-poor", tmp_path / "env", stack.variables).call("up", "-d", check=False)
    assert done.returncode != 0
    assert missing in done.stderr
    assert "make the secrets first, the head of docker/compose.yml tells how" in done.stderr


def test_everything_is_published_to_this_machine_alone():
    services = yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"]
    ports = [port for service in services.values() for port in service.get("ports", ())]
    assert len(ports) == 4
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_vllm_is_pinned_has_a_gpu_and_asks_for_the_key(stack):
    shown = yaml.safe_load(stack.call("--profile", "gpu", "config").stdout)["services"]
    assert re.fullmatch(r"vllm/vllm-openai:v\d+\.\d+\.\d+", shown["vllm"]["image"])
    assert shown["vllm"]["deploy"]["resources"]["reservations"]["devices"][0]["capabilities"] == ["gpu"]
    assert shown["vllm"]["environment"]["VLLM_API_KEY"] == shown["worker"]["environment"]["SCREENAGENT_WORKER_TOKEN"]


def test_the_worker_starts_once_the_desktop_is_healthy(running):
    desktop, worker = running.container("desktop")["State"], running.container("worker")["State"]
    healthy = min(_instant(check["End"]) for check in desktop["Health"]["Log"] if check["ExitCode"] == 0)
    assert _instant(desktop["StartedAt"]) < healthy < _instant(worker["StartedAt"])


def test_only_this_machine_reaches_the_published_ports(running):
    for service in ("desktop", "worker"):
        bound = [place for places in running.container(service)["NetworkSettings"]["Ports"].values() for place in places or ()]
        assert bound
        assert {place["HostIp"] for place in bound} == {"127.0.0.1"}


def test_no_network_holds_both_the_desktop_and_the_worker(running):
    desktop, worker = (set(running.container(service)["NetworkSettings"]["Networks"]) for service in ("desktop", "worker"))
    assert len(desktop) == len(worker) == 1
    assert not desktop & worker


def test_a_task_is_run_and_recorded_and_its_effect_is_seen_on_the_desktop(running):
    done = running.call("run", "--rm", "-T", "task", f"Open the text editor, type '{TEXT}' and save it as hello.txt")
    assert "every sub-task is done" in done.stdout
    assert running.call("exec", "-T", "desktop", "cat", "/home/agent/hello.txt").stdout.strip() == TEXT
    listed = running.call("run", "--rm", "-T", "--no-deps", "--entrypoint", "ls", "task", "sessions").stdout
    assert re.search(r"^\d{8}T\d{6}-open-the-text-editor", listed, re.MULTILINE)


def test_a_task_that_cannot_be_run_tells_so_by_its_exit_status(running):
    words = ("run", "--rm", "-T", "task", "--set", "remote_vnc_server.port=5999", "Open the text editor")
    done = running.call(*words, check=False)
    assert 10 <= done.returncode < 20
    assert "5999" in done.stdout + done.stderr


def test_down_leaves_nothing_of_it(running):
    running.call("--profile", "task", "down", "--volumes", "--timeout", "5")
    assert [running.left(kind) for kind in ("container", "volume", "network")] == [[], [], []]
