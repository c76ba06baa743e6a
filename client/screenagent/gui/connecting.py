"""The way to a connected desktop, in the background, and what there is to say on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, Qt, pyqtSignal

from screenagent.errors import Cancelled, ScreenAgentError
from screenagent.flow.cancel import CancelToken
from screenagent.gui.bridge import Bridge, Outcome
from screenagent.gui.words import Words
from screenagent.log import get_logger

if TYPE_CHECKING:
    from screenagent.app import Controller

_log = get_logger("gui")


class Connecting(QObject):
    """`told` gives the link (connecting, connected, reconnecting, lost) with a sentence and a hint."""

    told = pyqtSignal(str, str, str)
    opened = pyqtSignal()

    def __init__(self, controller: Controller, words: Words, bridge: Bridge) -> None:
        super().__init__()
        self._controller = controller
        self._words = words
        self._bridge = bridge
        self._cancel = CancelToken()
        self._was_open = False
        self._busy = False
        self._over = False
        bridge.link_changed.connect(self._hear, Qt.QueuedConnection)

    def begin(self) -> None:
        """Open the desktop, or connect to it again when it was open before; does nothing while that is under way."""
        if self._over or self._busy:
            return
        self._busy = True
        self.told.emit("connecting", "", "")
        job = self._controller.reconnect if self._was_open else self._controller.open
        self._bridge.work("open", lambda: job(self._cancel), self._end)

    def give_up(self) -> None:
        """Connect no more, and say no more."""
        self._over = True
        self._cancel.cancel()

    def _end(self, outcome: Outcome) -> None:
        self._busy = False
        if outcome.failure is None:
            self._was_open = True
            self.told.emit("connected", "", "")
            self.opened.emit()
        elif not isinstance(outcome.failure, Cancelled):
            self._lost(outcome.failure)

    def _hear(self, link: str, reason: str) -> None:
        if self._over or not self._was_open:
            return
        if link in ("connected", "reconnecting"):
            self.told.emit(link, reason, "")
        elif not self._busy:
            self._lost(ScreenAgentError(reason or self._words("say.disconnected")))

    def _lost(self, failure: BaseException) -> None:
        sentence, hint = told(failure)
        self.told.emit("lost", sentence, hint)


def told(failure: BaseException) -> tuple[str, str]:
    """The sentence and the hint that a person reads."""
    if isinstance(failure, ScreenAgentError):
        return failure.message, failure.hint
    _log.error("unexpected: %r", failure)
    return f"{type(failure).__name__}: {failure}", ""
