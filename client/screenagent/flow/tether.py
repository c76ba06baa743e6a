"""What a run does about its desktop's link: connect, and wait for one that was lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from screenagent.domain import events as ev
from screenagent.errors import LinkLost, ModelUnreachable
from screenagent.flow.control import Control
from screenagent.flow.hand import Hand
from screenagent.ports import Desktop

RECONNECT_SECONDS = 60.0
_LOOK_AGAIN = 0.1
_WAITING = "The desktop's link is lost. Waiting for the desktop to come back."
"""Why it is lost is told by LinkChanged."""

T = TypeVar("T")


class _LinkStaysLost(LinkLost):
    """The link did not come back in time."""


class Tether:
    """Keeps a run at its desktop. Every wait ends at once on an order."""

    def __init__(self, desktop: Desktop, control: Control, emit: Callable[[ev.Event], None], hand: Hand) -> None:
        self._desktop = desktop
        self._control = control
        self._emit = emit
        self._hand = hand

    def connect(self) -> None:
        """Connect, unless that was done; a link that is being made again gets its time first. Raises DesktopError, Cancelled."""
        if self._desktop.link == "reconnecting":
            self._emit(ev.Warned(_WAITING))
            self._wait(lambda: self._desktop.link != "reconnecting")
        if not self._desktop.connected:
            self._desktop.connect(self._control.token)

    def through_loss(self, step: Callable[[], T]) -> T:
        """Run `step`; when the link goes, wait for it to come back and begin the step again.

        A model may go with the desktop, as the embedded one's worker does; then it is the desktop that is waited for.

        Raises:
            LinkLost: it did not come back in time.
        """
        while True:
            try:
                return step()
            except _LinkStaysLost:
                raise
            except LinkLost as loss:
                self.lost(loss, _WAITING)
            except ModelUnreachable as silence:
                if self._desktop.connected:
                    raise
                self.lost(LinkLost(silence.message, hint=silence.hint), _WAITING)

    def lost(self, loss: LinkLost, told: str) -> None:
        """The link went: let go, say what was `told` of it, and wait for it to come back.

        One that was given up (the password was refused, say) is made again once, which tells what is in the way.

        Raises:
            DesktopError, Cancelled
        """
        self._hand.release("the desktop's link was lost")
        self._emit(ev.Warned(told))
        if not self._wait(lambda: self._desktop.connected or self._desktop.link == "lost"):
            raise _LinkStaysLost(loss.message, hint=loss.hint)
        if not self._desktop.connected:
            self._desktop.connect(self._control.token)

    def _wait(self, ready: Callable[[], bool]) -> bool:
        deadline = time.monotonic() + RECONNECT_SECONDS
        while not ready():
            if time.monotonic() > deadline:
                return False
            self._control.token.wait(_LOOK_AGAIN)
            self._control.token.check()
        return True
