"""Twisted's reactor on a thread of its own, started once a process and never stopped: Twisted cannot start it again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from screenagent.log import get_logger

_log = get_logger("desktop.twisted")
_starting = threading.Lock()
_thread: threading.Thread | None = None


def start() -> None:
    """Start the reactor if it does not run yet, without signal handlers."""
    global _thread
    from twisted.internet import reactor
    from twisted.logger import globalLogBeginner

    with _starting:
        if _thread is not None:
            return
        globalLogBeginner.beginLoggingTo([_report], discardBuffer=True, redirectStandardIO=False)
        running = threading.Event()
        reactor.callWhenRunning(running.set)
        _thread = threading.Thread(
            target=reactor.run, kwargs={"installSignalHandlers": False}, name="twisted reactor", daemon=True
        )
        _thread.start()
        running.wait()


def call(function: Callable[[], object]) -> None:
    """Run `function` on the reactor's thread, after whatever was handed over before; at once when this is that thread."""
    from twisted.internet import reactor

    if is_current():
        function()
    else:
        reactor.callFromThread(function)


def is_current() -> bool:
    """Whether the caller is on the reactor's thread."""
    return threading.current_thread() is _thread


def _report(event: dict[str, Any]) -> None:
    """Pass on what went wrong inside Twisted; the rest, a line for every rectangle, is dropped."""
    failure = event.get("log_failure")
    if failure is not None:
        _log.error("%s", failure.getTraceback())
