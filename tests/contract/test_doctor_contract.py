"""The doctor understands the real services: the OCR worker and the clipboard service, each in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from screenagent.cli.checks import Check, Finding, Patient, Verdict
from screenagent.cli.checks.clipboard import clipboard
from screenagent.cli.checks.models import models
from screenagent.flow.cancel import CancelToken
from screenagent.settings import Settings

TOKEN = "a-token-for-the-doctor"


@contextmanager
def service(*words: str, **environment: str) -> Iterator[str]:
    """Run a service that announces itself; yields its address."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    command = [sys.executable, "-m", *words, "--port", "0", "--announce"]
    with subprocess.Popen(command, env={**kept, **environment}, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.terminate()


@pytest.fixture
def examine(tmp_path: Path) -> Callable[[Check, str], Finding]:
    """Return a carrier-out of one check with settings."""

    def run(check: Check, text: str) -> Finding:
        file = tmp_path / "config.yml"
        file.write_text(text, encoding="utf-8")
        settings = Settings.load(file)
        patient = Patient(
            lambda: settings, settings=settings, backends={found.name: found for found in settings.backends.values()}
        )
        [found] = list(check(patient, CancelToken()))
        return found

    return run


def clipboard_at(url: str, token: str) -> str:
    keys = f"remote_clipboard_port: {url.rpartition(':')[2]}, remote_clipboard_secret_token: {token}"
    return f"llm_api: {{use: OCR}}\nremote_vnc_server: {{host: 127.0.0.1, use_remote_clipboard: true, {keys}}}\n"


def test_the_ocr_worker_finds_digits_on_a_picture(examine: Any) -> None:
    with service("screenagent_workers.server", "ocr") as url:
        found = examine(models, f"llm_api: {{OCR: {{target_url: '{url}/worker_generate'}}}}\nremote_vnc_server: {{host: desk}}\n")
    assert found.verdict is Verdict.OK
    assert "reads pictures" in found.text


def test_the_clipboard_service_is_found_well_and_a_wrong_token_told(examine: Any, xtigervnc: Any) -> None:
    if not shutil.which("xclip"):
        pytest.skip("xclip is not installed")
    screen = xtigervnc((64, 48))
    with service("screenagent_clipboard.server", DISPLAY=screen.display, CLIPBOARD_SERVER_SECRET_TOKEN=TOKEN) as url:
        assert examine(clipboard, clipboard_at(url, TOKEN)).verdict is Verdict.OK
        found = examine(clipboard, clipboard_at(url, "another-long-token"))
    assert found.text == f"The clipboard service at 127.0.0.1:{url.rpartition(':')[2]} refused our token."
    assert "remote_clipboard_secret_token" in found.fix


def test_a_clipboard_service_outside_any_session_is_told(examine: Any) -> None:
    with service("screenagent_clipboard.server", CLIPBOARD_SERVER_SECRET_TOKEN=TOKEN) as url:
        found = examine(clipboard, clipboard_at(url, TOKEN))
    assert found.verdict is Verdict.PROBLEM
    assert "runs, but reaches no clipboard" in found.text
    assert "DISPLAY" in found.fix
