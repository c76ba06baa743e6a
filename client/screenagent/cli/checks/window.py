"""Whether the window can be shown here: PyQt5, a display, and the system libraries that Qt loads.

Qt ends its process where something is missing, so it is tried in another one; then its own files say which libraries it lacks.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from screenagent.cli.checks.child import run
from screenagent.cli.checks.findings import Finding, Patient, note, ok, problem
from screenagent.desktop.xfce.programs import install_command
from screenagent.ports import Cancel

_TRY = "from PyQt5.QtWidgets import QApplication; app = QApplication(['try']); print(app.platformName())"
_HEADLESS = "screenagent run, list, doctor and desktop need no display."
_LIBRARY = re.compile(r"lib[\w.+-]+?\.so[\w.]*")
_MISSING_LINE = re.compile(r"^\s*(lib\S+) => not found", re.MULTILINE)
_INVISIBLE = ("offscreen", "minimal")
_IRREGULAR = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libz.so.1": "zlib1g",
    "libstdc++.so.6": "libstdc++6",
}


def package_of(library: str) -> str:
    """Return the Debian package of a shared library, by Debian's rule for their names (Debian Policy, section 8.1)."""
    if library in _IRREGULAR:
        return _IRREGULAR[library]
    name, _, version = library.partition(".so")
    version = version.lstrip(".").split(".")[0]
    return (f"{name}-{version}" if name[-1:].isdigit() else f"{name}{version}").lower()


def window(patient: Patient, cancel: Cancel) -> Iterator[Finding]:
    """PyQt5, the display, and whether Qt opens it."""
    found = importlib.util.find_spec("PyQt5")
    if found is None or not found.submodule_search_locations:
        yield note(
            "PyQt5 is not installed: runs work, the window does not.",
            command=f"{sys.executable} -m pip install 'screenagent[gui]'",
        )
        return
    name = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if name is None and sys.platform.startswith("linux"):
        fix = f"{_HEADLESS} For the window, start it in a graphical session, or over SSH with ssh -X."
        yield note("There is no display (DISPLAY is not set), so the window cannot be shown.", fix)
        return
    done = run([sys.executable, "-c", _TRY], cancel)
    if done.status == 0:
        platform = done.out.strip()
        if platform in _INVISIBLE:
            yield note(f"Qt shows nothing on its platform {platform} (QT_QPA_PLATFORM is set).", "Unset it to see the window.")
        else:
            yield ok(f"Qt can open the display {name}" if name else "Qt can open a window")
        return
    lacking = sorted(set(_lacking(Path(next(iter(found.submodule_search_locations))), done.err, cancel)))
    if lacking:
        packages = sorted({package_of(library) for library in lacking})
        yield problem(
            f"The window needs system libraries that are missing: {', '.join(lacking)}.",
            "Until then screenagent run works.",
            command=install_command(packages),
        )
    elif "could not connect to display" in done.err or "no screens" in done.err:
        yield problem(
            f"The display {name} cannot be opened: no X server answers there, or it does not let us in.",
            f"Correct or unset DISPLAY, and check xauth. {_HEADLESS}",
        )
    else:
        yield problem(f"Qt cannot show a window: {_last_words(done.err)}", f"{_HEADLESS} QT_DEBUG_PLUGINS=1 makes Qt say more.")


def _lacking(package: Path, said: str, cancel: Cancel) -> Iterator[str]:
    """Yield the libraries that could not be loaded, as Python said on importing, or as the loader says of the xcb plugin."""
    for line in said.splitlines():
        if "cannot open shared object file" in line and (library := _LIBRARY.search(line)):
            yield library[0]
    plugins = os.environ.get("QT_QPA_PLATFORM_PLUGIN_PATH") or package / "Qt5" / "plugins" / "platforms"
    plugin = Path(plugins) / "libqxcb.so"
    ldd = shutil.which("ldd")
    if ldd and plugin.exists():
        yield from _MISSING_LINE.findall(run([ldd, str(plugin)], cancel).out)


def _last_words(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if "qt.qpa" in line or "Error" in line]
    return (telling or lines or ["it ended without a word."])[-1][:300]
