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


def require_none() -> None:
    """Raise EmbeddedDesktopError or DockerError, by what is running, when there is one."""
    there = running()
    if there is not None:
        error = DockerError if isinstance(there, DockerDesktop) else EmbeddedDesktopError
        kind = describe(there)
        raise error(f"{kind[0].upper()}{kind[1:]} is running already.", hint="Use it, or end it with: screenagent desktop stop")


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
