"""Asking the server for another size and waiting for it (SetDesktopSize, community rfbproto)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from types import MappingProxyType

from screenagent.errors import LinkLost
from screenagent.rfb import outgoing
from screenagent.rfb.errors import ResizeRefused
from screenagent.rfb.link import Link

_DONE, _FORWARDED = 0, 4
"""Statuses that are no refusal. What was forwarded may come true later, or never."""

_UNFINISHED: Mapping[int | None, str] = MappingProxyType(
    {None: "did not answer", _DONE: "went on with another", _FORWARDED: "passed it on, but nothing came of it"}
)
_REASONS: Mapping[int | None, str] = MappingProxyType(
    {1: "it does not allow that", 2: "it has not the means", 3: "it cannot arrange its screens so"}
)


class Resizing:
    """One client's requests, one at a time."""

    def __init__(self, peer: str, changed: threading.Condition) -> None:
        """`changed` is notified whenever an update has been applied or the connection has gone."""
        self._peer = peer
        self._changed = changed
        self._turn = threading.Lock()
        self._status: int | None = None

    def answered(self, status: int) -> None:
        """Note what the server has said to the latest request; the caller holds `changed`, and notifies it."""
        self._status = status

    def ask(self, link: Link, size: tuple[int, int], timeout: float, lost: Callable[[], LinkLost | None]) -> None:
        """Return once the framebuffer has this size. Raises ResizeRefused, what `lost` returns, and ValueError."""
        screens = link.session.abilities.screens
        shown = f"a size of {size[0]}x{size[1]}"
        if screens is None:
            hint = "Set the size where the desktop is, or where it is started."
            raise ResizeRefused(f"{self._peer} cannot be asked for another size.", hint=hint)
        message = outgoing.set_desktop_size(*size, screens)

        def settled() -> bool:
            """A late answer to an earlier request settles nothing."""
            if self._status in (_DONE, _FORWARDED):
                return link.session.framebuffer.size == size
            return self._status is not None

        with self._turn:
            with self._changed:
                self._status = None
            link.send(message)
            with self._changed:
                in_time = self._changed.wait_for(lambda: lost() is not None or settled(), timeout)
                status, loss = self._status, lost()
        if loss is not None:
            raise loss
        if not in_time:
            raise ResizeRefused(f"{self._peer} was asked for {shown} and {_UNFINISHED[status]} within {timeout:g} s.")
        if status not in (_DONE, _FORWARDED):
            reason = _REASONS.get(status, f"its reason is number {status}, of unknown meaning")
            raise ResizeRefused(f"{self._peer} refused {shown}: {reason}.")
