"""A stage like that of the tests of Stop, with small X programs on its screen, and a model that judges by what it is shown."""

from __future__ import annotations

import base64
import io
import shutil

import numpy as np
import pytest
from PIL import Image

from contract.sight.applications import ANSWERS, RESULT
from contract.stop.stage import Stage
from contract.stop.wire import READABLE

if not shutil.which("Xtigervnc"):
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture
def stage(tmp_path, xtigervnc):
    """A run on a bare X server, 1024x768."""
    made = Stage(tmp_path, xtigervnc((1024, 768), *READABLE), "rfb")
    yield made
    made.close()


@pytest.fixture
def program(stage):
    """Start a program on the stage's screen."""
    started = []

    def start(kind, *arguments):
        started.append(kind(stage.server.display, *arguments))
        return started[-1]

    yield start
    for one in started:
        one.close()


def answers_on(handler) -> int:
    """How many answers the program has given by the picture in a model call."""
    picture = Image.open(io.BytesIO(base64.b64decode(handler.asked["image"]))).convert("RGB")
    left, top, width, height = RESULT
    there = np.array(picture.getpixel((left + width // 2, top + height // 2)))
    distances = [abs(there - (colour >> 16, colour >> 8 & 255, colour & 255)).sum() for colour in ANSWERS]
    assert min(distances) < 60, there
    return int(np.argmin(distances))
