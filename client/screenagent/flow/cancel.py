"""A cancellation that work under way can wait on, and hang a wake-up call on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from screenagent.errors import Cancelled
from screenagent.log import get_logger

_log = get_logger("flow.cancel")


class CancelToken:
    """One-way switch; implements `ports.Cancel`. Callbacks run once, in the thread that cancels."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._callbacks: dict[int, Callable[[], None]] = {}
        self._next = 0

    @property
    def event(self) -> threading.Event:
        """Set once cancelled."""
        return self._event

    def cancel(self) -> None:
        """Cancel; a second time does nothing."""
        with self._lock:
            if self._event.is_set():
                return
            self._event.set()
            callbacks = list(self._callbacks.values())
            self._callbacks.clear()
        for callback in callbacks:
            _run(callback)

    def check(self) -> None:
        """Raise `Cancelled` if cancelled."""
        if self._event.is_set():
            raise Cancelled("Stopped.")

    def wait(self, seconds: float) -> bool:
        """Wait; True at once when cancelled, False when the time has passed."""
        return self._event.wait(max(0.0, seconds))

    @contextmanager
    def on_cancel(self, callback: Callable[[], None]) -> Iterator[None]:
        """While the context is open, run `callback` on cancelling; at once if already cancelled."""
        with self._lock:
            cancelled = self._event.is_set()
            key = self._next
            self._next += 1
            if not cancelled:
                self._callbacks[key] = callback
        if cancelled:
            _run(callback)
        try:
            yield
        finally:
            with self._lock:
                self._callbacks.pop(key, None)


def _run(callback: Callable[[], None]) -> None:
    try:
        callback()
    except Exception:  # noqa: BLE001 - a callback's own failure must not keep the others from running
        _log.exception("a callback failed on cancelling")
