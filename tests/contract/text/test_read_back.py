"""What was pasted is read back off the screen by the OCR worker."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import screenagent_workers
from contract.text import places
from screenagent.desktop.make import make_desktop
from screenagent.desktop.options import DesktopOptions
from screenagent.domain.actions import TypeText
from screenagent.models import ModelOptions, WorkerReader

pytestmark = pytest.mark.end2end

SOURCES = str(Path(screenagent_workers.__file__).parent.parent)
TEXT = "你好，世界 — Grüße aus München"
ALARM = "What changed on the screen does not show the text"


@pytest.fixture(scope="module")
def worker(session_home):
    pytest.importorskip("rapidocr")
    command = [sys.executable, "-m", "screenagent_workers.server", "ocr", "--port", "0", "--announce"]
    environment = {**os.environ, "PYTHONPATH": SOURCES}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.terminate()


@pytest.fixture
def desktop(xtigervnc, worker):
    options = DesktopOptions(host="127.0.0.1", port=xtigervnc.port, **xtigervnc.with_service)
    desktop = make_desktop(options, WorkerReader(ModelOptions("OCR", worker + "/worker_generate")))
    desktop.connect(xtigervnc.token)
    yield desktop
    desktop.close()


def test_a_text_that_is_there_is_no_trouble(xtigervnc, desktop):
    with places.editor(xtigervnc, desktop) as program:
        assert desktop.perform(TypeText(TEXT), xtigervnc.token) == "clipboard service"
        assert program.received(TEXT) == TEXT


def test_a_program_that_shows_something_else_is_told_of(xtigervnc, desktop):
    """A program that answers whatever is pasted with words of its own."""
    answer = "while read -rsn1 -t 9 key; do printf '\\rPrint documents instead of this '; done"
    with places.terminal(
        xtigervnc, desktop, "xterm", "-xrm", places.PASTES, "-fs", "14", "-fa", "monospace", "-e", "bash", "-c", answer
    ):
        way, told = desktop.perform(TypeText(TEXT), xtigervnc.token).split("\n")
        assert way == "clipboard service"
        assert told.startswith(ALARM)


def test_a_field_that_shows_dots_is_no_trouble(xtigervnc, desktop):
    dots = "while read -rsn1 -t 9 key; do printf '•'; done"
    with places.terminal(xtigervnc, desktop, "xterm", "-xrm", places.PASTES, "-e", "bash", "-c", dots):
        assert desktop.perform(TypeText(TEXT), xtigervnc.token) == "clipboard service"
