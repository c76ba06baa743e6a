"""A model worker that answers in the ScreenAgent grammar what it was told to, or hangs at a chosen moment."""

from __future__ import annotations

import contextlib
import json
import select
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PATIENCE = 60.0
Line = list[dict[str, Any]] | Callable[["_Handler"], None]


def plan(*texts: str) -> list[dict[str, Any]]:
    return [{"action_type": "PlanAction", "element": text} for text in texts]


def judge(situation: str = "sub_task_success", advice: str = "") -> list[dict[str, Any]]:
    return [{"action_type": "EvaluateSubTaskAction", "situation": situation, "advice": advice}]


def mouse(kind: str, x: int, y: int, button: str = "left") -> dict[str, Any]:
    place = {"width": x, "height": y}
    return {"action_type": "MouseAction", "mouse_action_type": kind, "mouse_button": button, "mouse_position": place}


def typed(text: str) -> dict[str, Any]:
    return {"action_type": "KeyboardAction", "keyboard_action_type": "text", "keyboard_text": text}


def key(kind: str, name: str) -> dict[str, Any]:
    return {"action_type": "KeyboardAction", "keyboard_action_type": kind, "keyboard_key": name}


def wait(seconds: float) -> dict[str, Any]:
    return {"action_type": "WaitAction", "wait_time": seconds}


class Worker:
    """`lines` holds each role's next answers; the last one is given again and again."""

    def __init__(self) -> None:
        self.lines: dict[str, list[Line]] = {
            "planner": [plan("the only sub-task")],
            "actor": [[mouse("click", 300, 200)]],
            "evaluator": [judge()],
        }
        self.over = threading.Event()
        self.asked: list[str] = []
        self._hanging = threading.Semaphore(0)
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="worker")
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/worker_generate"

    def until_hanging(self) -> None:
        """Wait until a caller is where its answer hangs."""
        assert self._hanging.acquire(timeout=PATIENCE)

    def hang(self) -> None:
        """Say so, and stay until `let_go`."""
        self._hanging.release()
        self.over.wait(PATIENCE)

    def let_go(self) -> None:
        """End every hanging."""
        self.over.set()

    def close(self) -> None:
        self.let_go()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def next_line(self, role: str) -> Line:
        self.asked.append(role)
        lines = self.lines[role]
        return lines.pop(0) if len(lines) > 1 else lines[0]


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, worker: Worker) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.worker = worker


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        self.asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        line = self.server.worker.next_line(self.asked["context"]["role"])
        self.close_connection = True
        with contextlib.suppress(OSError):
            line(self) if callable(line) else self.answer(line)

    def answer(self, actions: list[dict[str, Any]]) -> None:
        self.begin(text := self.text(actions))
        self.wfile.write(text)

    def begin(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def text(self, actions: list[dict[str, Any]]) -> bytes:
        return json.dumps({"text": f"```json\n{json.dumps(actions)}\n```", "error_code": 0}).encode()

    def log_message(self, format: str, *args: object) -> None:
        pass


def silence(handler: _Handler) -> None:
    """Take the question and send nothing."""
    handler.server.worker.hang()


def half_a_body(handler: _Handler) -> None:
    """Stop in the middle of the answer."""
    body = handler.text(plan("x" * 4000))
    handler.begin(body)
    handler.wfile.write(body[: len(body) // 2])
    handler.wfile.flush()
    handler.server.worker.hang()


def dripping(handler: _Handler) -> None:
    """Send one byte after the other."""
    handler.begin(b" " * 1_000_000)
    handler.wfile.write(b" ")
    handler.server.worker._hanging.release()
    while not handler.server.worker.over.wait(0.01):
        handler.wfile.write(b" ")


def later(actions: list[dict[str, Any]]) -> Line:
    """Answer once `let_go` was called."""

    def say(handler: _Handler) -> None:
        handler.server.worker.hang()
        handler.answer(actions)

    return say


def failing(status: int, retry_after: str = "") -> Line:
    """Answer with an error status."""

    def say(handler: _Handler) -> None:
        body = b'{"error": "overloaded"}'
        handler.begin(body, status, **({"Retry_After": retry_after} if retry_after else {}))
        handler.wfile.write(body)

    return say


class FullHouse:
    """A listener whose queue is full: whoever connects waits."""

    def __init__(self) -> None:
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(0)
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/worker_generate"
        self._guests: list[socket.socket] = []
        while True:
            guest = socket.socket()
            guest.setblocking(False)
            guest.connect_ex(("127.0.0.1", self.port))
            _, through, _ = select.select([], [guest], [], 0.3)
            if not through:
                guest.close()
                return
            self._guests.append(guest)

    def until_knocking(self) -> None:
        """Wait until someone is connecting."""
        pause = threading.Event()
        for _ in range(int(PATIENCE / 0.01)):
            rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
            if any(row[2].endswith(f":{self.port:04X}") and row[3] == "02" for row in rows):
                return
            pause.wait(0.01)
        raise AssertionError("nobody is connecting")

    def close(self) -> None:
        for guest in self._guests:
            guest.close()
        self._listener.close()


class SilentListener:
    """Takes a connection and says nothing."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(PATIENCE)
        self.port = self._listener.getsockname()[1]
        self._lines: list[socket.socket] = []

    def until_asked(self) -> None:
        """Wait until someone has connected and sent something."""
        self._lines.append(self._listener.accept()[0])
        assert self._lines[-1].recv(1)

    def close(self) -> None:
        for line in (*self._lines, self._listener):
            line.close()
