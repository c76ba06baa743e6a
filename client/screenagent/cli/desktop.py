"""The desktop that comes along, from the command line: embedded, or in a Docker container."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import typer

from screenagent.cli.signals import ending_on_signals
from screenagent.desktop import docker, embedded, standing
from screenagent.desktop.docker import DockerDesktop
from screenagent.desktop.docker.images import Recipe
from screenagent.errors import SettingsError
from screenagent.settings import parse_size

NOT_RUNNING = 1


def start(home: Path | None, size: str, worker: bool) -> None:
    """Start an embedded desktop that outlives the command, and say how to reach it.

    Raises:
        SettingsError: the size or the home cannot be used.
        DesktopError: one is running already, or it does not start.
    """
    wanted = _size(size)
    if home is not None and home.exists() and not home.is_dir():
        raise SettingsError(f"--home {home} is no folder.", hint="Name a folder; it is made if it is missing.")
    standing.require_none()
    desktop = embedded.start(home=home, size=wanted, worker=worker, owned=False, on_progress=_say)
    typer.echo(f"The embedded desktop is running: {desktop.host}:{desktop.port}, display {desktop.display}, home {desktop.home}")
    _say_what_now(worker)


def require_docker_for(options: dict[str, str]) -> None:
    """Raise SettingsError for an option that only means something with --docker."""
    for name, value in options.items():
        if value:
            raise SettingsError(f"{name} goes with --docker.", hint="The embedded desktop has no image.")


def start_docker(home: Path | None, size: str, worker: bool, image: str, worker_image: str, base_image: str) -> None:
    """Start a desktop in a container, and the OCR worker beside it, and say how to reach them; empty names mean the usual.

    Raises:
        SettingsError: the options cannot be used.
        DesktopError: one is running already, or it does not start.
    """
    wanted = _size(size)
    if home is not None:
        raise SettingsError("--home does not go with --docker.", hint="docker/README.md tells how to keep a container's home.")
    usual = Recipe()
    recipe = Recipe(image or usual.desktop, worker_image or usual.worker, base_image)
    standing.require_none()
    cancelled = threading.Event()
    with ending_on_signals(lambda _: cancelled.set(), lambda: None):
        desktop = docker.start(size=wanted, worker=worker, recipe=recipe, on_progress=_say, cancelled=cancelled)
    typer.echo(f"The desktop is running in the container {desktop.container}: {desktop.host}:{desktop.port}")
    _say_what_now(worker)


def stop() -> None:
    """End the desktop that was left; no desktop is no failure."""
    desktop = standing.left()
    if desktop is None:
        typer.echo("No desktop was left running.")
        return
    standing.stop(desktop)
    typer.echo("The desktop is gone.")


def reset() -> int:
    """Put the desktop that was left back to its first state; returns the exit status."""
    desktop = standing.left()
    if desktop is None:
        typer.echo("No desktop was left running.", err=True)
        return NOT_RUNNING
    fresh = standing.reset(desktop, _say)
    typer.echo(f"The desktop is fresh, at the same place: {fresh.host}:{fresh.port}")
    if not isinstance(fresh, DockerDesktop) and fresh.kept_home:
        typer.echo(f"Its home {fresh.home} is one that you keep; its files stay as they are.")
    return 0


def status(*, as_json: bool, show_password: bool) -> int:
    """Tell about the desktop left running; returns the exit status."""
    desktop = standing.left()
    if desktop is None:
        typer.echo(json.dumps({"running": False}) if as_json else "No desktop was left running.")
        return NOT_RUNNING
    if isinstance(desktop, DockerDesktop) and not desktop.alive():
        facts_of_stopped = {"running": False, "kind": "docker", "container": desktop.container}
        told = f"{standing.stopped(desktop)}\n{standing.how_to_go_on(desktop)}"
        typer.echo(json.dumps(facts_of_stopped) if as_json else told)
        return NOT_RUNNING
    facts: dict[str, object] = {
        "running": True,
        "kind": "docker" if isinstance(desktop, DockerDesktop) else "embedded",
        "host": desktop.host,
        "port": desktop.port,
        "size": f"{desktop.size[0]}x{desktop.size[1]}",
        "worker": desktop.worker_url,
        "clipboard": desktop.clipboard_url,
    }
    if isinstance(desktop, DockerDesktop):
        facts |= {"container": desktop.container, "image": desktop.image}
    else:
        facts |= {"display": desktop.display, "home": str(desktop.home), "log": str(desktop.log)}
    if show_password:
        facts["password"] = desktop.password
    if as_json:
        typer.echo(json.dumps(facts))
    else:
        for name, value in facts.items():
            typer.echo(f"{name:<10} {'yes' if value is True else 'none' if value is None else value}")
    return 0


def _size(text: str) -> tuple[int, int]:
    try:
        size = parse_size(text)
    except ValueError as error:
        raise SettingsError(f"--size {error}") from None
    return size.width, size.height


def _say(text: str) -> None:
    typer.echo(text, err=True)


def _say_what_now(worker: bool) -> None:
    if not worker:
        typer.echo("No OCR worker runs beside it: name a model of your own in the settings (-c FILE).")
    typer.echo("screenagent run and screenagent gui use it now. To look at it with a VNC viewer, take the password from")
    typer.echo("  screenagent desktop status --show-password")
    typer.echo("Put it back to its first state with: screenagent desktop reset; end it with: screenagent desktop stop")
