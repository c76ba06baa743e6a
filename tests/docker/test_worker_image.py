"""The worker's image as its users meet it: really built, started, asked, and stopped."""

from __future__ import annotations

import base64
import io
import json
import runpy
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import requests
from PIL import Image, ImageDraw

from support.containers import ROOT, docker, until
from support.serving import serving

pytestmark = pytest.mark.timeout(1800)

VARIABLE = "SCREENAGENT_WORKER_TOKEN"


@dataclass
class Worker:
    """A container from the worker's image, and its token."""

    id: str
    token: str = field(repr=False)

    @property
    def url(self) -> str:
        return f"http://{docker('port', self.id, 40000).stdout.splitlines()[0]}"

    def state(self) -> dict[str, Any]:
        return dict(json.loads(docker("inspect", self.id).stdout)[0]["State"])

    def run(self, *words: object, check: bool = True) -> str:
        """Run a command in the container; returns what it prints."""
        return docker("exec", self.id, *words, check=check).stdout.strip()

    def post(self, page: str, body: dict[str, Any], token: str | None = None) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token if token is None else token}"}
        return requests.post(self.url + page, json=body, headers=headers, timeout=60)

    def wait(self) -> Worker:
        """Wait until the image's own health check is satisfied."""

        def healthy() -> bool:
            state = self.state()
            assert state["Running"], docker("logs", self.id).stderr
            return bool(state["Health"]["Status"] == "healthy")

        until(healthy, "a healthy worker")
        return self


@pytest.fixture(scope="module")
def start(worker_image: str) -> Iterator[Callable[..., Worker]]:
    """``start(*docker_options, **variables)``: a container from the worker's image, which ends with the module."""
    begun: list[Worker] = []

    def one(*options: str, **variables: str) -> Worker:
        made = {VARIABLE: secrets.token_urlsafe(24), **variables}
        given = [word for name in made for word in ("-e", name)]
        container = docker("run", "-d", *options, *given, worker_image, **made).stdout.strip()
        begun.append(Worker(container, made[VARIABLE]))
        return begun[-1]

    yield one
    for worker in begun:
        docker("rm", "--force", "--volumes", worker.id, check=False)


@pytest.fixture(scope="module")
def worker(start: Callable[..., Worker]) -> Worker:
    """A worker that the tests of this module share."""
    return start("-p", "127.0.0.1::40000").wait()


def picture(text: str) -> str:
    image = Image.new("RGB", (320, 80), "white")
    ImageDraw.Draw(image).text((20, 20), text, "black", font_size=32)
    encoded = io.BytesIO()
    image.save(encoded, "PNG")
    return base64.b64encode(encoded.getvalue()).decode()


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({}, f"{VARIABLE} is not set; set a long random one"),
        ({VARIABLE: "changeme"}, f"{VARIABLE} is one that anybody would try first"),
        ({VARIABLE: "<TOKEN>"}, f"{VARIABLE} still holds a placeholder"),
        ({f"{VARIABLE}_FILE": "/run/secrets/none"}, f"{VARIABLE}_FILE names /run/secrets/none, which cannot be read"),
    ],
)
def test_it_refuses_to_start_with_the_reason(worker_image, variables, sentence):
    done = docker("run", "--rm", *[word for name in variables for word in ("-e", name)], worker_image, check=False, **variables)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_our_token_is_answered_and_no_other(worker):
    planned = {"prompt": "", "image": picture(" "), "context": {"role": "planner", "task": "Open the text editor"}}
    assert "text editor" in worker.post("/worker_generate", planned).json()["text"]
    assert [line["text"] for line in worker.post("/read", {"image": picture("Hello")}).json()["lines"]] == ["Hello"]
    for page in ("/worker_generate", "/read", "/v1/chat/completions"):
        assert worker.post(page, planned, token="another-token").status_code == 401
        assert requests.post(worker.url + page, json=planned, timeout=60).status_code == 401


def test_everything_runs_as_an_ordinary_user(worker):
    assert worker.run("id", "-u") == "1000"
    processes = docker("top", worker.id, "-eo", "pid,uid").stdout.splitlines()[1:]
    assert {line.split()[1] for line in processes} == {"1000"}


def test_it_holds_the_controller_and_neither_the_window_nor_tools_that_install(worker):
    assert worker.run("screenagent", "--version").startswith("screenagent ")
    asked = "import importlib.util as u; print([name for name in ('PyQt5', 'pip', 'setuptools') if u.find_spec(name)])"
    assert worker.run("python3", "-c", asked) == "[]"
    assert worker.run("sh", "-c", "command -v gcc pip", check=False) == ""


def test_it_needs_no_network_no_privilege_and_no_disk_and_its_token_may_be_a_file(start, tmp_path):
    (tmp_path / "token").write_text(f"{secrets.token_urlsafe(24)}\n")
    tmp_path.chmod(0o755)
    start(
        *("--network", "none", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"),
        *("-v", f"{tmp_path}:/run/secrets:ro", "-e", f"{VARIABLE}_FILE=/run/secrets/token"),
        **{VARIABLE: ""},
    ).wait()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b'{"status": "ready"}', ""),
        (b'{"status": "loading"}', "the worker is not ready: loading"),
        (b'{"status": "failed", "error": "no model"}', "the worker is not ready: no model"),
        (b"[]", "does not answer"),
        (b"<html>", "does not answer"),
    ],
)
def test_only_a_worker_that_says_ready_is_healthy(answer, said):
    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    problem = runpy.run_path(str(ROOT / "docker/worker/healthcheck.py"))["problem"]
    with serving(HTTPServer(("127.0.0.1", 0), Page)) as server:
        assert said in problem(server.server_port)
        assert bool(said) == bool(problem(server.server_port))
    assert "does not answer" in problem(server.server_port)


def test_it_stops_in_order_within_five_seconds(start):
    worker = start().wait()
    docker("stop", "--time", 5, worker.id)
    assert worker.state()["ExitCode"] == 0
