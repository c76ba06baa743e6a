"""Numbers events and hands them to every sink in one order, from whichever thread they come."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from screenagent.domain.events import Event, Stamped, Warned
from screenagent.errors import ScreenAgentError
from screenagent.log import get_logger
from screenagent.ports import Sink

_log = get_logger("flow.herald")


class Herald:
    """The one way out of a run. A sink that fails is dropped and the others are told; the run goes on."""

    def __init__(self, sinks: Sequence[Sink]) -> None:
        self._sinks = list(sinks)
        self._lock = threading.Lock()
        self._number = 0

    def __call__(self, event: Event) -> None:
        """Tell every sink."""
        with self._lock:
            self._tell(event)

    def _tell(self, event: Event) -> None:
        self._number += 1
        stamped = Stamped(self._number, time.time(), event)
        failures: list[str] = []
        for sink in list(self._sinks):
            try:
                sink(stamped)
            except ScreenAgentError as error:
                self._sinks.remove(sink)
                failures.append(str(error))
                _log.warning("%s", error)
            except Exception as error:  # noqa: BLE001 - whoever listens must not be able to end the run
                self._sinks.remove(sink)
                failures.append(f"A listener failed ({type(error).__name__}: {error}) and hears no more.")
                _log.exception("a listener failed on %s and hears no more", type(event).__name__)
        for failure in failures:
            self._tell(Warned(failure))
