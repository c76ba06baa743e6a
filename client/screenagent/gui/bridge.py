"""The one crossing from other threads into Qt.

Whatever another thread has to say (a run's events, the desktop's changes, an opening's progress, the end of background
work) goes through here and comes out as a queued signal in the window's thread. Bursts are joined: events wait in a queue
and painted areas in a flag, and one signal is under way for each at a time.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from PyQt5.QtCore import QObject, pyqtSignal

from screenagent.domain.events import Stamped
from screenagent.ports import DesktopChange


@dataclass(frozen=True)
class Outcome:
    """How background work ended: a result or a failure, and who wants to hear it."""

    then: Callable[[Outcome], None]
    result: object = None
    failure: BaseException | None = None


class Bridge(QObject):
    """Any thread may call the plain methods; the signals arrive in the thread that made the bridge."""

    told = pyqtSignal()
    painted = pyqtSignal()
    link_changed = pyqtSignal(str, str)
    progressed = pyqtSignal(str)
    failed = pyqtSignal(object)
    _over = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._open = True
        self._events: deque[Stamped] = deque()
        self._painted = False
        self._workers: set[threading.Thread] = set()
        self._over.connect(_deliver)

    def tell(self, stamped: Stamped) -> None:
        """Hear one event of a run; implements `ports.Sink`."""
        with self._lock:
            first = not self._events
            self._events.append(stamped)
            if first and self._open:
                self.told.emit()

    def take_events(self) -> list[Stamped]:
        """The events told since the last call, oldest first."""
        with self._lock:
            taken = list(self._events)
            self._events.clear()
        return taken

    def desktop_changed(self, change: DesktopChange) -> None:
        """Hear a change of the desktop; the listener for `ports.Desktop.subscribe`."""
        with self._lock:
            if not self._open:
                return
            if change.damage and not self._painted:
                self._painted = True
                self.painted.emit()
            if not change.damage and change.person is None:
                self.link_changed.emit(change.link, change.reason)

    def take_painted(self) -> None:
        """Ask to be told of the next painting."""
        with self._lock:
            self._painted = False

    def progress(self, sentence: str) -> None:
        """Hear what an opening is doing."""
        with self._lock:
            if self._open:
                self.progressed.emit(sentence)

    def fail(self, failure: BaseException) -> None:
        """Hear of an exception that nobody caught."""
        with self._lock:
            if self._open:
                self.failed.emit(failure)

    def work(self, name: str, job: Callable[[], object], then: Callable[[Outcome], None]) -> None:
        """Run `job` on a thread of its own; `then` hears the outcome in the window's thread."""
        thread = threading.Thread(target=self._work, args=(job, then), name=f"screenagent-gui-{name}", daemon=True)
        with self._lock:
            self._workers.add(thread)
        thread.start()

    def _work(self, job: Callable[[], object], then: Callable[[Outcome], None]) -> None:
        try:
            outcome = Outcome(then, result=job())
        except Exception as failure:  # noqa: BLE001 - it is carried to the window, which shows it
            outcome = Outcome(then, failure=failure)
        with self._lock:
            self._workers.discard(threading.current_thread())
            if self._open:
                self._over.emit(outcome)

    def close(self, seconds: float) -> bool:
        """Say nothing more, and wait for background work; False when some is still at it after `seconds` each."""
        with self._lock:
            self._open = False
            workers = list(self._workers)
        for worker in workers:
            worker.join(seconds)
        return not any(worker.is_alive() for worker in workers)


def _deliver(outcome: Outcome) -> None:
    outcome.then(outcome)
