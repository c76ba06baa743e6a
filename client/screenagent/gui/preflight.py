"""What must be right before Qt starts, because Qt ends the process where it is not: found here, and said in one sentence."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from screenagent.errors import ScreenAgentError

PACKAGES = (
    "libglib2.0-0 libgl1 libfontconfig1 libdbus-1-3 libxkbcommon0 libxkbcommon-x11-0 libxcb-icccm4 libxcb-image0 "
    "libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-sync1 libxcb-xfixes0 libxcb-xinerama0 "
    "libxcb-xkb1 libx11-xcb1 fonts-noto-cjk"
)
APT = f"On Debian or Ubuntu: sudo apt-get install -y {PACKAGES}"
_HEADLESS = 'Start it from a graphical session, or use `screenagent run "TASK"`, which needs no display.'


class WindowImpossible(ScreenAgentError):
    """The window cannot be shown on this machine as it is."""


def check(environment: Mapping[str, str] = os.environ) -> None:
    """Return when a window can be shown.

    Raises:
        WindowImpossible: PyQt5, a system library or the display is missing.
    """
    folder = _qt_folder()
    try:
        import PyQt5.QtWidgets  # noqa: F401 - whether it can be imported is the question
    except ImportError as error:
        raise WindowImpossible(f"The window needs a system library that is missing: {error}.", hint=APT) from error
    if not sys.platform.startswith("linux"):
        return
    platform = environment.get("QT_QPA_PLATFORM", "").split(";")[0].split(":")[0]
    if platform not in ("", "xcb"):
        return
    display = environment.get("DISPLAY", "")
    if not display:
        if platform == "" and environment.get("WAYLAND_DISPLAY"):
            return
        raise WindowImpossible("There is no display: DISPLAY is not set.", hint=_HEADLESS)
    _load_plugin(folder)
    _connect(display)


def _qt_folder() -> Path:
    found = importlib.util.find_spec("PyQt5")
    if found is None or not found.submodule_search_locations:
        raise WindowImpossible("The window needs PyQt5, which is not installed.", hint="pip install 'screenagent[gui]'")
    return Path(next(iter(found.submodule_search_locations)))


def _load_plugin(folder: Path) -> None:
    plugin = folder / "Qt5" / "plugins" / "platforms" / "libqxcb.so"
    if not plugin.exists():  # a distribution's own PyQt5 depends on what it needs
        return
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        raise WindowImpossible(f"The window needs a system library that is missing: {error}.", hint=APT) from error


def _connect(display: str) -> None:
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError as error:
        raise WindowImpossible(f"The window needs a system library that is missing: {error}.", hint=APT) from error
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode(), None)
    broken = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    if broken:
        raise WindowImpossible(f"The display {display} cannot be opened.", hint=_HEADLESS)
