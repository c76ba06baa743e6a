"""What the command line adds to the settings, and which task it means."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from screenagent.errors import SettingsError
from screenagent.settings import Settings, read_tasks


def load(
    config: Path | None,
    sets: Sequence[str] | None = None,
    *,
    backend: str | None = None,
    home: Path | None = None,
    recordings: Path | None = None,
    task_file: Path | None = None,
) -> Settings:
    """Return the settings with the options of the command line on top.

    Raises:
        SettingsError: the file, a ``KEY=VALUE`` or an option cannot be used.
    """
    changes: dict[str, object] = dict(_split(text) for text in sets or ())
    named = {
        "remote_vnc_server.backend": backend,
        "remote_vnc_server.home": home and home.absolute(),
        "remote_vnc_server.task_list": task_file and task_file.absolute(),
        "recording.folder": recordings and recordings.absolute(),
    }
    settings = Settings.load(config, {**changes, **{key: value for key, value in named.items() if value is not None}})
    if home is not None and not settings.desktop.embedded:
        raise SettingsError("--desktop-home is for the embedded desktop; these settings name another one.", hint="Leave it out.")
    return settings


def choose_task(settings: Settings, task: str, number: int | None) -> str:
    """Return the task given, or number `number` (from 1) of the list.

    Raises:
        SettingsError: neither or both are given, or the list has no such number.
    """
    if task.strip():
        if number is not None:
            raise SettingsError("Give a task or a number of the task list, not both.")
        return task.strip()
    if number is None:
        hint = 'Write it after run, in quotes, or choose one with --number; "screenagent list" prints them.'
        raise SettingsError("Which task?", hint=hint)
    tasks = read_tasks(settings.desktop.task_list)
    if not 1 <= number <= len(tasks):
        raise SettingsError(f"There is no task {number}; the list has 1 to {len(tasks)}.", hint="screenagent list prints them.")
    return tasks[number - 1]


def _split(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise SettingsError(f'--set "{text}" is not KEY=VALUE.', hint="For example: --set automaton.limits.steps=20")
    return key.strip(), value
