"""A desktop in a container, and the OCR worker in another: started, found, put back to the first state, and ended.

The image's own health check says when the desktop can be used; it is asked directly, because the engine asks it every few
seconds only. Everything is published on 127.0.0.1 alone, at fixed ports, with a random password and tokens. The state is written
before anything starts, so that a container of ours is always found again, however its starter ended.
"""

from __future__ import annotations

import os
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
from screenagent.desktop.docker.images import DESKTOP, WORKER
from screenagent.desktop.xfce.xserver import free_port
from screenagent.errors import Cancelled, DockerError

KIND = "docker"
_VNC, _CLIPBOARD, _WORKER = 5900, 8001, 40000
_LABEL = "org.screenagent.part"
_HEALTH_COMMAND = "screenagent-health"
_POLL = 0.1
_HTTP_SECONDS = 3.0
_RESET_SECONDS = 90.0
_PORT_TRIES = 3
_CONFINED = (
    *("--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--pids-limit", "4096"),
    *("--shm-size", "512m"),  # Docker's own 64 MB is too little for browsers
    *("--pull", "never"),
)


@dataclass(frozen=True)
class DockerDesktop:
    """Where a container's desktop is and what opens it. `id` is ours, a part of the containers' names; `engine` the engine's."""

    id: str
    engine: str
    image: str
    size: tuple[int, int]
    password: str = field(repr=False)
    clipboard_token: str = field(repr=False)
    port: int = 0
    clipboard_port: int = 0
    worker_image: str = ""
    worker_port: int = 0
    worker_token: str = field(default="", repr=False)

    host: ClassVar[str] = "127.0.0.1"
    owned: ClassVar[bool] = False

    @property
    def container(self) -> str:
        """The name of the desktop's container."""
        return f"{DESKTOP}-{self.id}"

    @property
    def worker_container(self) -> str:
        """The name of the worker's container, empty when there is none."""
        return f"{WORKER}-{self.id}" if self.worker_image else ""

    @property
    def clipboard_url(self) -> str:
        """Where its clipboard service answers."""
        return f"http://{self.host}:{self.clipboard_port}"

    @property
    def worker_url(self) -> str | None:
        """Where the OCR worker beside it answers, None when there is none."""
        return f"http://{self.host}:{self.worker_port}" if self.worker_image else None

    def alive(self) -> bool:
        """Whether its container runs. Raises DockerError when the engine cannot be asked."""
        return _runs(self.container)


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
    cancel = cancelled or threading.Event()
    recipe = recipe or images.Recipe()
    engine.require_local()
    state.require_writable()
    images.ensure(recipe, worker, on_progress, cancel)
    desktop = DockerDesktop(
        id=secrets.token_hex(4),
        engine=engine.identity(),
        image=recipe.desktop,
        size=size,
        password=secrets.token_urlsafe(6),
        clipboard_token=secrets.token_urlsafe(24),
        worker_image=recipe.worker if worker else "",
        worker_token=secrets.token_urlsafe(24) if worker else "",
    )
    _hide(desktop)
    _save(desktop)
    try:
        on_progress("Starting the desktop's container")
        desktop = _start_desktop(desktop, cancel, timeout)
        if worker:
            on_progress("Starting the OCR worker's container")
            desktop = _start_worker(desktop, cancel, timeout)
    except BaseException:
        stop(desktop)
        raise
    return desktop


def left() -> DockerDesktop | None:
    """Return the desktop that was left here, running or stopped, None when its container is gone.

    Raises DockerError when the engine cannot be asked.
    """
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
        if engine.inspect(desktop.container) is not None:
            return desktop
        same = engine.identity() == desktop.engine
    except DockerError as error:
        raise DockerError(error.message, hint=f"{error.hint}\n{_how_to_forget()}") from None
    if not same:
        raise DockerError("A desktop was left in a container of another Docker engine.", hint=_how_to_forget())
    stop(desktop)
    return None


def running() -> DockerDesktop | None:
    """Return the desktop that `start` left running, or None. Raises DockerError when the engine cannot be asked."""
    desktop = left()
    return desktop if desktop and desktop.alive() else None


def reset(desktop: DockerDesktop, on_progress: Callable[[str], None] = lambda text: None) -> DockerDesktop:
    """Replace the desktop's container by a new one at the same addresses, with the same secrets.

    The worker goes on; one that does not answer is replaced, too. Raises DockerError.
    """
    images.require(desktop.image)
    never = threading.Event()
    on_progress("Replacing the desktop's container")
    _remove(desktop.container)
    try:
        desktop = _start_desktop(desktop, never, _RESET_SECONDS)
        if desktop.worker_image and not _is_ready(desktop):
            on_progress("Replacing the OCR worker's container, which does not answer")
            _remove(desktop.worker_container)
            desktop = _start_worker(desktop, never, _RESET_SECONDS)
    except BaseException:
        stop(desktop)
        raise
    return desktop


def stop(desktop: DockerDesktop) -> None:
    """End both containers and everything in them. Raises DockerError."""
    _remove(desktop.container, desktop.worker_container)
    state.forget(desktop.id)


def _start_desktop(desktop: DockerDesktop, cancel: threading.Event, seconds: float) -> DockerDesktop:
    variables = {"VNC_PASSWORD": desktop.password, "CLIPBOARD_SERVER_SECRET_TOKEN": desktop.clipboard_token}
    variables["RESOLUTION"] = "{}x{}".format(*desktop.size)
    wanted = {_VNC: desktop.port, _CLIPBOARD: desktop.clipboard_port}
    ports = _run_container(DESKTOP, desktop.container, desktop.image, variables, wanted)
    desktop = replace(desktop, port=ports[_VNC], clipboard_port=ports[_CLIPBOARD])
    _save(desktop)
    _await(lambda: _is_well(desktop), desktop.container, cancel, seconds)
    return desktop


def _start_worker(desktop: DockerDesktop, cancel: threading.Event, seconds: float) -> DockerDesktop:
    variables = {"SCREENAGENT_WORKER_TOKEN": desktop.worker_token}
    name, wanted = desktop.worker_container, {_WORKER: desktop.worker_port}
    ports = _run_container(WORKER, name, desktop.worker_image, variables, wanted)
    desktop = replace(desktop, worker_port=ports[_WORKER])
    _save(desktop)
    _await(lambda: _is_ready(desktop), desktop.worker_container, cancel, seconds)
    return desktop


def _run_container(part: str, name: str, image: str, variables: dict[str, str], wanted: dict[int, int]) -> dict[int, int]:
    """Start a container; return which ports of this machine lead to which of its own. A wanted port of 0 is any free one."""
    given = [word for variable in variables for word in ("--env", variable)]
    labels = ("--label", f"{_LABEL}={part}", "--label", f"org.screenagent.user={os.getuid()}")
    for left_tries in reversed(range(_PORT_TRIES)):
        ports = {inside: here or free_port() for inside, here in wanted.items()}
        published = [word for inside, here in ports.items() for word in ("--publish", f"127.0.0.1:{here}:{inside}")]
        try:
            engine.call("create", "--name", name, *labels, *_CONFINED, *published, *given, image, variables=variables)
            engine.call("start", name)
        except engine.PortTaken:
            _remove(name)
            if not left_tries or all(wanted.values()):
                raise
        else:
            break
    return ports


def _is_well(desktop: DockerDesktop) -> bool:
    """What the image's own health check says; VNC counts connections that end before the password, so it is not knocked at."""
    return engine.succeeds("exec", desktop.container, _HEALTH_COMMAND)


def _is_ready(desktop: DockerDesktop) -> bool:
    """Ask the worker itself, past any proxy: it is on this machine."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            return bool(session.get(f"{desktop.worker_url}/health", timeout=_HTTP_SECONDS).json().get("status") == "ready")
        except (requests.RequestException, ValueError):
            return False


def _await(holds: Callable[[], bool], container: str, cancel: threading.Event, seconds: float) -> None:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if cancel.is_set():
            raise Cancelled("Starting the desktop was cancelled.")
        if holds():
            return
        if not _runs(container):
            raise DockerError(f"The container {container} ended during its start.", hint=engine.last_words(container))
        cancel.wait(_POLL)
    raise DockerError(f"The container {container} was not well within {seconds:g} s.", hint=engine.last_words(container))


def _runs(container: str) -> bool:
    found = engine.inspect(container)
    return bool(found and found["State"]["Running"])


def _remove(*containers: str) -> None:
    """Remove containers of ours; one that is not there is no failure."""
    for container in containers:
        if container and not engine.succeeds("rm", "--force", "--volumes", container) and engine.inspect(container):
            raise DockerError(f"The container {container} cannot be removed.", hint=f"Try: docker rm --force {container}")


def _save(desktop: DockerDesktop) -> None:
    state.save(KIND, asdict(desktop))


def _hide(desktop: DockerDesktop) -> None:
    for secret in (desktop.password, desktop.clipboard_token, desktop.worker_token):
        logs.hide(secret)


def _how_to_forget() -> str:
    return f"A desktop was left in a container; if it is gone for good: rm {state.state_file()}"
