"""The controller's clipboard client and the clipboard service are two programs; this is what holds them together."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from screenagent.desktop.clipboard import ClipboardClient
from screenagent.errors import Cancelled, ClipboardServiceError
from screenagent.flow.cancel import CancelToken

TOKEN = "a-token-for-the-contract"


@pytest.fixture(scope="module")
def url(start_xtigervnc: Callable[..., Any]) -> Iterator[str]:
    """The service on an X display of its own."""
    if not shutil.which("xclip"):
        pytest.skip("xclip is not installed")
    server = start_xtigervnc((320, 240))
    command = [sys.executable, "-m", "screenagent_clipboard.server", "--port", "0", "--announce"]
    kept = {name: value for name, value in os.environ.items() if name != "WAYLAND_DISPLAY"}
    environment = {**kept, "DISPLAY": server.display, "CLIPBOARD_SERVER_SECRET_TOKEN": TOKEN}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.terminate()
    server.stop()


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


def test_a_cancelled_call_says_so(url: str) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        ClipboardClient(url, TOKEN, timeout=60).copy("x", cancel)
