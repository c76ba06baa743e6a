"""Docker, as the tests use it: images built from this checkout, and containers of the desktop."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
KEEP = "SCREENAGENT_KEEP_TEST_IMAGES"


def docker(*words: object, check: bool = True, seconds: float = 600.0, **environment: str) -> subprocess.CompletedProcess[str]:
    """Call docker; what it says on failure is the test's failure."""
    done = subprocess.run(
        ["docker", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
        env={**os.environ, "DOCKER_BUILDKIT": "0", **environment},
        cwd=ROOT,
    )
    assert done.returncode == 0 or not check, f"docker {words[0]}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done


def until(condition: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """Wait until the condition holds; returns its value."""
    pause = threading.Event()
    limit = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < limit, f"waited in vain: {what}"
        pause.wait(0.05)
    return value


@dataclass
class Container:
    """A running desktop container and what opens it."""

    id: str
    password: str = field(repr=False)
    token: str = field(repr=False)

    def port(self, inside: int) -> int:
        """The port of 127.0.0.1 that leads to a port of the container."""
        return int(docker("port", self.id, inside).stdout.splitlines()[0].rpartition(":")[2])

    @property
    def clipboard_url(self) -> str:
        return f"http://127.0.0.1:{self.port(8001)}"

    def run(self, *words: object, check: bool = True, user: str = "agent") -> subprocess.CompletedProcess[str]:
        """Run a command in the container."""
        return docker("exec", "--user", user, self.id, *words, check=check)

    def logs(self) -> str:
        done = docker("logs", self.id)
        return done.stdout + done.stderr

    def state(self) -> dict[str, Any]:
        return dict(json.loads(docker("inspect", self.id).stdout)[0]["State"])

    def is_well(self) -> bool:
        """Whether its own health check is satisfied now."""
        return self.run("screenagent-health", check=False).returncode == 0

    def wait(self) -> Container:
        """Wait until it can be used."""

        def well() -> bool:
            assert self.state()["Running"], self.logs()
            return self.is_well()

        until(well, "a healthy desktop")
        return self

    def copy(self, text: str) -> requests.Response:
        """Set its clipboard through its service."""
        return requests.post(f"{self.clipboard_url}/clipboard", json={"text": text, "token": self.token}, timeout=30)

    def remove(self) -> None:
        docker("rm", "--force", "--volumes", self.id, check=False)


def is_private() -> bool:
    """Whether the engine was started for these tests alone."""
    return bool(os.environ.get("SCREENAGENT_PRIVATE_ENGINE"))


def remove_images() -> None:
    """Remove the images that the tests built, but those that a container still uses."""
    shape = "{{.Repository}}:{{.Tag}}"
    for tag in docker("image", "ls", "--filter", "reference=screenagent-test-*", "--format", shape).stdout.split():
        docker("rmi", tag, check=False)


def build(tag: str, dockerfile: str, **arguments: str) -> str:
    """Build an image from the checkout as the README says; a private engine's containers have no way out but the host's."""
    network = ["--network", "host"] if is_private() else []
    given = [word for name, value in arguments.items() for word in ("--build-arg", f"{name}={value}")]
    docker("build", *network, *given, "-t", tag, "-f", dockerfile, ".", seconds=1500)
    return tag


def begin(image: str, *options: str, **variables: str) -> Container:
    """Start a container from the desktop's image, with secrets of its own, on free ports of 127.0.0.1."""
    made = {"VNC_PASSWORD": secrets.token_urlsafe(6), "CLIPBOARD_SERVER_SECRET_TOKEN": secrets.token_urlsafe(24), **variables}
    given = [word for name in made for word in ("-e", name)]
    ports = [word for port in (5900, 8001, 6080) for word in ("-p", f"127.0.0.1::{port}")]
    container = docker("run", "-d", *ports, *options, *given, image, **made).stdout.strip()
    return Container(container, made["VNC_PASSWORD"], made["CLIPBOARD_SERVER_SECRET_TOKEN"])
