"""``screenagent-worker`` as a process: how it starts, announces itself, refuses and stops."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from screenagent_workers import server, tokens

ROOT = Path(server.__file__).parent.parent


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in (tokens.VARIABLE, tokens.FILE_VARIABLE)}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "screenagent_workers.server", *arguments]


@contextmanager
def started(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The worker's process and the URL it announced; killed at the end if it still runs."""
    with subprocess.Popen(
        command("ocr", "--port", "0", "--announce", *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    ) as process:
        try:
            assert process.stdout is not None
            yield process, json.loads(process.stdout.readline())["url"]
        finally:
            if process.poll() is None:
                process.kill()


def test_it_announces_its_address_once_and_nothing_else_and_leaves_no_file(
    canvas: type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with started() as (process, url):
        image = canvas(200, 60).text(20, 20, "Hello").base64()
        with requests.post(url + "/read", json={"image": image}, timeout=90) as answer:
            assert [line["text"] for line in answer.json()["lines"]] == ["Hello"]
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
        assert (out, err) == ("", "")
        assert process.returncode == 0
    assert not list(tmp_path.iterdir())


def test_sigterm_while_it_loads_ends_it_in_order() -> None:
    with started() as (process, _):
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def test_ctrl_c_ends_it_without_a_traceback() -> None:
    with started() as (process, _):
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 130
        assert "Traceback" not in err


def test_a_port_in_use_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            server.bind("127.0.0.1", port, "").close()
        done = subprocess.run(
            command("ocr", "--port", str(port)), capture_output=True, text=True, env=environment(), check=False, timeout=60
        )
    assert done.returncode == 1
    assert str(port) in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_other_machines_are_served_only_with_a_token(host: str) -> None:
    with pytest.raises(tokens.TokenRefused, match=f"{tokens.VARIABLE} is not set"):
        server.bind(host, 0, "").close()


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("changeme", "first"),
        ("Change-Me", "first"),
        ("your_secret_token", "first"),
        ("12345678", "first"),
        ("<TOKEN>", "placeholder"),
        ("${SCREENAGENT_WORKER_TOKEN}", "placeholder"),
        ("x7Kq_2b", "shorter than 8"),
        ("abababababab", "repeats"),
        ("geheimnis-für-alle", "no caller can send"),
        ("x7Kq_2b9\nx7Kq_2b9", "no caller can send"),
    ],
)
def test_a_token_that_protects_nothing_is_refused_where_other_machines_could_use_it(token: str, reason: str) -> None:
    with pytest.raises(tokens.TokenRefused, match=reason) as refused:
        server.bind("0.0.0.0", 0, token).close()
    assert token not in str(refused.value)
    server.bind("127.0.0.1", 0, token).close()


def test_with_a_good_token_other_machines_are_served() -> None:
    listener = server.bind("0.0.0.0", 0, secrets.token_urlsafe(6))
    try:
        assert listener.getsockname()[0] == "0.0.0.0"
    finally:
        listener.close()


def test_the_token_comes_from_the_environment_or_from_a_file_that_it_names(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("x7Kq_2b9\n")
    assert tokens.from_environment({}) == ""
    assert tokens.from_environment({tokens.VARIABLE: " x7Kq_2b9 "}) == "x7Kq_2b9"
    assert tokens.from_environment({tokens.FILE_VARIABLE: str(file)}) == "x7Kq_2b9"
    with pytest.raises(tokens.TokenRefused, match="both set"):
        tokens.from_environment({tokens.VARIABLE: "x7Kq_2b9", tokens.FILE_VARIABLE: str(file)})


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "cannot be read: No such file"), (b" \n", "is empty"), (b"\xff\xfe", "is no text"), (b"x" * 5000, "more than 4096")],
)
def test_a_token_file_that_cannot_be_used_is_named(tmp_path: Path, content: bytes | None, reason: str) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(tokens.TokenRefused, match=reason) as refused:
        tokens.from_environment({tokens.FILE_VARIABLE: str(file)})
    assert str(file) in str(refused.value)


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, f"{tokens.VARIABLE} is not set; set a long random one"),
        ({tokens.VARIABLE: "changeme"}, f"{tokens.VARIABLE} is one that anybody would try first"),
        ({tokens.FILE_VARIABLE: "/nowhere/token"}, f"{tokens.FILE_VARIABLE} names /nowhere/token, which cannot be read"),
    ],
)
def test_the_token_refusal_is_one_sentence_that_says_what_to_set(variables: dict[str, str], said: str) -> None:
    done = subprocess.run(
        command("ocr", "--host", "0.0.0.0", "--port", "0"),
        capture_output=True,
        text=True,
        env=environment(**variables),
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("arguments", [[], ["ocr", "--port", "70000"], ["ocr", "--threads", "0"], ["poet"]])
def test_wrong_usage_is_status_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        server.main(arguments)
    assert stopped.value.code == 2


def test_help_names_the_pages_and_the_token(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        server.main(["ocr", "--help"])
    assert stopped.value.code == 0
    out = capsys.readouterr().out
    for word in (
        "/worker_generate",
        "/v1/chat/completions",
        "/read",
        "/health",
        "--announce",
        tokens.VARIABLE,
        tokens.FILE_VARIABLE,
    ):
        assert word in out


def test_the_server_is_imported_without_the_engine() -> None:
    code = "import sys, screenagent_workers.server; print([m for m in ('rapidocr', 'cv2', 'numpy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=True, timeout=60)
    assert done.stdout.strip() == "[]"
