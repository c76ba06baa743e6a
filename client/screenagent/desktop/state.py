"""The file that tells of a desktop left running, of whatever kind: its values as JSON, for its owner alone."""

from __future__ import annotations

import contextlib
import errno
import json
import os
from pathlib import Path
from typing import Any

from screenagent.errors import DesktopError


def state_folder() -> Path:
    """Return the folder for what the program keeps about itself, under XDG_STATE_HOME."""
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "screenagent"


def state_file() -> Path:
    """Return the file."""
    return state_folder() / "desktop.json"


def require_writable() -> None:
    """Make the file's folder; raise DesktopError when the file could not be written."""
    folder = state_folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _not_written(error) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _not_written(PermissionError(errno.EACCES, os.strerror(errno.EACCES)))


def save(kind: str, values: dict[str, Any]) -> None:
    """Write the file; `values` hold "id". Raises DesktopError."""
    require_writable()
    path = state_file()
    try:
        draft = path.with_suffix(f".{values['id']}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump({"kind": kind, **values}, file, default=str)
        draft.replace(path)
    except OSError as error:
        raise _not_written(error) from None


def _not_written(error: OSError) -> DesktopError:
    return DesktopError(
        f"{state_file()}, which tells of a desktop left running, cannot be written: {error.strerror or error}.",
        hint="Make its folder writable, or name another one with XDG_STATE_HOME.",
    )


def load(kind: str) -> dict[str, Any] | None:
    """Return the values of a desktop of this kind, None when none is told of. A file that cannot be read is removed."""
    path = state_file()
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        found = values.pop("kind")
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        with contextlib.suppress(OSError):
            path.unlink()
        return None
    return dict(values) if found == kind else None


def forget(desktop_id: str) -> None:
    """Remove the file if it tells of this desktop."""
    path = state_file()
    with contextlib.suppress(OSError, ValueError, AttributeError):
        if json.loads(path.read_text(encoding="utf-8")).get("id") == desktop_id:
            path.unlink()
