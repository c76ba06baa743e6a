"""The process that starts an embedded desktop, waits until it is ready, and ends all of it.

Three processes stand behind each other, so that any one may be killed and nothing stays:

    owner --pipe--> guard --> supervisor --> X server, message bus, XFCE, clipboard service, OCR worker

The owner writes the order as one line of JSON to our stdin and keeps the pipe open: its end is the owner's end. The guard (this
process) only waits: when its one child, the supervisor, has ended in whatever way, it ends what is left and removes the folder.
The supervisor is told by the kernel when the guard has gone. Both adopt orphans (subreaper), so that none becomes a zombie.

Answers go to stdout as lines of JSON: `{"progress": "..."}` for what begins (no full stop), then `{"ready": {...}}` or
`{"error": "...", "hint": "..."}`.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from screenagent.desktop.embedded import processes, session, skeleton, x11, xserver

TOKEN_VARIABLE = "CLIPBOARD_SERVER_SECRET_TOKEN"
_PAINT_SECONDS = 15.0
_TICK = 0.03
_CAUSE_SECONDS = 0.3
X_SERVER = "Xtigervnc"
_LONGEST_PLACE = 60  # the path of a unix socket has at most 107 characters


@dataclass(frozen=True)
class Order:
    """What to start: `home` None means a throw-away one; `stored_password` is the content of the VNC password file, as hex."""

    id: str
    size: tuple[int, int]
    home: Path | None
    worker: bool
    owned: bool
    stored_password: str = field(repr=False)
    token: str = field(repr=False)

    def to_json(self) -> str:
        fields = {**self.__dict__, "home": str(self.home) if self.home else None}
        return json.dumps(fields)

    @classmethod
    def from_json(cls, text: str) -> Order:
        fields = json.loads(text)
        home = Path(fields.pop("home")) if fields["home"] else fields.pop("home")
        return cls(home=home, size=tuple(fields.pop("size")), **fields)


class StartFailed(Exception):
    """The desktop does not come up; a sentence, and what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class Ended(Exception):
    """The owner is gone, or somebody asked us to end."""


class Supervisor:
    """Starts the parts of one desktop in `runtime` (a folder for it alone) and watches them until the end."""

    def __init__(self, order: Order, runtime: Path, guard: int) -> None:
        self._order = order
        self._runtime = runtime
        self._guard = guard
        self._home = order.home or runtime / "home"
        self._logs = runtime / "log"
        self._children: dict[int, subprocess.Popen[bytes]] = {}
        self._names: dict[int, str] = {}
        self._stop = False
        self._ready = False
        self._selector = selectors.DefaultSelector()

    def run(self) -> None:
        """Serve until the owner is gone or a signal arrives; leave nothing but this process and the guard."""
        wake, wake_end = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(wake_end, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        self._selector.register(wake, selectors.EVENT_READ, lambda: os.read(wake, 4096))
        self._selector.register(0, selectors.EVENT_READ, self._owner_spoke)
        try:
            answer = {"ready": self._start()}
        except StartFailed as problem:
            _answer({"error": str(problem), "hint": problem.hint})
        except OSError as problem:
            _answer({"error": f"The embedded desktop cannot be started: {problem}.", "hint": ""})
        except Ended:
            pass
        else:
            self._ready = True
            if not self._order.owned:
                self._selector.unregister(0)
            _answer(answer)
            os.dup2(os.open(os.devnull, os.O_RDWR), 1)
            with contextlib.suppress(Ended):
                while True:
                    self._pump(None)
        self._end_everything()

    def _start(self) -> dict[str, Any]:
        """Start everything, each part as soon as what it needs is there; return the facts for the owner."""
        run = self._runtime / "run"
        run.mkdir(mode=0o700)
        self._logs.mkdir(mode=0o700)
        xserver.write_private(self._runtime / "passwd", bytes.fromhex(self._order.stored_password))
        cookie = secrets.token_bytes(16)
        xserver.write_private(self._runtime / "Xauthority", xserver.authority(cookie))
        _answer({"progress": "Starting the screen"})
        display, port = self._start_x()
        (self._runtime / "display").write_text(display)
        _answer({"progress": f"Starting the programs on display {display}"})

        skeleton.prepare(self._home)
        surroundings = session.environment(self._order.id, display, self._runtime, self._home, os.environ)
        bus = ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--nosyslog"]
        self._spawn("dbus-daemon", [*bus, f"--address={session.bus_address(self._runtime)}"], surroundings, self._home)
        while not (run / "bus").exists():
            self._pump(_TICK)
        for program in session.PROGRAMS:
            self._spawn(program[0], list(program), surroundings, self._home)
        reach_x = {name: surroundings[name] for name in ("DISPLAY", "XAUTHORITY")}
        urls: dict[str, str] = {}
        self._serve("clipboard", "screenagent_clipboard.server", [], {**reach_x, TOKEN_VARIABLE: self._order.token}, urls)
        if self._order.worker:
            self._serve("worker", "screenagent_workers.server", ["ocr"], {}, urls)

        self._wait_until_painted(display, cookie)
        _answer({"progress": "Waiting for the services beside the desktop"})
        while len(urls) < (2 if self._order.worker else 1):
            self._pump(_TICK)
        return {
            "port": port,
            "display": display,
            "xauthority": surroundings["XAUTHORITY"],
            "home": str(self._home),
            "clipboard_url": urls["clipboard"],
            "worker_url": urls.get("worker"),
            "supervisor_pid": os.getpid(),
            "log": str(self._logs),
        }

    def _start_x(self) -> tuple[str, int]:
        """Start the X server and wait until it answers; return display and VNC port."""
        log = self._log(X_SERVER)
        for _ in range(3):
            reader, writer = os.pipe()
            port = xserver.free_port()
            files = self._runtime / "passwd", self._runtime / "Xauthority"
            command = xserver.command(self._order.size, port, *files, writer)
            server = self._spawn(X_SERVER, command, dict(os.environ), self._runtime, keep=writer)
            os.close(writer)
            number = bytearray()

            def read(reader: int = reader, number: bytearray = number) -> None:
                part = os.read(reader, 100)
                number.extend(part)
                if not part:
                    self._selector.unregister(reader)

            self._selector.register(reader, selectors.EVENT_READ, read)
            while not number.endswith(b"\n") and server in self._children:
                self._pump(_TICK, essential=False)
            if reader in self._selector.get_map():
                self._selector.unregister(reader)
            os.close(reader)
            if number.endswith(b"\n"):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
                    return f":{number.decode().strip()}", port
            if "bind" not in _tail(log):
                break
        raise StartFailed("The X server (Xtigervnc) does not start.", f"Its last words:\n{_tail(log)}")

    def _wait_until_painted(self, display: str, cookie: bytes) -> None:
        """Wait for the panel and the background; a home that was made to look otherwise only costs the patience."""
        limit = time.monotonic() + (_PAINT_SECONDS if self._order.home is None else _PAINT_SECONDS / 3)
        try:
            with x11.XClient(display, cookie) as client:
                while not x11.painted(client, self._order.size) and time.monotonic() < limit:
                    self._pump(_TICK)
        except x11.XError as problem:
            raise StartFailed(f"The X server fails: {problem}.", f"Its last words:\n{_tail(self._log(X_SERVER))}") from None

    def _serve(self, name: str, module: str, options: list[str], extra: dict[str, str], urls: dict[str, str]) -> None:
        """Start a service of ours on a free port; its address lands in `urls` when it listens."""
        command = [sys.executable, "-m", module, *options, "--host", "127.0.0.1", "--port", "0", "--announce"]
        environment = {**os.environ, "TMPDIR": str(self._runtime), **extra}
        pid = self._spawn(name, command, environment, self._runtime, stdout=subprocess.PIPE)
        output = self._children[pid].stdout
        if output is None:
            return
        pending = bytearray()

        def read() -> None:
            part = os.read(output.fileno(), 65536)
            pending.extend(part)
            if not part:
                self._selector.unregister(output)
                output.close()
            while b"\n" in pending:
                line, _, rest = bytes(pending).partition(b"\n")
                pending[:] = rest
                if name not in urls and line.startswith(b"{"):
                    urls[name] = str(json.loads(line)["url"])
                else:
                    with self._log(name).open("ab") as log:
                        log.write(line + b"\n")

        self._selector.register(output, selectors.EVENT_READ, read)

    def _spawn(
        self,
        name: str,
        command: list[str],
        environment: dict[str, str],
        folder: Path,
        *,
        stdout: int | None = None,
        keep: int | None = None,
    ) -> int:
        with open(os.open(self._log(name), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb") as output:
            child = subprocess.Popen(
                command,
                env=environment,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output if stdout is None else stdout,
                stderr=output,
                pass_fds=() if keep is None else (keep,),
                preexec_fn=processes.die_with_parent,
            )
        self._children[child.pid] = child
        self._names[child.pid] = name
        return child.pid

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def _pump(self, timeout: float | None, *, essential: bool = True) -> None:
        """Handle what happens within `timeout` seconds. Raises Ended, or StartFailed when a part has died."""
        for key, _ in self._selector.select(timeout):
            handle: Callable[[], object] = key.data
            handle()
        if self._stop:
            raise Ended
        ended = self._reap()
        if not ended or not essential:
            return
        if not self._ready:
            self._blame(ended)
        if X_SERVER in ended:
            raise Ended

    def _reap(self) -> dict[str, int]:
        """Return the names of our own children that have ended, with their status."""
        gone = [(pid, self._children.pop(pid, None)) for pid in processes.reap(self._children)]
        return {self._names[pid]: child.returncode for pid, child in gone if child is not None}

    def _blame(self, ended: dict[str, int]) -> None:
        """Raise StartFailed for a part that ended; for the X server when that takes the others with it."""
        limit = time.monotonic() + _CAUSE_SECONDS
        while X_SERVER not in ended and time.monotonic() < limit:
            time.sleep(_TICK)
            ended |= self._reap()
        name = X_SERVER if X_SERVER in ended else next(iter(ended))
        hint = f"Its last words:\n{_tail(self._log(name))}"
        raise StartFailed(f"{name} ended during the start, with status {ended[name]}.", hint)

    def _owner_spoke(self) -> None:
        if not os.read(0, 4096):
            self._selector.unregister(0)
            self._stop = True

    def _asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stop = True

    def _end_everything(self) -> None:
        """End the programs, then the X server: it removes its socket and lock itself when it is asked to end."""
        us = {os.getpid(), self._guard}
        server = {pid for pid, name in self._names.items() if name == X_SERVER}

        def reap() -> None:
            processes.reap(self._children)

        def others() -> list[int]:
            return [pid for pid in _everything(self._order.id, us) if pid not in server]

        processes.end(others, gentle=1.0, hard=5.0, meanwhile=reap)
        processes.end(lambda: _everything(self._order.id, us), gentle=1.0, hard=5.0, meanwhile=reap)
        if os.getppid() != self._guard:
            _remove(self._runtime)


def _everything(desktop_id: str, except_for: set[int]) -> list[int]:
    found = {*processes.marked(desktop_id), *processes.descendants(os.getpid())}
    return sorted(found - except_for)


def _answer(message: dict[str, Any]) -> None:
    with contextlib.suppress(OSError):
        os.write(1, json.dumps(message).encode() + b"\n")


def _tail(log: Path, lines: int = 12) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").strip().splitlines()[-lines:])
    except OSError:
        return ""


def _remove(runtime: Path) -> None:
    with contextlib.suppress(OSError):
        xserver.remove_traces((runtime / "display").read_text())
    shutil.rmtree(runtime, ignore_errors=True)


def _guard(order: Order) -> None:
    """Run the supervisor as a child and clear up after it, however it ends."""
    processes.become_subreaper()
    place = tempfile.gettempdir()
    runtime = Path(tempfile.mkdtemp(prefix="screenagent-desktop-", dir=place if len(place) <= _LONGEST_PLACE else "/tmp"))
    guard = os.getpid()
    child = os.fork()
    if child == 0:
        processes.become_subreaper()
        processes.die_with_parent(signal.SIGTERM)
        try:
            Supervisor(order, runtime, guard).run()
        except BaseException as problem:
            _answer({"error": f"The supervisor of the embedded desktop failed: {problem!r}.", "hint": ""})
            raise
        raise SystemExit

    def pass_on(number: int, _frame: FrameType | None) -> None:
        processes.send(child, signal.Signals(number))

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, pass_on)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(nowhere, descriptor)
    while os.waitpid(-1, 0)[0] != child:
        pass
    processes.end(lambda: _everything(order.id, {guard}), gentle=0.3, hard=5.0, meanwhile=lambda: processes.reap({}))
    _remove(runtime)


def main() -> None:
    """Read the order from stdin and serve it; with nobody to own it, in a process that its starter does not wait for."""
    line = bytearray()
    while not line.endswith(b"\n"):
        part = os.read(0, 1)
        if not part:
            return
        line += part
    order = Order.from_json(line.decode())
    if order.owned or os.fork() == 0:
        _guard(order)


if __name__ == "__main__":
    main()
