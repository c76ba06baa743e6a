"""The controller's clipboard client and the clipboard service are two programs; this is what holds them together."""

from __future__ import annotations

import inspect
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

from screenagent.cli.checks import Finding, Patient, Verdict
from screenagent.cli.checks.clipboard import clipboard
from screenagent.desktop.clipboard import ClipboardClient
from screenagent.errors import Cancelled, ClipboardServiceError
from screenagent.flow.cancel import CancelToken
from screenagent.settings import Settings
from screenagent_clipboard.limits import Limits

TOKEN = "a-token-for-the-contract"


@contextmanager
def service(**environment: str) -> Iterator[str]:
    """Run the service with these variables and no display but theirs; yields its address."""
    command = [sys.executable, "-m", "screenagent_clipboard.server", "--port", "0", "--announce"]
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    everything = {**kept, "CLIPBOARD_SERVER_SECRET_TOKEN": TOKEN, **environment}
    with subprocess.Popen(command, env=everything, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def url(start_xtigervnc: Callable[..., Any]) -> Iterator[str]:
    """The service on an X display of its own."""
    if not shutil.which("xclip"):
        pytest.skip("xclip is not installed")
    server = start_xtigervnc((320, 240))
    with service(DISPLAY=server.display) as address:
        yield address
    server.stop()


@pytest.fixture
def examine(tmp_path: Path) -> Callable[..., Finding]:
    """What the doctor finds about the service at an address, with a token."""

    def run(url: str, token: str = TOKEN) -> Finding:
        file = tmp_path / "config.yml"
        keys = f"remote_clipboard_port: {url.rpartition(':')[2]}, remote_clipboard_secret_token: {token}"
        file.write_text(f"llm_api: {{use: OCR}}\nremote_vnc_server: {{host: 127.0.0.1, use_remote_clipboard: true, {keys}}}\n")
        settings = Settings.load(file)
        [found] = list(clipboard(Patient(lambda: settings, settings=settings), CancelToken()))
        return found

    return run


@pytest.mark.parametrize("text", ["plain", "", "中文 🙂", "a\r\nb\n", "x" * 1_000_000], ids=lambda text: text[:8])
def test_what_the_client_copies_it_pastes(url: str, text: str) -> None:
    client = ClipboardClient(url, TOKEN, timeout=60)
    client.copy(text, CancelToken())
    assert client.paste(CancelToken()) == text


def test_the_client_s_check_understands_a_healthy_service(url: str) -> None:
    ClipboardClient(url, TOKEN, timeout=60).check(CancelToken())


@pytest.mark.parametrize("use", [lambda client: client.copy("x", CancelToken()), lambda client: client.paste(CancelToken())])
def test_a_wrong_token_becomes_a_hint_about_the_setting(url: str, use: Callable[[ClipboardClient], object]) -> None:
    with pytest.raises(ClipboardServiceError) as caught:
        use(ClipboardClient(url, "another-token", timeout=60))
    assert "remote_clipboard_secret_token" in caught.value.hint


def test_the_service_s_reason_reaches_the_person(url: str) -> None:
    with pytest.raises(ClipboardServiceError, match="too large"):
        ClipboardClient(url, TOKEN, timeout=60).copy("x" * 11 * 1024 * 1024, CancelToken())


def test_the_service_tells_of_a_clipboard_that_hangs_before_the_client_gives_up() -> None:
    patience = inspect.signature(ClipboardClient).parameters["timeout"].default
    assert Limits.clipboard_time < patience


def test_a_cancelled_call_says_so(url: str) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        ClipboardClient(url, TOKEN, timeout=60).copy("x", cancel)


def test_the_doctor_finds_the_service_well(url: str, examine: Callable[..., Finding]) -> None:
    ClipboardClient(url, TOKEN, timeout=60).copy("a text", CancelToken())
    found = examine(url)
    assert (found.verdict, found.text) == (Verdict.OK, "it answers, knows our token, and keeps a text")


def test_the_doctor_tells_of_a_wrong_token(url: str, examine: Callable[..., Finding]) -> None:
    found = examine(url, "another-long-token")
    assert found.text == f"The clipboard service at 127.0.0.1:{url.rpartition(':')[2]} refused our token."
    assert "remote_clipboard_secret_token" in found.fix


def test_the_doctor_tells_of_a_service_outside_any_session(examine: Callable[..., Finding]) -> None:
    with service() as address:
        found = examine(address)
    assert found.verdict is Verdict.PROBLEM
    assert "runs, but reaches no clipboard" in found.text
    assert "DISPLAY" in found.fix
