"""What the user of a client is told, and how: on the worker thread, where a failure of theirs must not end the connection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from screenagent.errors import ScreenAgentError
from screenagent.log import get_logger
from screenagent.rfb.channel import Bell, CutText, Event, Renamed, Updated
from screenagent.rfb.values import Damage, State

logger = get_logger("rfb")


@dataclass(frozen=True)
class Callbacks:
    """An exception in one is logged and otherwise ignored."""

    peer: str
    on_damage: Callable[[Sequence[Damage]], None] | None = None
    on_state: Callable[[State, ScreenAgentError | None], None] | None = None
    on_cut_text: Callable[[str], None] | None = None
    on_bell: Callable[[], None] | None = None
    on_name: Callable[[str], None] | None = None

    def state(self, state: State, error: ScreenAgentError | None) -> None:
        """Tell where the client stands now, and what brought it there."""
        self._call(self.on_state, state, error)

    def tell(self, events: Sequence[Event], closed: Callable[[], bool]) -> None:
        """Tell what has happened: the damage of all updates at once, then the rest in its order; once closed, no more."""
        damage = [part for event in events if isinstance(event, Updated) for part in event.damage]
        if damage:
            self._call(self.on_damage, damage)
        for event in events:
            if closed():
                return
            if isinstance(event, CutText):
                self._call(self.on_cut_text, event.text)
            elif isinstance(event, Bell):
                self._call(self.on_bell)
            elif isinstance(event, Renamed):
                self._call(self.on_name, event.name)

    def _call(self, callback: Callable[..., None] | None, *arguments: object) -> None:
        if callback is not None:
            try:
                callback(*arguments)
            except Exception:
                logger.exception("a callback of the connection to %s failed", self.peer)
