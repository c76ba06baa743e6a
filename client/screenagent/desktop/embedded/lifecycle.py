"""A private desktop on this machine: XFCE on an X server of its own, reached over VNC on 127.0.0.1 with a random password.

`start` hands an order to a supervisor process (`xfce/guard.py`) and waits until the desktop is painted. An owned desktop ends
with the process that started it, in whatever way that ends; one that is not owned stays until `stop`, and `running` finds it.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from screenagent import log as logs
from screenagent.desktop import state
from screenagent.desktop.xfce import processes, session
from screenagent.desktop.xfce.order import Doors, Order
from screenagent.desktop.xfce.programs import install_command, missing_programs
from screenagent.desktop.xfce.xserver import sockets_problem
from screenagent.errors import Cancelled, EmbeddedDesktopError
from screenagent.rfb.security.vncauth import encrypt_challenge

KIND = "embedded"
_POLL = 0.05
# A VNC password file holds the password encrypted with a key that every VNC program knows: its mode is what protects it.
_STORED_PASSWORD_KEY = "\x17\x52\x6b\x06\x23\x4e\x58\x07"


@dataclass(frozen=True)
class EmbeddedDesktop:
    """Where a running embedded desktop is and what opens it."""

    id: str
    host: str
    port: int
    password: str = field(repr=False)
    display: str
    xauthority: Path
    home: Path
    size: tuple[int, int]
    clipboard_url: str
    clipboard_token: str = field(repr=False)
    worker_url: str | None
    supervisor_pid: int
    owned: bool
    log: Path
    """The folder of the logs, one file a program; it goes with the desktop."""
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False, compare=False)

    @property
    def worker_token(self) -> str:
        """Its worker listens to this machine alone and wants none."""
        return ""

    @property
    def kept_home(self) -> Path | None:
        """Its home if a person keeps it; None for one that goes with the desktop."""
        return None if self.home == self.xauthority.parent / "home" else self.home

    def alive(self) -> bool:
        """Whether it is there."""
        return processes.belongs(self.supervisor_pid, self.id)

    def environment(self) -> dict[str, str]:
        """Return the whole environment for a program that is to run on this desktop; it ends with the desktop."""
        runtime = self.xauthority.parent
        return session.environment(self.id, self.display, runtime, self.home, os.environ)


def start(
    *,
    home: Path | None = None,
    size: tuple[int, int] = (1024, 768),
    worker: bool = True,
    owned: bool = True,
    on_progress: Callable[[str], None] | None = None,
    cancelled: threading.Event | None = None,
    timeout: float = 60.0,
    like: EmbeddedDesktop | None = None,
) -> EmbeddedDesktop:
    """Start a desktop of `size` pixels and return when it can be used; the worker listens then, but may still load.

    Without `home` it gets one that is removed at the end. `on_progress` hears what begins, such as "Starting the screen". One
    started `like` another, which has ended, has its addresses, password and token.
    Raises EmbeddedDesktopError, or Cancelled when `cancelled` is set.
    """
    _check(size, owned)
    password = like.password if like else secrets.token_urlsafe(6)  # 8 characters: VncAuth looks at no more
    order = Order(
        id=secrets.token_hex(8),
        size=size,
        home=home.expanduser().absolute() if home else None,
        worker=worker,
        owned=owned,
        stored_password=encrypt_challenge(_STORED_PASSWORD_KEY, password.encode()).hex(),
        token=like.clipboard_token if like else secrets.token_urlsafe(24),
        doors=_doors_like(like) if like else Doors(),
    )
    logs.hide(password)
    logs.hide(order.token)
    process = subprocess.Popen(
        [sys.executable, "-m", "screenagent.desktop.xfce.guard"],
        env=_own_environment(order.id),
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        facts = _await_ready(process, order, on_progress, cancelled, time.monotonic() + timeout)
        desktop = _desktop(order, password, facts, process if owned else None)
        if not owned:
            _save(desktop)
    except BaseException:
        _end(order.id, process, gentle=8.0)
        raise
    finally:
        if process.stdout:
            process.stdout.close()
    if not owned:
        _close(process.stdin)
        process.wait()
    return desktop


def running() -> EmbeddedDesktop | None:
    """Return the desktop that `start(owned=False)` left running, or None; a state file that nobody stands behind is removed."""
    values = state.load(KIND)
    if values is None:
        return None
    desktop_id = str(values.get("id"))
    try:
        desktop = _from_state(values)
    except (TypeError, KeyError):
        desktop = None
    if desktop and desktop.alive():
        logs.hide(desktop.password)
        logs.hide(desktop.clipboard_token)
        return desktop
    state.forget(desktop_id)
    return None


def stop(desktop: EmbeddedDesktop, timeout: float = 10.0) -> None:
    """End the desktop and return when every process of it is gone; raises EmbeddedDesktopError when one stays."""
    if desktop.alive():
        processes.send(desktop.supervisor_pid, signal.SIGTERM)
    gone = _end(desktop.id, desktop.process, gentle=timeout)
    if not desktop.owned:
        state.forget(desktop.id)
    if not gone:
        left = processes.marked(desktop.id)
        raise EmbeddedDesktopError(f"Processes of the embedded desktop do not end: {left}.")


def reset(desktop: EmbeddedDesktop, on_progress: Callable[[str], None] | None = None) -> EmbeddedDesktop:
    """End a desktop left running and start it afresh at the same addresses; a home that is kept is left as it is.

    Raises EmbeddedDesktopError.
    """
    stop(desktop)
    return start(
        home=desktop.kept_home,
        size=desktop.size,
        worker=desktop.worker_url is not None,
        owned=False,
        on_progress=on_progress,
        like=desktop,
    )


def _doors_like(desktop: EmbeddedDesktop) -> Doors:
    clipboard, worker = (urlsplit(url or "").port or 0 for url in (desktop.clipboard_url, desktop.worker_url))
    return Doors(vnc_port=desktop.port, clipboard_port=clipboard, worker_port=worker)


def _own_environment(desktop_id: str) -> dict[str, str]:
    """Return our environment for processes in other folders: what Python imports from stays where it is."""
    environment = {**os.environ, processes.MARKER: desktop_id}
    places = environment.get("PYTHONPATH")
    if places:
        environment["PYTHONPATH"] = os.pathsep.join(os.path.abspath(place) for place in places.split(os.pathsep))
    return environment


def _check(size: tuple[int, int], owned: bool) -> None:
    """Refuse what is known to fail, with the way out."""
    if not all(100 <= side <= 16384 for side in size):
        raise EmbeddedDesktopError(f"A screen of {size[0]}x{size[1]} is not possible; each side has 100 to 16384 pixels.")
    missing = missing_programs()
    if missing:
        names = ", ".join(missing)
        raise EmbeddedDesktopError(f"The embedded desktop needs packages: {names}.", hint=install_command(missing))
    problem = sockets_problem()
    if problem:
        raise EmbeddedDesktopError(problem[0], hint=problem[1])
    if not owned and running():
        raise EmbeddedDesktopError(
            "An embedded desktop is running already.", hint="Use it, or end it with: screenagent desktop stop"
        )


def _await_ready(
    process: subprocess.Popen[bytes],
    order: Order,
    on_progress: Callable[[str], None] | None,
    cancelled: threading.Event | None,
    deadline: float,
) -> dict[str, Any]:
    """Send the order and follow the answers until the desktop is ready."""
    if process.stdin is None or process.stdout is None:
        raise EmbeddedDesktopError("The supervisor of the embedded desktop has no pipes.")
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(order.to_json().encode() + b"\n")
        process.stdin.flush()
    pending = b""
    while True:
        if cancelled and cancelled.is_set():
            raise Cancelled("Starting the embedded desktop was cancelled.")
        if time.monotonic() > deadline:
            raise EmbeddedDesktopError("The embedded desktop was not ready in time.")
        if not select.select([process.stdout], [], [], _POLL)[0]:
            continue
        part = os.read(process.stdout.fileno(), 65536)
        if not part:
            raise EmbeddedDesktopError("The supervisor of the embedded desktop ended during the start.")
        *lines, pending = (pending + part).split(b"\n")
        for line in lines:
            answer = json.loads(line)
            if "ready" in answer:
                return dict(answer["ready"])
            if "error" in answer:
                raise EmbeddedDesktopError(str(answer["error"]), hint=str(answer["hint"]))
            if on_progress:
                on_progress(str(answer["progress"]))


def _desktop(order: Order, password: str, facts: dict[str, Any], process: subprocess.Popen[bytes] | None) -> EmbeddedDesktop:
    paths: dict[str, Any] = {name: Path(facts.pop(name)) for name in ("xauthority", "home", "log")}
    return EmbeddedDesktop(
        id=order.id,
        host="127.0.0.1",
        password=password,
        size=order.size,
        clipboard_token=order.token,
        owned=order.owned,
        process=process,
        **paths,
        **facts,
    )


def _end(desktop_id: str, process: subprocess.Popen[bytes] | None, gentle: float) -> bool:
    """Let the supervisor end the desktop, and end it ourselves when it does not; tell whether all is gone."""
    if process:
        _close(process.stdin)

    def reap() -> None:
        if process:
            process.poll()

    def alive() -> list[int]:
        return processes.marked(desktop_id, except_for={os.getpid()})

    limit = time.monotonic() + gentle
    while alive() and time.monotonic() < limit:
        reap()
        time.sleep(_POLL / 2)
    gone = processes.end(alive, gentle=0.0, hard=5.0, meanwhile=reap)
    if process and gone:
        process.wait()
    return gone


def _close(pipe: Any) -> None:
    with contextlib.suppress(OSError):
        if pipe:
            pipe.close()


def _save(desktop: EmbeddedDesktop) -> None:
    state.save(KIND, {entry.name: getattr(desktop, entry.name) for entry in fields(desktop) if entry.name != "process"})


def _from_state(values: dict[str, Any]) -> EmbeddedDesktop:
    paths: dict[str, Any] = {name: Path(values.pop(name)) for name in ("xauthority", "home", "log")}
    return EmbeddedDesktop(size=tuple(values.pop("size")), **paths, **values)
