"""What a desktop does, told as it happens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from screenagent import rfb
from screenagent.cli.vnc.telling import KINDS, Teller, Told, shown
from screenagent.cli.vnc.visit import looking
from screenagent.cli.vnc.where import Where
from screenagent.errors import ScreenAgentError, SettingsError, did_you_mean
from screenagent.rfb import State


def watch(where: Where, *, seconds: float | None, as_json: bool, reconnect: bool = False, only: Sequence[str] = ()) -> None:
    """Print what happens until `seconds` have passed, a signal comes, or the connection ends; `only` some of `KINDS`, if any.

    Raises DesktopError, SettingsError.
    """
    for kind in only:
        if kind not in KINDS:
            hint = f"Known are: {', '.join(KINDS)}."
            raise SettingsError(f'There is no kind of event "{kind}"{did_you_mean(kind, KINDS)}.', hint=hint)
    witness = _Witness(where.altered(reconnect=reconnect), Teller(as_json=as_json, kinds=only or KINDS))
    witness.run(seconds)


class _Witness:
    """Hears what a client calls and tells it on."""

    def __init__(self, where: Where, teller: Teller) -> None:
        self._teller = teller
        self._size = (0, 0)
        self._shape: rfb.Cursor | None = None
        self._ended: ScreenAgentError | None = None
        self._client = where.client(
            on_damage=self._damage,
            on_state=self._state,
            on_cut_text=lambda text: self._tell("cut text", shown(text), text=text),
            on_bell=lambda: self._tell("bell", ""),
            on_name=lambda name: self._tell("name", shown(name), name=name),
        )

    def run(self, seconds: float | None) -> None:
        with looking(self._client) as cancel:
            self._teller.run(seconds, cancel, lambda: self._client.state is State.DISCONNECTED)
        if self._ended is not None:
            raise self._ended

    def _tell(self, kind: str, words: str, **facts: Any) -> None:
        self._teller.tell(Told(kind, words, facts))

    def _state(self, state: State, error: ScreenAgentError | None) -> None:
        if state is State.CONNECTED:
            self._size = width, height = self._client.size
            name, security = self._client.name, self._client.statistics().security
            words = f"{width}x{height} {shown(name)}, {security}"
            self._tell("connected", words, width=width, height=height, name=name, security=security)
        elif state is State.RECONNECTING:
            reason = error.message if error else ""
            self._tell("lost", reason, reason=reason)
        elif state is State.DISCONNECTED:
            self._ended = error

    def _damage(self, parts: Sequence[rfb.Damage]) -> None:
        if self._client.size != self._size:
            self._size = width, height = self._client.size
            self._teller.tell(Told("size", f"{width}x{height}", {"width": width, "height": height}, parts[0].time))
        for part in parts:
            if part.cursor:
                self._pointer_image(part.time)
            else:
                facts = {"x": part.x, "y": part.y, "width": part.width, "height": part.height}
                words = f"{part.width}x{part.height} at ({part.x}, {part.y})"
                self._teller.tell(Told("damage", words, facts, part.time))

    def _pointer_image(self, moment: float) -> None:
        """Tell of the pointer's image if it is another; some servers send the same again with every update."""
        before, shape = self._shape, self._client.cursor
        if shape is None or (
            before is not None and _facts(before) == _facts(shape) and np.array_equal(before.pixels, shape.pixels)
        ):
            return
        self._shape = shape
        facts = _facts(shape)
        words = "{width}x{height}, points at ({hotspot_x}, {hotspot_y})".format_map(facts) if shape.pixels.size else "hidden"
        self._teller.tell(Told("pointer", words, facts, moment))


def _facts(shape: rfb.Cursor) -> dict[str, int]:
    height, width = shape.pixels.shape[:2]
    return {"width": width, "height": height, "hotspot_x": shape.hotspot_x, "hotspot_y": shape.hotspot_y}
