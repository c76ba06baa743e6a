"""Broken input for real runs on one X server."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass

import pytest
from typer.testing import CliRunner

from contract.faults.scene import Scene
from contract.stop.wire import READABLE
from screenagent.cli import app

if not shutil.which("Xtigervnc"):
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def screen(start_xtigervnc):
    """A bare X server, 1024x768."""
    return start_xtigervnc((1024, 768), *READABLE)


@pytest.fixture
def make_scene(tmp_path):
    """Set a scene before a server."""
    made = []

    def make(server, backend="rfb"):
        made.append(Scene(tmp_path, server, backend))
        return made[-1]

    yield make
    for scene in made:
        scene.close()


@pytest.fixture
def scene(make_scene, screen):
    return make_scene(screen)


@dataclass(frozen=True)
class Told:
    """How a command ended and what it printed."""

    status: int
    out: str
    err: str


@pytest.fixture
def screenagent(tmp_path, monkeypatch):
    """Call the command in an empty folder: ``screenagent("run", "the task", "-c", file)``; with `process`, as a program."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words, process=False):
        if process:
            command = [sys.executable, "-m", "screenagent", *map(str, words)]
            done = subprocess.run(command, capture_output=True, timeout=60, check=False)
            return Told(done.returncode, done.stdout.decode(), done.stderr.decode())
        called = CliRunner().invoke(app, [str(word) for word in words], prog_name="screenagent")
        return Told(called.exit_code, called.stdout, called.stderr)

    return call
