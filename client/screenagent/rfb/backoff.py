"""When to try again after a loss, and when to stop trying."""

from __future__ import annotations

import time

from screenagent.errors import AuthenticationFailed, Cancelled, LinkLost, ScreenAgentError
from screenagent.rfb.waker import Waker

FIRST_DELAY = 0.25
LONGEST_DELAY = 5.0
STABLE = 10.0
"""A connection shorter than this (seconds) does not end an outage, or a server that drops everyone would be tried for ever."""


class Backoff:
    """Doubles the delay with every failure; the outage's limit is counted from its first loss."""

    def __init__(self, limit: float | None) -> None:
        self._limit = limit
        self._began: float | None = None
        self._delay = FIRST_DELAY

    def lost(self, lifetime: float, loss: ScreenAgentError) -> None:
        """Note that a connection of `lifetime` seconds was lost; raise if that outage has lasted too long already."""
        if self._began is None or lifetime >= STABLE:
            self._began, self._delay = time.monotonic(), FIRST_DELAY
        else:
            self.failed(loss)

    def wait(self, waker: Waker) -> None:
        """Wait before the next attempt. Raises Cancelled when the waker says stop."""
        end = time.monotonic() + self._delay
        self._delay = min(2 * self._delay, LONGEST_DELAY)
        while not waker.stopped and (remaining := end - time.monotonic()) > 0:
            waker.wait(remaining)
        if waker.stopped:
            raise Cancelled("Reconnecting was cancelled.")

    def failed(self, failure: ScreenAgentError) -> None:
        """Return if it is worth another attempt after `failure`, else raise."""
        if isinstance(failure, Cancelled | AuthenticationFailed):
            raise failure
        if self._limit is not None and self._began is not None and time.monotonic() - self._began >= self._limit:
            raise LinkLost(
                f"The connection was lost and could not be made again within {self._limit:g} s: {failure.message}",
                hint=failure.hint,
            ) from failure
