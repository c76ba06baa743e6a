"""A stage for each test, on one X server for all of them, with both VNC backends."""

from __future__ import annotations

import shutil

import pytest

from contract.stop.stage import Stage
from screenagent.desktop.options import BACKENDS

if not shutil.which("Xtigervnc"):
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def screen(start_xtigervnc):
    """A bare X server, 1024x768."""
    return start_xtigervnc()


@pytest.fixture(params=BACKENDS)
def backend(request):
    if request.param == "vncdotool":
        pytest.importorskip("vncdotool")
    return request.param


@pytest.fixture
def make_stage(tmp_path, backend):
    """Set a stage before a server."""
    made = []

    def make(server):
        made.append(Stage(tmp_path, server, backend))
        return made[-1]

    yield make
    for stage in made:
        stage.close()


@pytest.fixture
def stage(make_stage, screen):
    return make_stage(screen)
