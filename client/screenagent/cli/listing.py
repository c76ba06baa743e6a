"""Tasks, models, settings and their options, printed."""

from __future__ import annotations

from pathlib import Path

import typer

from screenagent.cli.inputs import load
from screenagent.domain.exchange import Role
from screenagent.settings import KNOWN_MODELS, Settings, options, read_tasks


def tasks(config: Path | None, task_file: Path | None) -> None:
    """Print the tasks of the list with their numbers."""
    file = task_file if task_file is not None else load(config).desktop.task_list
    for number, task in enumerate(read_tasks(file), 1):
        typer.echo(f"{number:>3}  {task}")


def models() -> None:
    """Print the model names that imply their protocol and dialect."""
    for name, implied in KNOWN_MODELS.items():
        typer.echo(f"{name:<12} {implied['protocol']}, dialect {implied['dialect']}")


def check(file: Path | None) -> None:
    """Print what the settings come to, and their warnings. Raises SettingsError with all their faults."""
    settings = Settings.load(file)
    for warning in settings.warnings:
        typer.echo(f"warning: {warning}")
    for role in Role:
        backend = settings.backends.get(role)
        told = f"{backend.name} ({backend.protocol}, {backend.target_url or backend.replies})" if backend else "off"
        typer.echo(f"{role.value:<10} {told}")
    desktop = settings.desktop
    where = f"embedded, {desktop.resolution}" if desktop.embedded else f"{desktop.host}:{desktop.port}"
    typer.echo(f"{'desktop':<10} {where} ({desktop.backend})")
    typer.echo(f"{'tasks':<10} {len(read_tasks(desktop.task_list))}")
    typer.echo(f"{file or 'The embedded default'} can be used.")


def explain() -> None:
    """Print every option of the settings file."""
    for option in options():
        typer.echo(f"{option.key}  [{option.type}; default: {option.default}]")
        typer.echo(f"    {option.description}")
