"""The desktop that was left running on this machine, embedded or in a container: one at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from screenagent.desktop import docker, embedded
from screenagent.desktop.docker import DockerDesktop
from screenagent.desktop.embedded import EmbeddedDesktop
from screenagent.errors import DockerError, EmbeddedDesktopError

Standing: TypeAlias = EmbeddedDesktop | DockerDesktop


def running() -> Standing | None:
    """Return the desktop left running, or None. Raises DockerError when there may be one but the engine cannot be asked."""
    return embedded.running() or docker.running()


def left() -> Standing | None:
    """Return the desktop that was left here, a stopped container's too. Raises DockerError."""
    return embedded.running() or docker.left()


def require_none() -> None:
    """Raise EmbeddedDesktopError or DockerError, by what is there, when there is one."""
    there = left()
    if isinstance(there, DockerDesktop) and not there.alive():
        raise DockerError(stopped(there), hint=how_to_go_on(there))
    if there is not None:
        error = DockerError if isinstance(there, DockerDesktop) else EmbeddedDesktopError
        kind = describe(there)
        raise error(f"{kind[0].upper()}{kind[1:]} is running already.", hint="Use it, or end it with: screenagent desktop stop")


def stopped(desktop: DockerDesktop) -> str:
    """Say that it is there and does not run."""
    return f"A desktop was left in the container {desktop.container}, which does not run now."


def how_to_go_on(desktop: DockerDesktop) -> str:
    """Say what can be done with one that does not run."""
    return (
        f"docker start {desktop.container} goes on with it, screenagent desktop reset starts it afresh, "
        "screenagent desktop stop removes it."
    )


def describe(desktop: Standing) -> str:
    """Name its kind in a sentence."""
    return "a desktop in a Docker container" if isinstance(desktop, DockerDesktop) else "an embedded desktop"


def stop(desktop: Standing) -> None:
    """End it. Raises DesktopError."""
    if isinstance(desktop, DockerDesktop):
        docker.stop(desktop)
    else:
        embedded.stop(desktop)


def reset(desktop: Standing, on_progress: Callable[[str], None]) -> Standing:
    """End it and start it afresh at the same addresses, with the same secrets. Raises DesktopError."""
    if isinstance(desktop, DockerDesktop):
        return docker.reset(desktop, on_progress)
    return embedded.reset(desktop, on_progress)
