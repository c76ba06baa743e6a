import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

import screenagent_clipboard

ROOT = Path(__file__).resolve().parents[3]
LIMIT = 10 * 1024 * 1024


@pytest.mark.parametrize(
    "text",
    ["plain", "", " \n", "中文，剪贴板", "🙂👩‍👩‍👧‍👦 🇨🇳", "a\r\nb\r\n", "tab\there\x1b", "é" * 500_000],
    ids=["plain", "empty", "white", "chinese", "emoji", "crlf", "control", "1MB"],
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
    for token in ("wrong-token-here", "", None, 5):
        answer = service.set("after", token)
        assert answer.status_code == 401
        assert answer.json()["success"] is False
    assert requests.post(f"{service.url}/clipboard", json={"text": "after"}, timeout=60).status_code == 401
    assert service.get().json()["text"] == "before"


def test_reading_needs_the_token_in_the_header(service: Any) -> None:
    assert service.get("wrong-token-here").status_code == 401
    assert requests.get(f"{service.url}/clipboard", timeout=60).status_code == 401
    assert requests.get(f"{service.url}/clipboard", params={"token": service.token}, timeout=60).status_code == 401


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b'"text"', b"null", b'{"token": "%s"}'])
def test_a_body_that_is_not_the_agreed_json_is_refused_with_a_sentence(service: Any, body: bytes) -> None:
    answer = requests.post(f"{service.url}/clipboard", data=body.replace(b"%s", service.token.encode()), timeout=60)
    assert answer.status_code in (400, 422)
    assert answer.json()["message"].endswith(".")


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

    before = _peak_memory(service.process.pid)
    answer = requests.post(f"{service.url}/clipboard", data=chunks(), timeout=60)
    assert answer.status_code == 413
    assert _peak_memory(service.process.pid) - before < 3 * LIMIT


def _peak_memory(pid: int) -> int:
    """The largest resident size so far, in bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))


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
