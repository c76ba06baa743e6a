"""The recorder as a part of other programs."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from screenagent.errors import Cancelled, LinkLost
from screenagent.rfb import Options
from screenagent.rfb.outgoing import pointer_event
from screenagent.rfb.recorder import Recorder

_OPTIONS = Options(encodings=("raw",))


def converse_for_ever(recorder: Recorder) -> None:
    while True:
        recorder.converse(60.0)


def test_what_the_caller_sends_is_not_kept(real_server: Callable[..., Any], tmp_path: Path) -> None:
    server = real_server("64x48", "-SecurityTypes", "None")
    with Recorder("127.0.0.1", server.port, tmp_path / "a", options=_OPTIONS) as recorder:
        recorder.connect()
        while not recorder.session.framebuffer.complete:
            recorder.converse(1.0)
        before = recorder.sizes
        recorder.send(pointer_event(5, 6, 0))
        assert recorder.sizes == before
        picture = np.full((48, 64, 3), 7, np.uint8)
        files = recorder.save(picture)

    assert [file.name for file in files] == ["a.server.gz", "a.client.gz", "a.png"]
    assert [len(gzip.decompress(file.read_bytes())) for file in files[:2]] == list(before)
    with Image.open(files[2]) as image:
        assert np.array_equal(np.asarray(image), picture)
    assert sorted(tmp_path.iterdir()) == sorted(files)


def test_what_is_not_saved_leaves_no_file(real_server: Callable[..., Any], tmp_path: Path) -> None:
    server = real_server("64x48", "-SecurityTypes", "None")
    with Recorder("127.0.0.1", server.port, tmp_path / "a", options=_OPTIONS) as recorder:
        recorder.connect()
        assert list(tmp_path.iterdir())

    assert not list(tmp_path.iterdir())


def test_stop_ends_a_wait_from_another_thread(real_server: Callable[..., Any], tmp_path: Path) -> None:
    server = real_server("64x48", "-SecurityTypes", "None")
    with Recorder("127.0.0.1", server.port, tmp_path / "a", options=_OPTIONS) as recorder:
        recorder.connect()
        stopping = threading.Timer(0.05, recorder.stop)
        stopping.start()
        with pytest.raises(Cancelled):
            converse_for_ever(recorder)
        stopping.join()


def test_nothing_is_heard_before_the_connection_is_made(tmp_path: Path) -> None:
    with Recorder("127.0.0.1", 5900, tmp_path / "a") as recorder, pytest.raises(LinkLost, match="not connected"):
        recorder.converse(0.0)
