"""A bare X display, and the service running on it as a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import requests

TOKEN = "the-token-of-the-tests"


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


@pytest.fixture(scope="module")
def display(start_xtigervnc: Callable[..., Any]) -> Iterator[str]:
    """An X display of its own, as `:N`."""
    if not shutil.which("xclip"):
        pytest.skip("xclip is not installed")
    server = start_xtigervnc((320, 240))
    yield server.display
    server.stop()


@contextmanager
def _running(environment: dict[str, str], *options: str) -> Iterator[Service]:
    command = [sys.executable, "-m", "screenagent_clipboard.server", "--port", "0", "--announce", *options]
    kept = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    process = subprocess.Popen(
        command,
        env={**kept, "CLIPBOARD_SERVER_SECRET_TOKEN": TOKEN, **environment},
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


@pytest.fixture
def run_service() -> Callable[..., object]:
    """`with run_service(environment, *options) as service`."""
    return _running
