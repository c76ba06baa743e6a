from __future__ import annotations

import socket
import threading

import pytest

from screenagent.desktop.clipboard import ClipboardClient
from screenagent.errors import Cancelled, ClipboardServiceError, SettingsError


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def client_of(listener, **options):
    return ClipboardClient(f"http://127.0.0.1:{listener.getsockname()[1]}", "a-secret-token", **options)


def answer_with(listener, answer):
    """Answer one request with these bytes; returns the thread."""

    def serve():
        link, _ = listener.accept()
        with link:
            link.recv(65536)
            link.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    return thread


def test_a_service_that_hangs_is_given_up_at_once_when_cancelled(listener, token):
    stopper = threading.Timer(0.1, token.cancel)
    stopper.start()
    with pytest.raises(Cancelled):
        client_of(listener, timeout=60).copy("x", token)
    stopper.join()


def test_a_service_that_hangs_is_given_up_in_time(listener, token):
    with pytest.raises(ClipboardServiceError, match="did not answer in time"):
        client_of(listener, timeout=0.1).paste(token)


def test_nothing_listening_says_how_to_start_it(token):
    with pytest.raises(ClipboardServiceError) as caught:
        ClipboardClient("http://127.0.0.1:9", "t0ken", timeout=5).check(token)
    assert "screenagent-clipboard" in caught.value.hint


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.0 200 OK\r\n\r\nnot json",
        b"HTTP/1.0 200 OK\r\n\r\n[1]",
        b'HTTP/1.0 200 OK\r\n\r\n{"text": 7}',
        b'HTTP/1.0 503 Busy\r\n\r\n{"message": "no display"}',
        b"SSH-2.0-OpenSSH\r\n",
        b"",
    ],
)
def test_strange_answers_become_errors_of_ours(listener, token, answer):
    thread = answer_with(listener, answer)
    with pytest.raises(ClipboardServiceError):
        client_of(listener, timeout=30).paste(token)
    thread.join()


def test_a_wrong_address_is_a_settings_error():
    with pytest.raises(SettingsError, match="localhost:8001"):
        ClipboardClient("localhost:8001", "t0ken")
