"""Writes a run down as it happens; whole up to the last event, whatever ends the process."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import threading
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from screenagent import __version__
from screenagent.domain.events import ReplyGrew, RunEnded, Stamped
from screenagent.domain.exchange import Picture
from screenagent.domain.screen import Screenshot
from screenagent.errors import ScreenAgentError, SettingsError
from screenagent.recording.plain import plain
from screenagent.recording.session import EVENTS, FORMAT, IMAGES, META, new_folder

_SUFFIX = {"image/jpeg": "jpg", "image/png": "png"}


class RecordingStopped(ScreenAgentError):
    """The disk is full, gone or broken: the session ends before its run."""


class Recorder:
    """A sink (`ports.Sink`) that writes a session folder. Every event is one flushed line; secrets are masked.

    When the disk fails, the session ends there: `RecordingStopped` is raised once, and later events are not written.
    """

    def __init__(self, root: Path, task: str, settings: Mapping[str, Any]) -> None:
        """Make the folder and write its meta.json.

        Raises:
            SettingsError: the folder cannot be written.
        """
        self.folder = new_folder(root, task)
        self._lock = threading.Lock()
        self._pictures = 0
        meta = {
            "format": FORMAT,
            "screenagent": __version__,
            "python": platform.python_version(),
            "system": platform.platform(),
            "task": task,
            "settings": settings,
        }
        try:
            text = json.dumps(plain(meta, self._store), ensure_ascii=False, indent=2)
            (self.folder / META).write_text(text + "\n", encoding="utf-8")
            self._file = (self.folder / EVENTS).open("ab", buffering=0)
        except OSError as error:
            raise SettingsError(f"The session cannot be recorded in {self.folder}: {error.strerror}.") from None

    def __call__(self, stamped: Stamped) -> None:
        """Write one event; closes the session after the last."""
        with self._lock:
            if self._file.closed or isinstance(stamped.event, ReplyGrew):
                return
            try:
                event = plain(stamped.event, self._store)
                line = json.dumps({"number": stamped.number, "time": stamped.time, "event": event}, ensure_ascii=False)
                self._write_line(line.encode("utf-8", "replace") + b"\n")
            except OSError as error:
                self._close()
                raise RecordingStopped(
                    f"The run cannot be recorded any further in {self.folder}: {error.strerror or error}.",
                    hint="The run goes on; what was recorded so far is whole.",
                ) from error
            if isinstance(stamped.event, RunEnded):
                self._close()

    def close(self) -> None:
        """End the session early; later events are not written."""
        with self._lock:
            self._close()

    def _write_line(self, line: bytes) -> None:
        """Write the whole line, or leave the file as it was."""
        begin = self._file.tell()
        left = line
        try:
            while left:
                left = left[self._file.write(left) :]
        except OSError:
            with contextlib.suppress(OSError):
                self._file.truncate(begin)
            raise

    def _close(self) -> None:
        if not self._file.closed:
            with contextlib.suppress(OSError):
                os.fsync(self._file.fileno())
            with contextlib.suppress(OSError):
                self._file.close()

    def _store(self, picture: Picture | Screenshot) -> dict[str, Any]:
        """Write the picture's bytes once and return how it is named in the events."""
        self._pictures += 1
        if isinstance(picture, Picture):
            name = f"{self._pictures:05d}-sent.{_SUFFIX.get(picture.media_type, 'bin')}"
            data = picture.data
        else:
            name = f"{self._pictures:05d}-screen.png"
            data = _png(picture)
        _write_whole(self.folder / IMAGES / name, data)
        width, height = (picture.size.width, picture.size.height)
        return {"type": type(picture).__name__, "image": f"{IMAGES}/{name}", "width": width, "height": height}


def _png(screenshot: Screenshot) -> bytes:
    buffer = BytesIO()
    Image.fromarray(screenshot.pixels).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def _write_whole(path: Path, data: bytes) -> None:
    """Write so that the file is there whole or not at all."""
    part = path.with_suffix(path.suffix + ".part")
    part.write_bytes(data)
    part.replace(path)
