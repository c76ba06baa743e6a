"""What was painted when, and waiting for more."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence
from itertools import takewhile

from screenagent.domain.screen import Damage
from screenagent.errors import LinkLost
from screenagent.ports import Cancel

KEPT = 4096


class DamageLog:
    """The latest damage, oldest first, written by the link's thread and waited for by any other."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._parts: deque[Damage] = deque(maxlen=KEPT)
        self._gone = "The desktop is not connected."

    def add(self, parts: Sequence[Damage]) -> None:
        """Enter new damage and wake those who wait."""
        with self._condition:
            self._parts.extend(parts)
            self._condition.notify_all()

    def link_changed(self, gone: str) -> None:
        """The link is there (`gone` is empty), or it is not and `gone` says why: every waiter fails with it."""
        with self._condition:
            self._gone = gone
            self._condition.notify_all()

    def since(self, moment: float) -> tuple[Damage, ...]:
        """Return what was painted after `moment` (`time.monotonic()`), oldest first."""
        with self._condition:
            newest_first = takewhile(lambda part: part.time > moment, reversed(self._parts))
            return tuple(newest_first)[::-1]

    def wait(self, after: float, timeout: float, cancel: Cancel) -> bool:
        """Wait for damage newer than `after`; False once `timeout` seconds have passed. Raises Cancelled, LinkLost."""
        deadline = time.monotonic() + timeout
        with cancel.on_cancel(self._wake), self._condition:
            while True:
                cancel.check()
                if self._gone:
                    raise LinkLost(self._gone)
                if self._parts and self._parts[-1].time > after:
                    return True
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._condition.wait(left)

    def _wake(self) -> None:
        with self._condition:
            self._condition.notify_all()
