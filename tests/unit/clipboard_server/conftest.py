"""A bare X display, and the service running on it as a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from screenagent_clipboard.limits import Limits

TOKEN = "the-token-of-the-tests"
_WITH_LIMITS = """
import json, os
from screenagent_clipboard import limits, server
server.main(limits=limits.Limits(**json.loads(os.environ["LIMITS"])))
"""


@dataclass(frozen=True)
class Service:
    url: str
    process: subprocess.Popen[str]
    token: str = TOKEN

    def set(self, text: object, token: object = TOKEN) -> requests.Response:
        return requests.post(f"{self.url}/clipboard", json={"text": text, "token": token}, timeout=60)

    def get(self, token: str = TOKEN) -> requests.Response:
        return requests.get(f"{self.url}/clipboard", headers={"Authorization": f"Bearer {token}"}, timeout=60)

    def health(self) -> requests.Response:
        return requests.get(f"{self.url}/health", timeout=60)

    def works(self) -> bool:
        """Whether an ordinary text goes there and comes back."""
        return self.set("ordinary").status_code == 200 and self.get().json() == {"success": True, "text": "ordinary"}

    def peak_memory(self) -> int:
        """The largest resident size so far, in bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))


@pytest.fixture(scope="module")
def display(start_xtigervnc: Callable[..., Any]) -> Iterator[str]:
    """An X display of its own, as `:N`."""
    if not shutil.which("xclip"):
        pytest.skip("xclip is not installed")
    server = start_xtigervnc((320, 240))
    yield server.display
    server.stop()


@pytest.fixture
def owner(display: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program that holds the clipboard, with the text "kept", for as long as nobody takes it over."""
    command = ["xclip", "-selection", "clipboard", "-quiet"]
    environment = {**os.environ, "DISPLAY": display}
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            assert process.stdin is not None
            assert process.stderr is not None
            process.stdin.write(b"kept")
            process.stdin.close()
            process.stderr.readline()
            reading = ["xclip", "-selection", "clipboard", "-o"]
            while subprocess.run(reading, env=environment, capture_output=True, check=False).stdout != b"kept":
                pass
            yield process
        finally:
            process.kill()


@contextmanager
def _running(environment: dict[str, str], *options: str, limits: Limits | None = None, open_files: int = 0) -> Iterator[Service]:
    program = ["-m", "screenagent_clipboard.server"] if limits is None else ["-c", _WITH_LIMITS]
    command = [sys.executable, *program, "--port", "0", "--announce", *options]
    if open_files:
        command = ["sh", "-c", f'ulimit -Sn {open_files} && exec "$@"', "sh", *command]
    kept = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    process = subprocess.Popen(
        command,
        env={
            **kept,
            "CLIPBOARD_SERVER_SECRET_TOKEN": TOKEN,
            "LIMITS": json.dumps(asdict(limits)) if limits else "",
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, process.stderr.read() if process.stderr else ""
            yield Service(json.loads(line)["url"], process)
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture(scope="module")
def service(display: str) -> Iterator[Service]:
    """The service on a display with xclip."""
    with _running({"DISPLAY": display}) as running:
        yield running


@pytest.fixture(scope="session")
def run_service() -> Callable[..., object]:
    """`with run_service(environment, *options, limits=Limits(...), open_files=(what the shell allows)) as service`."""
    return _running
