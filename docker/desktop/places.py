"""Where the desktop of this image is: its folders and its ports; and a sentence for each folder, or user, that will not do."""

from __future__ import annotations

import contextlib
import os
import pwd
from pathlib import Path

RUNTIME = Path("/run/screenagent")
SURROUNDINGS = RUNTIME / "environment"
"""What `on-desktop` gives to a program; it is there once the desktop is ready."""
VNC_PORT = 5900
CLIPBOARD_PORT = 8001
NOVNC_PORT = 6080


def problems(user: int, home: Path, runtime: Path, temporary: Path = Path("/tmp")) -> list[str]:
    """Return what is wrong, as sentences; makes `runtime` when it is missing and may be made."""
    if user == 0:
        return ["The desktop must not run as root: run it as its own user, leave --user out."]
    if not _has_account(user):
        return [f"User {user} has no account in this image: run it as its own user, leave --user out."]
    found = []
    with contextlib.suppress(OSError):
        runtime.mkdir(mode=0o700, exist_ok=True)
    if not _is_writable(runtime):
        found.append(
            f"{runtime} must be a folder that user {user} can write to: leave --user out; "
            f"with --read-only, add --tmpfs {runtime}:uid={user},mode=700."
        )
    if not _is_writable(temporary):
        found.append(f"{temporary} must be a folder that user {user} can write to: with --read-only, add --tmpfs {temporary}.")
    return found + _home(user, home)


def _home(user: int, home: Path) -> list[str]:
    try:
        owner = home.stat().st_uid
    except OSError as problem:
        return [f"The home {home} cannot be used: {problem.strerror or problem}."]
    if owner != user:
        return [f"The home {home} must belong to user {user}: chown {user} DIR, the folder that is mounted there."]
    if not _is_writable(home):
        return [f"The home {home} must be a folder that user {user} can write to: mount a volume there, without :ro."]
    return []


def _has_account(user: int) -> bool:
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def _is_writable(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
