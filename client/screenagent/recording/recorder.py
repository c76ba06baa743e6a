"""Writes a run down as it happens, beside it; whole up to the last line, whatever ends the process."""

from __future__ import annotations

import contextlib
import errno
import platform
import queue
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from screenagent import __version__
from screenagent.domain.events import ReplyGrew, RunEnded, Stamped
from screenagent.errors import ScreenAgentError, SettingsError
from screenagent.log import get_logger
from screenagent.recording.session import FORMAT, new_folder
from screenagent.recording.writer import SessionWriter

_log = get_logger("recording")
_MOST_WAITING = 64
"""Events, of about five steps; the screenshots among them are what fills memory when a disk is slow."""
_PATIENCE, _LAST_PATIENCE = 5.0, 30.0
"""Seconds without a place for an event, and for all that waits to be written at the end, until a disk counts as hanging."""


class RecordingStopped(ScreenAgentError):
    """The disk is full, gone, broken or hanging: the session ends before its run."""


class Recorder:
    """A sink (`ports.Sink`) that writes a session folder. Every event is one flushed line; secrets are masked.

    Pictures cost tens of milliseconds, so one thread of the recorder's own writes, in the order told; who tells an event waits
    only when many are still to be written, and at `RunEnded` until all are. The thread begins with the first event and ends with
    `RunEnded` or `close`.

    When the disk fails, or hangs for seconds, the session ends there: `RecordingStopped` is raised once, at the next event, and
    later events are not written.
    """

    def __init__(self, root: Path, task: str, settings: Mapping[str, Any]) -> None:
        """Make the folder and write its meta.json.

        Raises:
            SettingsError: the folder cannot be written.
        """
        self.folder = new_folder(root, task)
        meta = {
            "format": FORMAT,
            "screenagent": __version__,
            "python": platform.python_version(),
            "system": platform.platform(),
            "task": task,
            "settings": settings,
        }
        try:
            self._writer = SessionWriter(self.folder, meta)
        except OSError as error:
            raise SettingsError(f"The session cannot be recorded in {self.folder}: {error.strerror}.") from None
        self._lock = threading.Lock()
        self._waiting: queue.Queue[Stamped | None] = queue.Queue(_MOST_WAITING)
        self._thread: threading.Thread | None = None
        self._failure: Exception | None = None
        self._closed = False

    def __call__(self, stamped: Stamped) -> None:
        """Take one event to be written; the last one closes the session, and is on the disk on return.

        Raises:
            RecordingStopped: an earlier event, or this last one, could not be written; once.
        """
        if isinstance(stamped.event, ReplyGrew):
            return
        with self._lock:
            if self._closed:
                return
            if self._failure is None:
                self._begin()
                self._hand_over(stamped)
            if self._failure is not None or isinstance(stamped.event, RunEnded):
                self._end()
            if self._failure is not None:
                raise self._stopped(self._failure) from self._failure

    def close(self) -> None:
        """Write what is still waiting and end the session; later events are not written."""
        with self._lock:
            if self._closed:
                return
            self._end()
            if self._failure is not None:
                _log.warning("%s", self._stopped(self._failure))

    def _begin(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._write, name="screenagent-recorder", daemon=True)
            self._thread.start()

    def _end(self) -> None:
        self._closed = True
        if self._thread is not None:
            self._hand_over(None)
            self._thread.join(_LAST_PATIENCE)
            if self._thread.is_alive():
                self._give_up()
                return
        self._writer.close()

    def _hand_over(self, stamped: Stamped | None) -> None:
        try:
            self._waiting.put(stamped, timeout=_PATIENCE)
        except queue.Full:
            self._give_up()

    def _give_up(self) -> None:
        """Leave the thread to the disk; should that move again, the thread finds nothing left to do."""
        self._failure = self._failure or TimeoutError(errno.ETIMEDOUT, "the disk hangs")
        with contextlib.suppress(queue.Empty):
            while True:
                self._waiting.get_nowait()
        if self._closed:
            self._waiting.put(None)

    def _write(self) -> None:
        """Write until there is no more; after a failure only take, so that nobody waits for a place."""
        while (stamped := self._waiting.get()) is not None:
            if self._failure is None:
                try:
                    self._writer.write(stamped)
                except Exception as error:  # noqa: BLE001 - told to the run at its next event
                    self._failure = error

    def _stopped(self, failure: Exception) -> RecordingStopped:
        why = failure.strerror if isinstance(failure, OSError) else None
        return RecordingStopped(
            f"The run cannot be recorded any further in {self.folder}: {why or failure or type(failure).__name__}.",
            hint="The run goes on; what was recorded so far is whole.",
        )
