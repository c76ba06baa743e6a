"""A stage for each test, on one X server for all of them, with both VNC backends."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from contract.stop.stage import Stage
from contract.stop.wire import READABLE
from contract.stop.x_input import XInput
from screenagent import rfb
from screenagent.desktop.options import BACKENDS
from screenagent.flow import response
from support.servers import VncServer

if not shutil.which("Xtigervnc"):
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def screen(start_xtigervnc):
    """A bare X server, 1024x768."""
    return start_xtigervnc((1024, 768), *READABLE)


@pytest.fixture(scope="session")
def x11vnc(screen, tmp_path_factory):
    """A second server for the same screen, which lets go of nothing by itself when a client is gone; None where there is none."""
    if shutil.which("x11vnc") is None:
        yield None
        return
    passwords = tmp_path_factory.mktemp("x11vnc") / "passwords"
    passwords.write_text(f"{screen.password}\n")
    command = ["x11vnc", "-display", screen.display, "-localhost", "-forever", "-shared", "-autoport", "5950", "-wait", "40"]
    command += ["-passwdfile", str(passwords), "-nosel", "-noshm", "-quiet"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        name, port = process.stdout.readline().strip().split("=")
        assert name == "PORT"
        yield VncServer("127.0.0.1", int(port), screen.password, screen.display, process)
        process.terminate()


@pytest.fixture
def x_input(screen):
    """What the X server takes to be held down; nothing for the next test."""
    asked = XInput(screen.display)
    yield asked
    asked.let_go()
    if asked.down():  # by Xtigervnc, to which the next client's word counts
        client = rfb.Client(screen.host, screen.port, password=screen.password)
        client.connect()
        client.pointer(0, 0, 0)
        asked.until(lambda down: not down, of="held after a test")
        client.close()
    asked.close()


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Nothing on these screens answers a click, so it is not waited for."""
    monkeypatch.setattr(response, "PATIENCE", 0.0)


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
