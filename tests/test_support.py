"""The checks that every test runs under do find what they are for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PLUGINS = ["support.isolation", "support.leaks", "support.logfail"]


@pytest.fixture
def outcome(tmp_path):
    """Run a test body in a process of its own, under our checks; returns pytest's words."""

    def run(body, head="", fixtures="request"):
        lines = "\n".join("    " + line for line in body.splitlines())
        (tmp_path / "test_it.py").write_text(f"import pytest\n{head}\nkeep = []\ndef test_it({fixtures}):\n{lines}\n")
        plugins = [word for plugin in PLUGINS for word in ("-p", plugin)]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *plugins, "--leak-patience=0.2", str(tmp_path)],
            env={**os.environ, "PYTHONPATH": str(TESTS)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        return done.stdout

    return run


LEAKS = {
    "threads": "import threading; t = threading.Thread(target=threading.Event().wait, daemon=True, name='forgotten'); t.start()",
    "sockets": "import socket; keep.append(socket.create_server(('127.0.0.1', 0)))",
    "child processes": "import subprocess; keep.append(subprocess.Popen(['sleep', '5']))",
}


@pytest.mark.parametrize("kind", LEAKS)
def test_what_is_left_behind_fails_the_test(outcome, kind):
    words = outcome(LEAKS[kind])

    assert f"left behind: {kind}:" in words
    assert "1 error" in words


@pytest.mark.parametrize("body", ["keep.append(QWidget())", "keep.append(QTimer()); keep[0].start(50_000)"])
def test_a_widget_or_timer_of_qt_fails_the_test(outcome, body):
    pytest.importorskip("PyQt5.QtWidgets")
    head = "from PyQt5.QtWidgets import QWidget\nfrom PyQt5.QtCore import QTimer"
    words = outcome(body, head=head, fixtures="qapp")

    assert "left behind: Qt objects:" in words


@pytest.mark.parametrize("logger", ["screenagent.rfb", "screenagent_workers"])
def test_a_warning_nobody_asked_for_fails_the_test(outcome, logger):
    body = f"import logging; logging.getLogger('{logger}').warning('odd')"

    assert "logged unexpectedly" in outcome(body)
    assert "1 passed" in outcome(body, fixtures="caplog")


def test_a_clean_test_passes_and_never_sees_the_persons_home(outcome):
    home = Path.home()
    words = outcome(f"from pathlib import Path; assert Path.home() != Path({str(home)!r})")

    assert "1 passed" in words
