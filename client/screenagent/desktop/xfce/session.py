"""The XFCE session of the desktop: its programs and the environment that they, and guests, run in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from screenagent.desktop.xfce.processes import MARKER

SETTINGS_PROGRAM = ("xfsettingsd", "--no-daemon")
SETTINGS_SELECTION = "_XSETTINGS_S0"
"""The X selection that the settings program owns as soon as it tells others their fonts, icons and theme."""
PROGRAMS: tuple[tuple[str, ...], ...] = (
    ("xfwm4", "--compositor=off"),
    ("xfce4-panel", "--disable-wm-check"),
    ("xfdesktop", "--disable-wm-check"),
)
_KEPT = ("PATH", "TZ", "USER", "LOGNAME", "SHELL", MARKER)


def environment(
    desktop_id: str, display: str, runtime: Path, home: Path, base: Mapping[str, str], language: str = "C.UTF-8"
) -> dict[str, str]:
    """Return the whole environment of a program on the desktop.

    Of `base` only what says who and where we are is kept: whoever sits at this desktop can open a terminal and read it, so
    nobody's keys may be in it. The language is the one given, a locale, whatever that of `base` is.
    """
    kept = {name: base[name] for name in _KEPT if name in base}
    return {
        "SHELL": "/bin/bash" if os.path.exists("/bin/bash") else "/bin/sh",
        "PATH": os.defpath,
        **kept,
        MARKER: desktop_id,
        "DISPLAY": display,
        "XAUTHORITY": str(runtime / "Xauthority"),
        "HOME": str(home),
        "LANG": language,
        "XDG_RUNTIME_DIR": str(runtime / "run"),
        "DBUS_SESSION_BUS_ADDRESS": bus_address(runtime),
        "XDG_CURRENT_DESKTOP": "XFCE",
        "XDG_MENU_PREFIX": "xfce-",
        "XDG_SESSION_TYPE": "x11",
        "NO_AT_BRIDGE": "1",
        "GSETTINGS_BACKEND": "keyfile",
        "GVFS_DISABLE_FUSE": "1",
    }


def bus_address(runtime: Path) -> str:
    """Return the address of the session's message bus, a socket in its runtime folder."""
    return f"unix:path={runtime / 'run' / 'bus'}"
