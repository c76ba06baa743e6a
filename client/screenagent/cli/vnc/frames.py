"""Whole pictures: when all of the screen has come anew."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

import numpy as np

from screenagent import rfb
from screenagent.errors import LinkLost, ScreenAgentError
from screenagent.ports import Cancel


class WholeFrame:
    """Asks for a picture of all of the screen and waits for it; `damaged` and `state_changed` are a client's listeners."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._missing = np.zeros((0, 0), np.bool_)
        self._least = 0
        self._gone: ScreenAgentError | None = None

    def damaged(self, parts: Sequence[rfb.Damage]) -> None:
        """Note what has been painted."""
        with self._condition:
            for part in parts:
                self._missing[part.y : part.y + part.height, part.x : part.x + part.width] = False
                self._least -= part.width * part.height
            if self._least <= 0:
                self._condition.notify_all()

    def state_changed(self, state: rfb.State, error: ScreenAgentError | None) -> None:
        """Note that nothing will come any more; whoever waits fails."""
        if state is rfb.State.DISCONNECTED:
            with self._condition:
                self._gone = error or LinkLost("The connection was closed.")
                self._condition.notify_all()

    def fetch(self, size: tuple[int, int], request: Callable[[], None], seconds: float, cancel: Cancel) -> bool:
        """Send a request for all of the screen, `size` (width, height), and wait for its answer; False after `seconds`.

        Raises Cancelled, and LinkLost when the connection goes.
        """
        width, height = size
        with self._condition:
            self._missing = np.ones((height, width), np.bool_)
            self._least = width * height
        request()
        deadline = time.monotonic() + seconds
        with cancel.on_cancel(self._wake), self._condition:
            while self._least > 0 or self._missing.any():
                cancel.check()
                if self._gone is not None:
                    raise LinkLost(self._gone.message, hint=self._gone.hint)
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._condition.wait(left)
        return True

    def _wake(self) -> None:
        with self._condition:
            self._condition.notify_all()
