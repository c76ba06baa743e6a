"""Places to enter text into, one for each test that asks."""

from __future__ import annotations

import shutil

import pytest

from contract.text import places

PROGRAMS = ("Xtigervnc", "Xvfb", "mousepad", "xterm", "xfce4-terminal", "xclip")

if not all(map(shutil.which, PROGRAMS)):
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="module")
def xtigervnc(session_home, tmp_path_factory):
    """An Xtigervnc with the clipboard service."""
    with places.xtigervnc(tmp_path_factory.mktemp("xtigervnc")) as place, places.with_service(place):
        yield place


@pytest.fixture(scope="module")
def x11vnc(session_home, tmp_path_factory):
    """An x11vnc with the clipboard service."""
    if not shutil.which("x11vnc"):
        pytest.skip("x11vnc is not installed")
    with places.x11vnc(tmp_path_factory.mktemp("x11vnc")) as place, places.with_service(place):
        yield place


@pytest.fixture(scope="module")
def x0vncserver(session_home, tmp_path_factory):
    """TigerVNC's server for a display that is there already, with the clipboard service."""
    if not shutil.which("X0tigervnc"):
        pytest.skip("X0tigervnc is not installed")
    with places.x0vncserver(tmp_path_factory.mktemp("x0vncserver")) as place, places.with_service(place):
        yield place
