"""What a recording goes through: the session talks to a server while something happens on its screen."""

from __future__ import annotations

import itertools
import os
import subprocess
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from goldens.rfb import scene
from goldens.rfb.pictures import worst_block
from goldens.rfb.servers import PATIENCE, Stage
from screenagent.rfb import outgoing
from screenagent.rfb.channel import CutText, Event
from screenagent.rfb.recorder import Recorder

if TYPE_CHECKING:
    from goldens.rfb.catalogue import Entry

NEAR = 24
"""Levels by which the worst block of a picture sent with loss may differ from the true one."""
_SILENCE = 0.05


class Conversation:
    """A recorder, connected to a stage."""

    def __init__(self, entry: Entry, recorder: Recorder, stage: Stage) -> None:
        self.recorder, self.stage, self._entry = recorder, stage, entry
        self.events: list[Event] = []
        self.expected = np.zeros((0, 0, 3), np.uint8)

    def until(self, done: Callable[[], bool]) -> None:
        """Converse until `done`, which is asked whenever the server is silent."""
        end = time.monotonic() + PATIENCE
        while True:
            before = self.recorder.sizes
            self.events += self.recorder.converse(_SILENCE)
            if self.recorder.sizes == before and done():
                return
            if time.monotonic() > end:
                raise RuntimeError(f"{self._entry.name}: the desktop did not get there")

    def until_shown(self) -> None:
        """Converse until our picture is what the server's side says that it is."""
        self.until(self._shows)

    def _shows(self) -> bool:
        form = self._entry.options.get("pixel_format", "bgrx")
        self.expected = self._entry.reduction(self.stage.truth(), form)
        framebuffer = self.recorder.session.framebuffer
        shown = framebuffer.snapshot().pixels[:, :, 2::-1]
        if not framebuffer.complete or shown.shape != self.expected.shape:
            return False
        return worst_block(shown, self.expected) <= (0 if self._entry.lossless else NEAR)


def patches(conversation: Conversation) -> None:
    """Record the whole scene, patch by patch."""
    _show(conversation, scene.frames())


def soft_patches(conversation: Conversation) -> None:
    """Record what does not suffer from JPEG: the patches that are smooth."""
    _show(conversation, scene.frames()[: scene.SOFT])


def _show(conversation: Conversation, frames: Sequence[np.ndarray]) -> None:
    conversation.until_shown()
    for before, after in itertools.pairwise(frames):
        conversation.stage.paint(before, after)
        conversation.until_shown()


def frame(conversation: Conversation) -> None:
    """Record one pattern."""
    conversation.stage.x("xsetroot", "-mod", "5", "7", "-fg", "#123456", "-bg", "#fedcba")
    conversation.until_shown()


def drawing(conversation: Conversation) -> None:
    """Record painted areas, a moved window, a pointer image and a clipboard text."""
    frame(conversation)
    stage, session = conversation.stage, conversation.recorder.session
    logo = subprocess.Popen(["xlogo", "-geometry", "30x20+2+2"], env={**os.environ, "DISPLAY": stage.display})
    try:
        stage.x("xdotool", "search", "--sync", "--onlyvisible", "--name", "xlogo")
        conversation.until_shown()
        for place in (("20", "20"), ("24", "26"), ("30", "10")):
            stage.x("xdotool", "search", "--onlyvisible", "--name", "xlogo", "windowmove", *place)
            conversation.until_shown()
        conversation.recorder.send(outgoing.pointer_event(50, 40, 0))
        stage.x("xsetroot", "-cursor_name", "crosshair")
        conversation.until(lambda: session.cursor is not None and session.cursor.pixels.size > 0)
        stage.x("sh", "-c", "xclip -selection clipboard -i >/dev/null 2>&1", stdin="grüße".encode())
        conversation.until(lambda: any(isinstance(event, CutText) for event in conversation.events))
        conversation.until_shown()
    finally:
        logo.terminate()
        logo.wait()


def resize(conversation: Conversation) -> None:
    """Record a screen that grows and shrinks."""
    frame(conversation)
    for size in ("80x60", "70x50"):
        conversation.stage.x("xrandr", "--fb", size)
        conversation.until_shown()
