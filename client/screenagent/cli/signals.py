"""Ctrl+C and SIGTERM end a run in order; the second one ends it at once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from types import FrameType

from screenagent.errors import Cancelled

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LAST_WORDS_SECONDS = 1.0


def name_of(number: int) -> str:
    """Return what a person calls this signal."""
    return "Ctrl+C" if number == signal.SIGINT else signal.Signals(number).name


@contextmanager
def ending_on_signals(stop: Callable[[str], None], let_go: Callable[[], object]) -> Iterator[None]:
    """While the context is open, the first signal calls `stop` with its name; the next calls `let_go` and ends the process.

    Both are called on a thread of their own: a signal handler interrupts the main thread wherever it is, perhaps while it
    holds a lock that `stop` needs.
    """
    arrived: SimpleQueue[int] = SimpleQueue()

    def handler(number: int, frame: FrameType | None) -> None:
        arrived.put(number)

    def attend() -> None:
        count = 0
        while number := arrived.get():
            count += 1
            if count == 1:
                threading.Thread(target=stop, args=(name_of(number),), name="screenagent-stop", daemon=True).start()
            else:
                _end_at_once(let_go)

    attendant = threading.Thread(target=attend, name="screenagent-signals", daemon=True)
    before = {number: signal.getsignal(number) for number in SIGNALS}
    attendant.start()
    for number in SIGNALS:
        if before[number] is not signal.SIG_IGN:
            signal.signal(number, handler)
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
        arrived.put(0)
        attendant.join()


def _end_at_once(let_go: Callable[[], object]) -> None:
    last_words = threading.Thread(target=let_go, daemon=True)
    last_words.start()
    last_words.join(_LAST_WORDS_SECONDS)
    os._exit(Cancelled.exit_status)
