"""What starts a desktop, waits until it is ready, keeps its parts alive, and ends all of it.

Its owner is told by answers: `{"progress": "..."}` for what begins (no full stop), then `{"ready": {...}}` or
`{"error": "...", "hint": "..."}`; an embedded desktop's guard writes them as lines of JSON. A part that ends while the desktop is
in use is started again; with the X server or the message bus, to which all others are bound, the desktop ends.
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
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from screenagent.desktop.xfce import processes, session, skeleton, x11, xserver
from screenagent.desktop.xfce.order import Order
from screenagent.desktop.xfce.revival import Revival

TOKEN_VARIABLE = "CLIPBOARD_SERVER_SECRET_TOKEN"
_PAINT_SECONDS = 15.0
_SETTINGS_SECONDS = 5.0
_TICK = 0.03
_CAUSE_SECONDS = 0.3
X_SERVER = "Xtigervnc"
BUS = "dbus-daemon"


class StartFailed(Exception):
    """The desktop does not come up; a sentence, and what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class Ended(Exception):
    """The owner is gone, or somebody asked us to end."""


class Supervisor:
    """Starts the parts of one desktop in `runtime` (a folder for it alone) and watches them until the end."""

    def __init__(
        self, order: Order, runtime: Path, guard: int, *, owner: int | None, answer: Callable[[dict[str, Any]], None]
    ) -> None:
        """`guard` is the parent, which is spared at the end; the end of what `owner` (a descriptor) reads is the owner's end."""
        self._order = order
        self._runtime = runtime
        self._guard = guard
        self._owner = owner
        self._answer = answer
        self._home = order.home or runtime / "home"
        self._logs = runtime / "log"
        self._children: dict[int, subprocess.Popen[bytes]] = {}
        self._names: dict[int, str] = {}
        self._again: dict[str, Callable[[], object]] = {}
        self._revival = Revival()
        self._urls: dict[str, str] = {}
        self._stop = False
        self._ready = False
        self._selector = selectors.DefaultSelector()

    def run(self) -> bool:
        """Serve until the owner is gone or a signal arrives; leave nothing but this process and the guard.

        Returns whether that was the end; false when the desktop did not start or its X server ended.
        """
        wake, wake_end = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(wake_end, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        self._selector.register(wake, selectors.EVENT_READ, lambda: os.read(wake, 4096))
        if self._owner is not None:
            self._selector.register(self._owner, selectors.EVENT_READ, self._owner_spoke)
        try:
            answer = {"ready": self._start()}
        except StartFailed as problem:
            self._answer({"error": str(problem), "hint": problem.hint})
        except OSError as problem:
            self._answer({"error": f"The desktop cannot be started: {problem}.", "hint": ""})
        except Ended:
            pass
        else:
            self._ready = True
            if self._owner is not None and not self._order.owned:
                self._selector.unregister(self._owner)
            self._answer(answer)
            with contextlib.suppress(Ended):
                while True:
                    self._pump(self._revival.wait(time.monotonic()))
                    self._revive()
        self._end_everything()
        return self._stop

    def _start(self) -> dict[str, Any]:
        """Start everything, each part as soon as what it needs is there; return the facts for the owner."""
        run = self._runtime / "run"
        run.mkdir(mode=0o700)
        self._logs.mkdir(mode=0o700)
        xserver.write_private(self._runtime / "passwd", bytes.fromhex(self._order.stored_password))
        cookie = secrets.token_bytes(16)
        xserver.write_private(self._runtime / "Xauthority", xserver.authority(cookie))
        self._answer({"progress": "Starting the screen"})
        display, port = self._start_x()
        (self._runtime / "display").write_text(display)
        self._answer({"progress": f"Starting the programs on display {display}"})

        skeleton.prepare(self._home, self._order.look)
        surroundings = session.environment(
            self._order.id, display, self._runtime, self._home, os.environ, self._order.look.language
        )
        bus = [BUS, "--session", "--nofork", "--nopidfile", "--nosyslog"]
        self._spawn(BUS, [*bus, f"--address={session.bus_address(self._runtime)}"], surroundings, self._home)
        while not (run / "bus").exists():
            self._pump(_TICK)

        def keep(program: tuple[str, ...]) -> None:
            self._keep(program[0], partial(self._spawn, program[0], list(program), surroundings, self._home))

        keep(session.SETTINGS_PROGRAM)
        # A panel that starts before its settings are told keeps, now and then, another font and a menu without icons.
        self._watch(display, cookie, _SETTINGS_SECONDS, lambda client: client.has_owner(session.SETTINGS_SELECTION))
        for program in (*session.PROGRAMS, *self._order.companions):
            keep(program)
        doors = self._order.doors
        given = {name: surroundings[name] for name in ("DISPLAY", "XAUTHORITY")} | {TOKEN_VARIABLE: self._order.token}
        clipboard = ["screenagent_clipboard.server", "--host", doors.host]
        self._keep("clipboard", partial(self._serve, "clipboard", clipboard, doors.clipboard_port, given))
        if self._order.worker:
            worker = ["screenagent_workers.server", "ocr", "--host", "127.0.0.1"]
            self._keep("worker", partial(self._serve, "worker", worker, doors.worker_port, {}))

        # A home that was made to look otherwise only costs the patience.
        patience = _PAINT_SECONDS if self._order.home is None else _PAINT_SECONDS / 3
        self._watch(display, cookie, patience, lambda client: x11.painted(client, self._order.size))
        self._answer({"progress": "Waiting for the services beside the desktop"})
        while len(self._urls) < (2 if self._order.worker else 1):
            self._pump(_TICK)
        return {
            "port": port,
            "display": display,
            "xauthority": surroundings["XAUTHORITY"],
            "home": str(self._home),
            "clipboard_url": self._urls["clipboard"],
            "worker_url": self._urls.get("worker"),
            "supervisor_pid": os.getpid(),
            "log": str(self._logs),
        }

    def _start_x(self) -> tuple[str, int]:
        """Start the X server and wait until it answers; return display and VNC port."""
        log = self._log(X_SERVER)
        doors = self._order.doors
        for _ in range(1 if doors.vnc_port else 3):
            reader, writer = os.pipe()
            port = doors.vnc_port or xserver.free_port()
            files = self._runtime / "passwd", self._runtime / "Xauthority"
            command = xserver.command(self._order.size, port, *files, writer, doors)
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
        raise StartFailed("The X server (Xtigervnc) does not start.", self._last_words(X_SERVER))

    def _watch(self, display: str, cookie: bytes, seconds: float, holds: Callable[[x11.XClient], bool]) -> None:
        """Wait until the X server says that it `holds`, `seconds` at most."""
        limit = time.monotonic() + seconds
        try:
            with x11.XClient(display, cookie) as client:
                while not holds(client) and time.monotonic() < limit:
                    self._pump(_TICK)
        except x11.XError as problem:
            self._pump(_CAUSE_SECONDS, essential=False)  # whoever ends us may end the X server in the same moment
            raise StartFailed(f"The X server fails: {problem}.", self._last_words(X_SERVER)) from None

    def _keep(self, name: str, start: Callable[[], object]) -> None:
        """Start a part now, and again whenever it ends while the desktop is in use."""
        self._again[name] = start
        self._revival.started(name, time.monotonic())
        start()

    def _revive(self) -> None:
        for name in self._revival.take_due(time.monotonic()):
            self._answer({"progress": f"Starting {name} again, which had ended"})
            try:
                self._keep(name, self._again[name])
            except OSError as problem:
                self._answer({"progress": f"{name} cannot be started: {problem}"})
                self._revival.ended(name, time.monotonic())

    def _serve(self, name: str, module: list[str], port: int, extra: dict[str, str]) -> None:
        """Start a service of ours, at the port it had if it ran before; its address is known as soon as it listens."""
        if name in self._urls:
            port = urlsplit(self._urls[name]).port or port
        command = [sys.executable, "-m", *module, "--port", str(port), "--announce"]
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
                if name not in self._urls and line.startswith(b"{"):
                    self._urls[name] = str(json.loads(line)["url"])
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
        for name in (X_SERVER, BUS):
            if name in ended:
                self._answer({"error": f"{name} ended, with status {ended[name]}.", "hint": self._last_words(name)})
                raise Ended
        for name in ended.keys() & self._again.keys():
            self._revival.ended(name, time.monotonic())

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
        if self._stop:
            raise Ended
        name = X_SERVER if X_SERVER in ended else next(iter(ended))
        raise StartFailed(f"{name} ended during the start, with status {ended[name]}.", self._last_words(name))

    def _last_words(self, name: str) -> str:
        return f"Its last words:\n{_tail(self._log(name))}"

    def _owner_spoke(self) -> None:
        if self._owner is not None and not os.read(self._owner, 4096):
            self._selector.unregister(self._owner)
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
            return [pid for pid in everything(self._order.id, us) if pid not in server]

        processes.end(others, gentle=1.0, hard=5.0, meanwhile=reap)
        processes.end(lambda: everything(self._order.id, us), gentle=1.0, hard=5.0, meanwhile=reap)
        if os.getppid() != self._guard:
            remove_runtime(self._runtime)


def everything(desktop_id: str, except_for: set[int]) -> list[int]:
    """Return the ids of the processes of a desktop: those that its id marks, and what is below this process."""
    found = {*processes.marked(desktop_id), *processes.descendants(os.getpid())}
    return sorted(found - except_for)


def answer_in_json(message: dict[str, Any]) -> None:
    """Write an answer as a line of JSON to stdout; after the last one that the owner waits for, nobody need be there to read."""
    with contextlib.suppress(OSError):
        os.write(1, json.dumps(message).encode() + b"\n")


def remove_runtime(runtime: Path) -> None:
    """Remove the folder of a desktop that has ended, and its X server's socket."""
    with contextlib.suppress(OSError):
        xserver.remove_traces((runtime / "display").read_text())
    shutil.rmtree(runtime, ignore_errors=True)


def _tail(log: Path, lines: int = 12) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").strip().splitlines()[-lines:])
    except OSError:
        return ""
