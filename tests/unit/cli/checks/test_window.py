"""Whether the window can be shown is tried on the real Qt."""

import importlib.util
import sys
from pathlib import Path

import pytest

from screenagent.cli.checks import Verdict
from screenagent.cli.checks.window import package_of, window

LIBRARY, STAND_IN = b"libxcb-icccm.so.4", b"libxcb-icccm.so.9"


@pytest.fixture
def no_display(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def display(xtigervnc, no_display, monkeypatch):
    """An X server that DISPLAY names."""
    screen = xtigervnc((320, 240))
    monkeypatch.setenv("DISPLAY", screen.display)
    return screen


@pytest.fixture(autouse=True)
def _qt():
    pytest.importorskip("PyQt5")


@pytest.mark.usefixtures("no_display")
def test_no_display_is_a_note_that_says_what_works(examine):
    [found] = examine(window)
    assert found.verdict is Verdict.NOTE
    assert "no display" in found.text
    assert "screenagent run" in found.fix


def test_a_display_that_works(examine, display):
    [found] = examine(window)
    assert (found.verdict, found.text) == (Verdict.OK, f"Qt can open the display {display.display}")


@pytest.mark.usefixtures("display")
def test_a_platform_that_shows_nothing(examine, monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    [found] = examine(window)
    assert found.verdict is Verdict.NOTE
    assert "QT_QPA_PLATFORM" in found.text


def test_a_display_where_nobody_answers(examine, display):
    display.stop()
    [found] = examine(window)
    assert found.verdict is Verdict.PROBLEM
    assert found.text.startswith(f"The display {display.display} cannot be opened")


@pytest.fixture
def crippled_qt(tmp_path, monkeypatch):
    """The real PyQt5, but for a plugin that wants a library which no system has."""
    real = Path(importlib.util.find_spec("PyQt5").origin).parent
    plugin = real / "Qt5" / "plugins" / "platforms" / "libqxcb.so"
    if not plugin.exists():
        pytest.skip("PyQt5 comes without its own Qt here")
    content = plugin.read_bytes()
    assert LIBRARY in content
    package = tmp_path / "PyQt5"
    platforms = package / "Qt5" / "plugins" / "platforms"
    platforms.mkdir(parents=True)
    (platforms / plugin.name).write_bytes(content.replace(LIBRARY, STAND_IN))
    (package / "Qt5" / "lib").symlink_to(real / "Qt5" / "lib")
    for file in real.iterdir():
        if file.name != "Qt5":
            (package / file.name).symlink_to(file)
    monkeypatch.delitem(sys.modules, "PyQt5", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))


@pytest.mark.usefixtures("display", "crippled_qt")
def test_a_missing_system_library_is_named_with_its_package(examine):
    [found] = examine(window)
    assert found.verdict is Verdict.PROBLEM
    assert found.text == "The window needs system libraries that are missing: libxcb-icccm.so.9."
    assert found.command.endswith(" libxcb-icccm9")


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libGL.so.1", "libgl1"),
        ("libX11-xcb.so.1", "libx11-xcb1"),
        ("libdbus-1.so.3", "libdbus-1-3"),
        ("libglib-2.0.so.0", "libglib2.0-0"),
        ("libxcb-cursor.so.0", "libxcb-cursor0"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        ("libfontconfig.so.1", "libfontconfig1"),
    ],
)
def test_debian_names_packages_after_their_libraries(library, package):
    assert package_of(library) == package


def test_without_pyqt5_runs_go_on(examine, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "PyQt5" else find(name))
    [found] = examine(window)
    assert found.verdict is Verdict.NOTE
    assert found.command.endswith("'screenagent[gui]'")
