"""Numbers events and hands them to every sink in one order, from whichever thread they come."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

from screenagent.domain.events import Event, RunEnded, Stamped, Warned
from screenagent.errors import ScreenAgentError
from screenagent.log import get_logger
from screenagent.ports import Sink

_log = get_logger("flow.herald")


class Herald:
    """The one way out of a run. A sink that fails is dropped and the others are told; the run goes on.

    Nothing is told after `RunEnded`.
    """

    def __init__(self, sinks: Sequence[Sink]) -> None:
        self._sinks = list(sinks)
        self._lock = threading.Lock()
        self._teller: int | None = None
        self._waiting: deque[tuple[Event, bool]] = deque()
        self._number = 0

    def __call__(self, event: Event) -> None:
        """Tell every sink before returning; what a sink itself brings about is told once all are through with this event."""
        self._waiting.append((event, False))
        if self._teller == threading.get_ident():
            return
        with self._lock:
            self._tell_all(lambda: True)
        self._sweep()

    def leave(self, event: Event) -> None:
        """Tell every sink soon; waits for nobody who is telling, and tells nothing on behalf of others."""
        self._waiting.append((event, True))
        self._sweep()

    def _sweep(self) -> None:
        """Tell what was left and is next, unless somebody is telling: they sweep in their turn."""
        while self._next_was_left() and self._lock.acquire(blocking=False):
            try:
                self._tell_all(self._next_was_left)
            finally:
                self._lock.release()

    def _next_was_left(self) -> bool:
        try:
            return self._waiting[0][1]
        except IndexError:
            return False

    def _tell_all(self, may_go_on: Callable[[], bool]) -> None:
        self._teller = threading.get_ident()
        try:
            while self._waiting and may_go_on():
                self._tell(self._waiting.popleft()[0])
        finally:
            self._teller = None

    def _tell(self, event: Event) -> None:
        self._number += 1
        stamped = Stamped(self._number, time.time(), event)
        for sink in list(self._sinks):
            try:
                sink(stamped)
            except ScreenAgentError as error:
                self._drop(sink, str(error))
                _log.warning("%s", error)
            except Exception as error:  # noqa: BLE001 - whoever listens must not be able to end the run
                self._drop(sink, f"A listener failed ({type(error).__name__}: {error}) and hears no more.")
                _log.exception("a listener failed on %s and hears no more", type(event).__name__)
        if isinstance(event, RunEnded):
            self._sinks.clear()

    def _drop(self, sink: Sink, why: str) -> None:
        self._sinks.remove(sink)
        self._waiting.appendleft((Warned(why), True))
