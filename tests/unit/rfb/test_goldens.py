"""Conversations recorded from a real server, replayed in pieces of several sizes."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from screenagent.rfb.channel import CutText, Event
from screenagent.rfb.framebuffer import Framebuffer, Rectangle
from screenagent.rfb.session import Session

_FOLDER = Path(__file__).parents[2] / "goldens" / "rfb"
_NAMES = sorted(path.name.removesuffix(".png") for path in _FOLDER.glob("*.png"))


def _replay(name: str, size: int) -> tuple[Session, bytes, list[Event]]:
    session = Session("golden", password="goldens1" if name.startswith("password") else None)
    data = gzip.decompress((_FOLDER / f"{name}.server.gz").read_bytes())
    sent = b""
    for start in range(0, len(data), size):
        session.feed(data[start : start + size])
        sent += session.to_send()
    return session, sent, session.take_events()


def test_there_are_recordings() -> None:
    assert len(_NAMES) == 6


@pytest.mark.parametrize("size", [1, 1000, 1 << 20])
@pytest.mark.parametrize("name", _NAMES)
def test_a_replay_ends_in_the_same_picture_and_the_same_answers(name: str, size: int) -> None:
    session, sent, _ = _replay(name, size)
    with Image.open(_FOLDER / f"{name}.png") as image:
        expected = np.asarray(image.convert("RGB"))
    assert np.array_equal(session.framebuffer.snapshot().pixels[:, :, 2::-1], expected)
    assert sent == gzip.decompress((_FOLDER / f"{name}.client.gz").read_bytes())
    assert session.name == "golden"


def test_the_drawing_has_copies_a_pointer_and_a_clipboard_text(monkeypatch: pytest.MonkeyPatch) -> None:
    copies: list[Rectangle] = []
    copy = Framebuffer.copy

    def counting(self: Framebuffer, source_x: int, source_y: int, target: Rectangle) -> None:
        copies.append(target)
        copy(self, source_x, source_y, target)

    monkeypatch.setattr(Framebuffer, "copy", counting)
    session, _, events = _replay("drawing", 1 << 20)
    assert copies
    assert session.cursor is not None
    assert session.cursor.pixels[:, :, 3].any()
    assert CutText("grüße") in events
