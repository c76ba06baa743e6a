"""The task list: one task a line; empty lines and lines that begin with # do not count."""

from __future__ import annotations

from pathlib import Path

from screenagent.errors import SettingsError
from screenagent.settings.builtin import builtin_file
from screenagent.settings.problems import Problem, settings_error
from screenagent.settings.tree import read_text

LONGEST = 4000


def read_tasks(path: Path | None) -> tuple[str, ...]:
    """Return the tasks of a UTF-8 file, or those that come along for None.

    Raises:
        SettingsError: naming the file and the line: missing, not UTF-8, a control character, a task too long, no task at all.
    """
    file = path if path is not None else builtin_file("tasks.txt")
    problems: list[Problem] = []
    tasks: list[str] = []
    for number, line in enumerate(read_text(file, "task list").split("\n"), 1):
        task = line.strip()
        if not task or task.startswith("#"):
            continue
        if any(ord(char) < 32 and char != "\t" for char in task):
            problems.append(Problem("", "the task holds a control character.", "Delete it.", number))
        elif len(task) > LONGEST:
            problems.append(Problem("", f"the task is longer than {LONGEST} characters.", "One task is one sentence.", number))
        else:
            tasks.append(task)
    if problems:
        raise settings_error(str(file), problems)
    if not tasks:
        raise SettingsError(f"The task list {file} holds no task.", hint="Write one task a line; lines with # are comments.")
    return tuple(tasks)
