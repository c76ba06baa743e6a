"""Another process that visits VNC servers and tells what came of it: the error, the seconds, and the memory that it took.

It imports the client and nothing else of ours, so that its memory is the client's. As a module it is the test's end; run as a
program it is the visitor, which reads one visit as a line of JSON from its standard input and answers with one.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import random
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from screenagent.errors import ScreenAgentError
from screenagent.rfb import Client, Options, State

PATIENCE = 60.0
_ROUNDS, _ROUND = 6, 0.02
"""How often a connection is used while the server misbehaves, and the seconds between two times, at most."""
_ALLOCATOR = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}
"""Lets glibc give back what is freed, which it would else keep for later, so that each visit is measured by itself."""


@dataclass(frozen=True)
class Report:
    """What became of a visit."""

    error: str = ""
    """The error's class, empty when there was none."""
    message: str = ""
    stood: bool = False
    """Whether the connection stood, if only for a moment."""
    seconds: float = 0.0
    """Until the error, from the beginning of `connect` or from when the connection stood."""
    slowest: float = 0.0
    """Seconds of the slowest call while the server misbehaved without an error."""
    closing: float = 0.0
    """Seconds that `close` took."""
    peak: int = 0
    """Bytes of memory that the whole process held at most."""
    again: str = ""
    """What failed in the connection after it, to a server that behaves."""
    left: tuple[str, ...] = field(default=())
    """Threads and files that stayed behind."""
    logged: tuple[str, ...] = field(default=())
    """Errors in the log: those that nobody foresaw."""


class Visitor:
    """The process, from the test's side."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            env={**os.environ, **_ALLOCATOR},
        )

    def visit(
        self,
        port: int,
        *,
        calm: bool = False,
        fresh: bool = True,
        put: int = 0,
        options: dict[str, Any] | None = None,
        **login: str,
    ) -> Report:
        """Connect twice: to a server that misbehaves, and to one that must be good, with the same client if the first fails.

        `calm`: the first connection must stand whatever the server does; it is used for a while, and closed by the client.
        `put`: so many characters are put on the desktop's clipboard once the connection stands.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        visit = {"port": port, "calm": calm, "put": put, "options": options or {}, "login": login}
        self._process.stdin.write(json.dumps(visit) + "\n")
        answer = json.loads(self._process.stdout.readline())
        return Report(**{**answer, "left": tuple(answer["left"]), "logged": tuple(answer["logged"])})

    def end(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        self._process.stdout.close()


class _States:
    """Waits for the end of a connection that stood."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._ended: ScreenAgentError | None = None

    def __call__(self, state: State, error: ScreenAgentError | None) -> None:
        with self._changed:
            if state is State.DISCONNECTED:
                self._ended = error
            self._changed.notify_all()

    def wait(self) -> ScreenAgentError | None:
        with self._changed:
            self._changed.wait_for(lambda: self._ended is not None, PATIENCE)
            return self._ended


class _Logged(logging.Handler):
    """Keeps what is logged as an error; warnings are no business of a visitor."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def _visit(port: int, calm: bool, put: int, options: dict[str, Any], login: dict[str, str], logged: _Logged) -> Report:
    logged.lines.clear()
    before = _open_things()
    Path("/proc/self/clear_refs").write_text("5")  # from here on, VmHWM counts anew
    states = _States()
    settings = Options(**{"reconnect": False, **options})
    client = Client("127.0.0.1", port, options=settings, on_state=states, **login)
    error: ScreenAgentError | None = None
    stood, slowest, closing, began = False, 0.0, 0.0, time.monotonic()
    try:
        client.connect()
        stood, began = True, time.monotonic()
        if put:
            client.cut_text(random.Random(1).randbytes(put // 2).hex())
        if calm:
            slowest = _use(client)
        else:
            error = states.wait()
    except ScreenAgentError as failure:
        error = failure.with_traceback(None)
    seconds = time.monotonic() - began
    if calm:
        closing = _close(client)
        client = Client("127.0.0.1", port, options=settings, **login)
    peak = _peak()
    again = _again(client)
    closing = max(closing, _close(client))
    name, message = ("", "") if error is None else (type(error).__name__, error.message)
    left = tuple(sorted(_open_things() - before))
    return Report(name, message, stood, seconds, slowest, closing, peak, again, left, tuple(logged.lines))


def _use(client: Client) -> float:
    """Look and send input as a person could; return the seconds of the slowest call."""
    uses = [client.snapshot, client.statistics, lambda: client.pointer(1, 1, 0), lambda: client.key(0x61, True)]
    slowest, number = 0.0, 0
    for _ in range(_ROUNDS):
        for use in uses:
            began = time.monotonic()
            use()
            slowest = max(slowest, time.monotonic() - began)
        number = client.wait_update(number, _ROUND)
    return slowest


def _close(client: Client) -> float:
    began = time.monotonic()
    client.close()
    return time.monotonic() - began


def _again(client: Client) -> str:
    try:
        client.connect()
        shown = client.snapshot().pixels[:, :, :3]
    except ScreenAgentError as failure:
        return f"{type(failure).__name__}: {failure.message}"
    good = shown.shape == (3, 4, 3) and (shown == 5).all() and client.name == "scripted"
    return "" if good else f"it showed {shown.shape} of {client.name}"


def _open_things() -> set[str]:
    found = {f"thread {thread.name}" for thread in threading.enumerate()}
    for entry in os.listdir("/proc/self/fd"):
        try:
            found.add(os.readlink(f"/proc/self/fd/{entry}"))
        except OSError:  # the folder's own
            continue
    return {name for name in found if "/proc/" not in name}


def _peak() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def main() -> None:
    """Read visits and answer with reports until there are no more."""
    logged = _Logged()
    logging.getLogger("screenagent").addHandler(logged)
    for line in sys.stdin:
        print(json.dumps(dataclasses.asdict(_visit(**json.loads(line), logged=logged))), flush=True)


if __name__ == "__main__":
    main()
