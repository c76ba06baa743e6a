"""The embedded desktop from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from screenagent.desktop import embedded
from screenagent.errors import SettingsError
from screenagent.settings import parse_size

NOT_RUNNING = 1


def start(home: Path | None, size: str) -> None:
    """Start a desktop that outlives the command, and say how to reach it.

    Raises:
        SettingsError: the size cannot be used.
        EmbeddedDesktopError: it does not start.
    """
    try:
        wanted = parse_size(size)
    except ValueError as error:
        raise SettingsError(f"--size {error}") from None
    if home is not None and home.exists() and not home.is_dir():
        raise SettingsError(f"--home {home} is no folder.", hint="Name a folder; it is made if it is missing.")
    desktop = embedded.start(
        home=home, size=(wanted.width, wanted.height), owned=False, on_progress=lambda text: typer.echo(text, err=True)
    )
    typer.echo(f"The embedded desktop is running: {desktop.host}:{desktop.port}, display {desktop.display}, home {desktop.home}")
    typer.echo("screenagent run and screenagent gui use it now. To look at it with a VNC viewer, take the password from")
    typer.echo("  screenagent desktop status --show-password")
    typer.echo("End it with: screenagent desktop stop")


def stop() -> None:
    """End the desktop left running; no desktop is no failure."""
    desktop = embedded.running()
    if desktop is None:
        typer.echo("No embedded desktop is running.")
        return
    embedded.stop(desktop)
    typer.echo("The embedded desktop is gone.")


def status(*, as_json: bool, show_password: bool) -> int:
    """Tell about the desktop left running; returns the exit status."""
    desktop = embedded.running()
    if desktop is None:
        typer.echo(json.dumps({"running": False}) if as_json else "No embedded desktop is running.")
        return NOT_RUNNING
    facts: dict[str, object] = {
        "running": True,
        "host": desktop.host,
        "port": desktop.port,
        "display": desktop.display,
        "size": f"{desktop.size[0]}x{desktop.size[1]}",
        "home": str(desktop.home),
        "worker": desktop.worker_url,
        "clipboard": desktop.clipboard_url,
        "log": str(desktop.log),
    }
    if show_password:
        facts["password"] = desktop.password
    if as_json:
        typer.echo(json.dumps(facts))
    else:
        for name, value in facts.items():
            typer.echo(f"{name:<10} {'yes' if value is True else value}")
    return 0
