"""Who hears of a desktop's changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from screenagent.domain.events import PersonInput
from screenagent.domain.screen import Damage
from screenagent.log import get_logger
from screenagent.ports import DesktopChange

_log = get_logger("desktop")


@dataclass(frozen=True)
class Change:
    """Implements `ports.DesktopChange`."""

    damage: tuple[Damage, ...] = ()
    link: str = ""
    reason: str = ""
    person: PersonInput | None = None


class Audience:
    """Listeners, who come and go from any thread. One that fails is logged and keeps nobody else from hearing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: list[Callable[[DesktopChange], None]] = []

    def subscribe(self, listener: Callable[[DesktopChange], None]) -> Callable[[], None]:
        """Call `listener` for every change until the returned function is called."""
        with self._lock:
            self._listeners.append(listener)

        def unsubscribe() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return unsubscribe

    def tell(self, change: DesktopChange) -> None:
        """Call every listener, on this thread."""
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            try:
                listener(change)
            except Exception:  # noqa: BLE001 - whoever listens must not keep the others from hearing
                _log.exception("a listener of the desktop failed")
