import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

import screenagent_clipboard
from unit.clipboard_server.crowd import connected, head, last_words

ROOT = Path(__file__).resolve().parents[3]
LIMIT = 10 * 1024 * 1024


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "",
        " \n",
        "中文，剪贴板",
        "🙂👩‍👩‍👧‍👦 🇨🇳",
        "a\r\nb\r\n",
        "tab\there\x1b",
        "\0 nul \0",
        "\ufeff\uffff\u2028",
        "🙂" * ((LIMIT - 100) // 12),
        "x" * (LIMIT - 100),
    ],
    ids=["plain", "empty", "white", "chinese", "emoji", "crlf", "control", "nul", "noncharacters", "10MiB emoji", "10MiB"],
)
def test_a_text_comes_back_exactly(service: Any, text: str) -> None:
    answer = service.set(text)
    assert (answer.status_code, answer.json()) == (200, {"success": True, "message": "Text copied to clipboard"})
    answer = service.get()
    assert (answer.status_code, answer.json()) == (200, {"success": True, "text": text})


def test_an_application_sees_the_text(service: Any, display: str) -> None:
    service.set("seen by others")
    seen = subprocess.run(
        ["xclip", "-selection", "clipboard", "-o"], env={**os.environ, "DISPLAY": display}, capture_output=True, check=True
    )
    assert seen.stdout == b"seen by others"


def test_a_wrong_or_missing_token_changes_nothing(service: Any) -> None:
    service.set("before")
    for token in ("wrong-token-here", "", None, 5, True, [service.token], {"token": service.token}, "\ud800"):
        answer = service.set("after", token)
        assert answer.status_code == 401
        assert answer.json()["success"] is False
    assert requests.post(f"{service.url}/clipboard", json={"text": "after"}, timeout=60).status_code == 401
    assert service.get().json()["text"] == "before"


def test_reading_needs_the_token_in_the_header(service: Any) -> None:
    assert service.get("wrong-token-here").status_code == 401
    assert requests.get(f"{service.url}/clipboard", timeout=60).status_code == 401
    assert requests.get(f"{service.url}/clipboard", params={"token": service.token}, timeout=60).status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b'{"text": "broken off', 400),
        (b"\xff", 400),
        (b'{"text": "\xed\xa0\x80", "token": "%s"}', 400),
        (b'{"text": "x", "token": "%s", "more": NaN}', 400),
        (b'{"text": "x", "token": "%s"} {}', 400),
        ('{"text": "x"}'.encode("utf-16"), 400),
        (b"[" * 5_000, 400),
        (b"[" * 100_000, 422),
        (b'"text"', 422),
        (b"null", 422),
        (b'{"token": "%s"}', 422),
        (b'{"text": "x", "text": "y", "token": "%s"}', 422),
        (b'{"text": "x", "token": "wrong", "token": "%s"}', 422),
    ],
)
def test_a_body_that_is_not_the_agreed_json_is_refused_with_a_sentence(service: Any, body: bytes, status: int) -> None:
    answer = requests.post(f"{service.url}/clipboard", data=body.replace(b"%s", service.token.encode()), timeout=60)
    assert answer.status_code == status
    assert answer.json()["success"] is False
    assert answer.json()["message"].endswith(".")


@pytest.mark.parametrize(
    "body",
    [b'\xef\xbb\xbf{"text": "let in", "token": "%s"}', b'{"text": "let in", "token": "%s", "n": ' + b"9" * 9_000 + b"}"],
    ids=["byte order mark", "long number"],
)
def test_json_that_is_good_though_unusual_is_taken_whatever_its_content_type(service: Any, body: bytes) -> None:
    body = body.replace(b"%s", service.token.encode())
    answer = requests.post(f"{service.url}/clipboard", data=body, headers={"Content-Type": "text/plain"}, timeout=60)
    assert answer.status_code == 200
    assert service.get().json()["text"] == "let in"


def test_what_is_not_there_is_told_in_the_same_shape(service: Any) -> None:
    answer = requests.get(f"{service.url}/elsewhere", timeout=60)
    assert (answer.status_code, answer.json()["success"]) == (404, False)
    answer = requests.put(f"{service.url}/clipboard", timeout=60)
    assert (answer.status_code, answer.headers["Allow"], answer.json()["success"]) == (405, "GET, POST", False)


def test_what_is_no_http_is_told_so_and_logged_by_nobody(service: Any) -> None:
    with connected(service.url) as stranger:
        stranger.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        answer = last_words(stranger)
    assert (answer.status, answer.json()["success"]) == (400, False)


def test_a_length_told_in_two_ways_is_not_believed(service: Any) -> None:
    with connected(service.url) as stranger:
        stranger.sendall(head("POST", "/clipboard", 20_000, None, "Transfer-Encoding: chunked"))
        assert last_words(stranger).status == 400


def test_a_token_in_any_script_may_come_in_the_header(run_service: Callable[..., Any], display: str) -> None:
    token = "秘密的口令很长很长"
    with run_service({"DISPLAY": display, "CLIPBOARD_SERVER_SECRET_TOKEN": token}) as service:
        bearer = {"Authorization": f"Bearer {token}".encode()}
        body = {"text": "let in", "token": token}
        assert requests.post(f"{service.url}/clipboard", json=body, headers=bearer, timeout=60).status_code == 200
        assert requests.get(f"{service.url}/clipboard", headers=bearer, timeout=60).json()["text"] == "let in"


@pytest.mark.parametrize("text", [None, 5, ["a"], "half \ud83d"])
def test_a_text_that_is_none_is_refused(service: Any, text: object) -> None:
    answer = requests.post(f"{service.url}/clipboard", data=json.dumps({"text": text, "token": service.token}), timeout=60)
    assert answer.status_code == 422


def test_too_much_text_is_refused(service: Any) -> None:
    answer = service.set("x" * (LIMIT + 1))
    assert answer.status_code == 413
    assert str(LIMIT) in answer.json()["message"]


def test_a_flood_is_neither_kept_in_memory_nor_believed_about_its_length(service: Any) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(50):
            yield b" " * 1024 * 1024

    before = service.peak_memory()
    answer = requests.post(f"{service.url}/clipboard", data=chunks(), timeout=60)
    assert answer.status_code == 413
    assert service.peak_memory() - before < 3 * LIMIT


def test_health_tells_mechanism_and_version_without_a_token(service: Any) -> None:
    answer = service.health()
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "mechanism": "xclip", "version": screenagent_clipboard.__version__}


def test_without_a_clipboard_it_says_why(run_service: Callable[..., Any]) -> None:
    with run_service({}) as service:
        for answer in (service.set("x"), service.get()):
            assert answer.status_code == 503
            assert "no clipboard mechanism" in answer.json()["message"]
        answer = service.health()
        assert answer.status_code == 503
        assert "no clipboard mechanism" in answer.json()["reason"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order(run_service: Callable[..., Any], display: str, number: signal.Signals) -> None:
    with run_service({"DISPLAY": display}) as service:
        assert service.set("left behind").status_code == 200
        service.process.send_signal(number)
        # xclip lives on and serves the text; were it to hold the pipes, this would wait for it.
        _, errors = service.process.communicate(timeout=60)
        assert (service.process.returncode, errors) == (0, "")


def test_it_listens_on_this_machine_alone_unless_told_otherwise(run_service: Callable[..., Any]) -> None:
    with run_service({}) as service:
        assert service.url.startswith("http://127.0.0.1:")


def _fail(environment: dict[str, str], *options: str) -> str:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("CLIPBOARD")}
    done = subprocess.run(
        [sys.executable, "-m", "screenagent_clipboard.server", *options],
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize("environment", [{}, {"CLIPBOARD_SERVER_SECRET_TOKEN": "changeme"}])
def test_it_does_not_start_with_a_weak_token(environment: dict[str, str]) -> None:
    assert "CLIPBOARD_SERVER_SECRET_TOKEN is" in _fail(environment)


def test_a_port_in_use_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert str(port) in _fail({"CLIPBOARD_SERVER_SECRET_TOKEN": "cPv6zX0kqL9sWn2e"}, "--port", str(port))


def test_its_version_is_the_project_s() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{screenagent_clipboard.__version__}"' in project


@pytest.mark.end2end
@pytest.mark.timeout(600)
def test_it_runs_from_its_folder_with_three_libraries(tmp_path: Path) -> None:
    folder = ROOT / "clipboard_server"
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True, timeout=300)
    python = str(tmp_path / "venv/bin/python")
    install = [python, "-m", "pip", "install", "-q", "-r", str(folder / "requirements.txt")]
    if subprocess.run(install, capture_output=True, timeout=500, check=False).returncode != 0:
        pytest.skip("the three libraries cannot be installed here")
    for start in (["server.py"], ["-m", "screenagent_clipboard.server"]):
        command = [python, *start, "--port", "0", "--announce"]
        environment = {"PATH": os.environ["PATH"], "CLIPBOARD_SERVER_SECRET_TOKEN": "cPv6zX0kqL9sWn2e"}
        with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                url = json.loads(process.stdout.readline())["url"]
                assert requests.get(f"{url}/health", timeout=60).json()["version"] == screenagent_clipboard.__version__
            finally:
                process.terminate()


def test_it_starts_without_any_stream_as_under_pythonw(display: str) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    script = (
        "import sys; sys.stdin = sys.stdout = sys.stderr = None\n"
        f"from screenagent_clipboard import server; server.main(['--port', '{port}'])"
    )
    environment = {**os.environ, "DISPLAY": display, "CLIPBOARD_SERVER_SECRET_TOKEN": "a-token-for-pythonw"}
    with subprocess.Popen([sys.executable, "-c", script], env=environment) as process:
        try:
            pause, deadline = threading.Event(), time.monotonic() + 60
            while True:
                try:
                    assert requests.get(f"http://127.0.0.1:{port}/health", timeout=10).json()["status"] == "ready"
                    break
                except requests.ConnectionError:
                    assert process.poll() is None
                    assert time.monotonic() < deadline
                    pause.wait(0.05)
        finally:
            process.terminate()
