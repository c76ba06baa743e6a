"""A desktop in a container, and the OCR worker in another: started, found, put back to the first state, and ended.

The image's own health check says when the desktop can be used; it is asked directly, because the engine asks it every few
seconds only. Everything is published on 127.0.0.1 alone, with a random password and tokens.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import ClassVar

import requests

from screenagent import log as logs
from screenagent.desktop import state
from screenagent.desktop.docker import engine, images
from screenagent.errors import Cancelled, DockerError

KIND = "docker"
DESKTOP = "screenagent-desktop"
WORKER = "screenagent-worker"
_VNC, _CLIPBOARD, _WORKER = 5900, 8001, 40000
_LABEL = "org.screenagent.part"
_HEALTH_COMMAND = "screenagent-health"
_POLL = 0.1
_HTTP_SECONDS = 3.0
_RESET_SECONDS = 90.0
_SHARED_MEMORY = "512m"  # Docker's own 64 MB is too little for browsers


@dataclass(frozen=True)
class DockerDesktop:
    """Where a running container's desktop is and what opens it. `id` and `worker_id` are the engine's."""

    id: str
    image: str
    size: tuple[int, int]
    password: str = field(repr=False)
    clipboard_token: str = field(repr=False)
    port: int
    clipboard_port: int
    worker_id: str = ""
    worker_image: str = ""
    worker_port: int = 0
    worker_token: str = field(default="", repr=False)

    host: ClassVar[str] = "127.0.0.1"
    owned: ClassVar[bool] = False

    @property
    def clipboard_url(self) -> str:
        """Where its clipboard service answers."""
        return f"http://{self.host}:{self.clipboard_port}"

    @property
    def worker_url(self) -> str | None:
        """Where the OCR worker beside it answers, None when there is none."""
        return f"http://{self.host}:{self.worker_port}" if self.worker_id else None

    def alive(self) -> bool:
        """Whether its container runs. Raises DockerError when the engine cannot be asked."""
        return _runs(self.id)


def start(
    *,
    size: tuple[int, int] = (1024, 768),
    worker: bool = True,
    recipe: images.Recipe | None = None,
    on_progress: Callable[[str], None] = lambda text: None,
    cancelled: threading.Event | None = None,
    timeout: float = 90.0,
) -> DockerDesktop:
    """Start a desktop of `size` pixels, and the OCR worker once it is well; images that are missing are built first.

    Raises DockerError, or Cancelled when `cancelled` is set; what was started is gone then.
    """
    stop_event = cancelled or threading.Event()
    recipe = recipe or images.Recipe()
    engine.require_local()
    images.ensure(recipe, worker, on_progress, stop_event)
    wanted = DockerDesktop(
        id="",
        image=recipe.desktop,
        size=size,
        password=secrets.token_urlsafe(6),
        clipboard_token=secrets.token_urlsafe(24),
        port=0,
        clipboard_port=0,
        worker_image=recipe.worker if worker else "",
        worker_token=secrets.token_urlsafe(24) if worker else "",
    )
    _hide(wanted)
    begun: list[str] = []
    try:
        on_progress("Starting the desktop's container")
        desktop = _start_desktop(wanted, begun)
        _await(lambda: _is_well(desktop), desktop.id, DESKTOP, stop_event, timeout)
        if worker:
            on_progress("Starting the OCR worker's container")
            desktop = _start_worker(desktop, begun)
            _await(lambda: _is_ready(desktop), desktop.worker_id, WORKER, stop_event, timeout)
        state.save(KIND, asdict(desktop))
    except BaseException:
        _remove(*begun)
        raise
    return desktop


def running() -> DockerDesktop | None:
    """Return the desktop that `start` left running, or None. Raises DockerError when the engine cannot be asked."""
    values = state.load(KIND)
    if values is None:
        return None
    desktop_id = str(values.get("id"))
    try:
        desktop = DockerDesktop(**{**values, "size": tuple(values["size"])})
    except (TypeError, KeyError):
        state.forget(desktop_id)
        return None
    _hide(desktop)
    try:
        if desktop.alive():
            return desktop
    except DockerError as error:
        left = f"A desktop was left running in a container; if it is gone for good: rm {state.state_file()}"
        raise DockerError(error.message, hint=f"{error.hint}\n{left}") from None
    _remove(desktop.id, desktop.worker_id)
    state.forget(desktop_id)
    return None


def reset(desktop: DockerDesktop, on_progress: Callable[[str], None] = lambda text: None) -> DockerDesktop:
    """Replace the desktop's container by a new one at the same addresses, with the same secrets.

    The worker goes on; one that has ended is started again. Raises DockerError.
    """
    begun: list[str] = []
    on_progress("Replacing the desktop's container")
    _remove(desktop.id)
    try:
        fresh = _start_desktop(desktop, begun)
        state.save(KIND, asdict(fresh))
        never = threading.Event()
        _await(lambda: _is_well(fresh), fresh.id, DESKTOP, never, _RESET_SECONDS)
        if fresh.worker_id and not _runs(fresh.worker_id):
            on_progress("Starting the OCR worker's container again, which had ended")
            fresh = _start_worker(fresh, begun)
            state.save(KIND, asdict(fresh))
            _await(lambda: _is_ready(fresh), fresh.worker_id, WORKER, never, _RESET_SECONDS)
    except BaseException:
        _remove(*begun, desktop.worker_id)
        state.forget(desktop.id)
        raise
    return fresh


def stop(desktop: DockerDesktop) -> None:
    """End both containers and everything in them. Raises DockerError."""
    _remove(desktop.id, desktop.worker_id)
    state.forget(desktop.id)


def _start_desktop(wanted: DockerDesktop, begun: list[str]) -> DockerDesktop:
    variables = {"VNC_PASSWORD": wanted.password, "CLIPBOARD_SERVER_SECRET_TOKEN": wanted.clipboard_token}
    variables["RESOLUTION"] = "{}x{}".format(*wanted.size)
    ports = {_VNC: wanted.port, _CLIPBOARD: wanted.clipboard_port}
    made = _run_container(DESKTOP, wanted.image, variables, ports, begun)
    return replace(wanted, id=made, port=engine.port(made, _VNC), clipboard_port=engine.port(made, _CLIPBOARD))


def _start_worker(desktop: DockerDesktop, begun: list[str]) -> DockerDesktop:
    variables = {"SCREENAGENT_WORKER_TOKEN": desktop.worker_token}
    made = _run_container(WORKER, desktop.worker_image, variables, {_WORKER: desktop.worker_port}, begun)
    return replace(desktop, worker_id=made, worker_port=engine.port(made, _WORKER))


def _run_container(name: str, image: str, variables: dict[str, str], ports: dict[int, int], begun: list[str]) -> str:
    """Start a container and return its id; a port of 0 on this machine is any free one."""
    _clear_name(name)
    given = [word for variable in variables for word in ("--env", variable)]
    published = [word for inside, here in ports.items() for word in ("--publish", f"127.0.0.1:{here or ''}:{inside}")]
    label = f"{_LABEL}={name}"
    options = ("--name", name, "--label", label, "--shm-size", _SHARED_MEMORY)
    made = engine.call("create", *options, *published, *given, image, variables=variables)
    begun.append(made)
    engine.call("start", made)
    return made


def _clear_name(name: str) -> None:
    """Remove a container of ours that has ended and still has the name. Raises DockerError when the name is somebody else's."""
    there = engine.inspect(name)
    if there is None:
        return
    if there["State"]["Running"] or there["Config"]["Labels"].get(_LABEL) != name:
        raise DockerError(f"There is a container named {name} already.", hint=f"If it is not needed: docker rm --force {name}")
    _remove(name)


def _is_well(desktop: DockerDesktop) -> bool:
    """What the image's own health check says; VNC counts connections that end before the password, so it is not knocked at."""
    return engine.succeeds("exec", desktop.id, _HEALTH_COMMAND)


def _is_ready(desktop: DockerDesktop) -> bool:
    try:
        return bool(requests.get(f"{desktop.worker_url}/health", timeout=_HTTP_SECONDS).json().get("status") == "ready")
    except (requests.RequestException, ValueError):
        return False


def _await(holds: Callable[[], bool], container: str, kind: str, cancelled: threading.Event, seconds: float) -> None:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if holds():
            return
        if not _runs(container):
            raise DockerError(f"The container {kind} ended during its start.", hint=engine.last_words(container))
        if cancelled.wait(_POLL):
            raise Cancelled("Starting the desktop was cancelled.")
    raise DockerError(f"The container {kind} was not well within {seconds:g} s.", hint=engine.last_words(container))


def _runs(container: str) -> bool:
    found = engine.inspect(container)
    return bool(found and found["State"]["Running"])


def _remove(*containers: str) -> None:
    wanted = [container for container in containers if container]
    if wanted:
        engine.succeeds("rm", "--force", "--volumes", *wanted)


def _hide(desktop: DockerDesktop) -> None:
    for secret in (desktop.password, desktop.clipboard_token, desktop.worker_token):
        logs.hide(secret)
