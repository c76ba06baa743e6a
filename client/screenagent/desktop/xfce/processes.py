"""Finding and ending every process of a desktop, whoever started it and whatever became of its parents.

Each process of a desktop inherits an environment variable with the desktop's id, so a walk over /proc finds them all, also
those that daemons started (dbus-daemon starts xfconfd, gvfs and dconf-service) and those that left their session.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Collection
from pathlib import Path

MARKER = "SCREENAGENT_DESKTOP_ID"

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True)


def become_subreaper() -> None:
    """Make this process the parent of every descendant whose own parent ends (prctl(2))."""
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def die_with_parent(number: signal.Signals = signal.SIGKILL) -> None:
    """Have the kernel send `number` to this process when the thread that forked it ends (prctl(2))."""
    _libc.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)


def marked(desktop_id: str, except_for: Collection[int] = ()) -> list[int]:
    """Return the ids of the living processes that belong to the desktop `desktop_id`."""
    needle = f"{MARKER}={desktop_id}".encode()
    found = []
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit() or int(entry.name) in except_for:
            continue
        if needle in _environment(int(entry.name)):
            found.append(int(entry.name))
    return found


def belongs(pid: int, desktop_id: str) -> bool:
    """Tell whether `pid` is alive and belongs to the desktop `desktop_id`."""
    return f"{MARKER}={desktop_id}".encode() in _environment(pid)


def _environment(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def descendants(pid: int) -> list[int]:
    """Return the ids of all processes below `pid`, zombies left out."""
    parents: dict[int, int] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                state, parent = Path(f"/proc/{entry.name}/stat").read_text().rpartition(")")[2].split()[:2]
            except (OSError, ValueError):
                continue
            if state != "Z":
                parents[int(entry.name)] = int(parent)
    below: list[int] = []
    generation = {pid}
    while generation:
        generation = {child for child, parent in parents.items() if parent in generation} - set(below)
        below.extend(generation)
    return below


def reap(children: dict[int, subprocess.Popen[bytes]]) -> list[int]:
    """Collect every ended child, those that were adopted too; tell the known ones what became of them."""
    ended: list[int] = []
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if pid == 0:
            return ended
        ended.append(pid)
        if pid in children:
            children[pid].returncode = os.waitstatus_to_exitcode(status)


def end(who: Callable[[], Collection[int]], gentle: float, hard: float, meanwhile: Callable[[], object] | None = None) -> bool:
    """Ask the processes that `who` lists to end, kill those that stay after `gentle` seconds; tell whether all are gone.

    `who` is asked again and again, since an ending process may start another; `meanwhile` (reaping) runs in between.
    """
    start = time.monotonic()
    asked: set[int] = set()
    while True:
        if meanwhile:
            meanwhile()
        alive = who()
        if not alive:
            return True
        passed = time.monotonic() - start
        if passed > gentle + hard:
            return False
        for pid in alive:
            if passed >= gentle:
                send(pid, signal.SIGKILL)
            elif pid not in asked:
                asked.add(pid)
                send(pid, signal.SIGTERM)
        time.sleep(0.02)


def send(pid: int, number: signal.Signals) -> None:
    """Signal `pid` unless it is gone."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass
