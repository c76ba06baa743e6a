"""What a desktop does, as lines on standard output: for people, or a JSON object each."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from queue import Empty, Full, Queue
from typing import Any, TypeAlias

from screenagent.ports import Cancel

Facts: TypeAlias = dict[str, Any]
KINDS = ("connected", "lost", "damage", "size", "name", "pointer", "cut text", "bell")
_MOST_WAITING = 20_000
_TICK = 0.1


@dataclass(frozen=True)
class Told:
    """One thing that happened: `moment` is `time.monotonic()` seconds, `words` is for people, `facts` for programs."""

    kind: str
    words: str
    facts: Facts = field(default_factory=dict)
    moment: float = field(default_factory=time.monotonic)


class Teller:
    """Takes from the client's thread what happened, and prints it on another. What a slow terminal cannot take is counted."""

    def __init__(self, *, as_json: bool, kinds: Collection[str] = KINDS) -> None:
        self._as_json = as_json
        self._kinds = kinds
        self._waiting: Queue[Told] = Queue(_MOST_WAITING)
        self._left_out = 0
        self._clock = time.time() - time.monotonic()

    def tell(self, told: Told) -> None:
        """Have it printed, if it is of the kinds wanted. Any thread may call."""
        if told.kind not in self._kinds:
            return
        try:
            self._waiting.put_nowait(told)
        except Full:
            self._left_out += 1

    def run(self, seconds: float | None, cancel: Cancel, over: Callable[[], bool] = lambda: False) -> None:
        """Print until `seconds` have passed, the cancel or `over`; what was told until then is printed too."""
        end = None if seconds is None else time.monotonic() + seconds
        while not (cancel.event.is_set() or over() or (end is not None and time.monotonic() >= end)):
            left = _TICK if end is None else max(0.0, min(_TICK, end - time.monotonic()))
            self._print(left)
        while self._print(0):
            pass

    def _print(self, seconds: float) -> bool:
        try:
            told = self._waiting.get(timeout=seconds) if seconds else self._waiting.get_nowait()
        except Empty:
            sys.stdout.flush()
            return False
        self._write(told)
        if self._left_out:
            count, self._left_out = self._left_out, 0
            self._write(Told("left out", f"{count} more, printing is too slow", {"count": count}))
        return True

    def _write(self, told: Told) -> None:
        moment = self._clock + told.moment
        if self._as_json:
            sys.stdout.write(json.dumps({"time": round(moment, 6), "event": told.kind, **told.facts}) + "\n")
            return
        clock = time.strftime("%H:%M:%S", time.localtime(moment)) + f".{int(moment % 1 * 1000):03d}"
        sys.stdout.write(f"{clock}  {told.kind:<9} {told.words}".rstrip() + "\n")


def shown(text: str) -> str:
    """Return what a server says in quotes, on one line, with nothing in it that could steer a terminal."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(mark if mark.isprintable() else mark.encode("unicode_escape").decode() for mark in quoted)
