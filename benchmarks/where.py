"""Where the time of runs goes, part by part; for the benchmarks that run tasks in their own process.

`listen()` puts an `Account` in place of the recorder's silence: every event is timed as it is told, on the run's thread. What the
run spends in a part that waits (for the screen, the model, the pace of typing) counts as waiting but for the processor time that
its thread used meanwhile; that is the controller's own cost, as is everything between waits.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from screenagent import app, dialects
from screenagent.desktop.late import LateDesktop
from screenagent.dialects import picture
from screenagent.domain import events as ev
from screenagent.domain.events import Stamped
from screenagent.recording.recorder import Recorder
from screenagent.recording.writer import SessionWriter

SETTLING = "waiting for the screen to settle"
CALLING = "the model"
PACING = "pauses of performing: between keys, for the clipboard, waits asked for"
BETWEEN = "settling between actions"
SHOT = "screenshot"
ENCODING = "encoding"
PROMPT = "prompt"
SENDING = "sending and receiving (processor time)"
READING = "reading the reply"
PERFORMING = "performing (processor time)"
WATCHING = "watching the screen (processor time)"
RECORDING = "recording"
REST = "everything else"
WAITS = (SETTLING, CALLING, PACING, BETWEEN)
OWN = (SHOT, ENCODING, PROMPT, SENDING, READING, PERFORMING, WATCHING, RECORDING, REST)
PARTS = (*WAITS, *OWN)


@dataclass
class Account:
    """Seconds of one run by part, and beside them of the thread that writes the recording; `steps` are model calls."""

    parts: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PARTS, 0.0))
    writing: float = 0.0
    steps: int = 0

    @property
    def own(self) -> float:
        """The controller's own cost, in seconds."""
        return sum(self.parts[part] for part in OWN)

    def add(self, other: Account) -> None:
        """Sum up."""
        self.steps += other.steps
        self.writing += other.writing
        for part, seconds in other.parts.items():
            self.parts[part] += seconds


def listen() -> Callable[[], Account]:
    """Time every run of this process from now on; returns what gives the account of the latest."""
    replacements: tuple[tuple[Any, str, Any], ...] = (
        (app, "Recorder", _Listener),
        (LateDesktop, "screenshot", _timed(LateDesktop.screenshot, SHOT)),
        (SessionWriter, "write", _timed_writing(SessionWriter.write)),
    )
    for owner, name, replacement in replacements:
        setattr(owner, name, replacement)
    encode = picture.encode
    for found in pkgutil.iter_modules(dialects.__path__, f"{dialects.__name__}."):
        module = importlib.import_module(found.name)
        if getattr(module, "encode", None) is encode:
            module.encode = _timed(encode, ENCODING)  # type: ignore[attr-defined]
    return lambda: _Listener.account


class _Listener(Recorder):
    """Books the time since the event before on what was done in it, and its own."""

    account = Account()
    inner: dict[str, float]

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        _Listener.account = Account()
        _Listener.inner = {}
        self._thread_of_run = 0
        self._before: ev.Event | None = None

    def __call__(self, stamped: Stamped) -> None:
        """Hear one event. Those of other threads, and those within a model call, end no part."""
        if isinstance(stamped.event, ev.RunStarted):
            self._thread_of_run = threading.get_ident()
            self._last = time.perf_counter(), time.thread_time()
        elif threading.get_ident() != self._thread_of_run or isinstance(stamped.event, ev.ReplyGrew | ev.CallRetried):
            super().__call__(stamped)
            return
        begun, used = time.perf_counter(), time.thread_time()
        self._book(stamped.event, begun - self._last[0], used - self._last[1])
        super().__call__(stamped)
        self._last = time.perf_counter(), time.thread_time()
        self.account.parts[RECORDING] += self._last[0] - begun
        self._before = stamped.event

    def _book(self, event: ev.Event, gap: float, used: float) -> None:
        parts, inner = self.account.parts, self.inner
        for part, seconds in inner.items():
            parts[part] += seconds
        gap -= sum(inner.values())
        used = min(gap, max(0.0, used - sum(inner.values())))
        inner.clear()
        match event:
            case ev.ScreenshotTaken():
                self._wait(SETTLING, WATCHING, gap, used)
            case ev.PromptSent():
                parts[PROMPT] += gap
                self.account.steps += 1
            case ev.ReplyReceived():
                self._wait(CALLING, SENDING, gap, used)
            case ev.ReplyRead():
                parts[READING] += gap
            case ev.ActionEnded():
                self._wait(PACING, PERFORMING, gap, used)
            case ev.ActionStarted() if isinstance(self._before, ev.ActionEnded):
                self._wait(BETWEEN, WATCHING, gap, used)
            case _:
                parts[REST] += gap

    def _wait(self, wait: str, work: str, gap: float, used: float) -> None:
        self.account.parts[wait] += gap - used
        self.account.parts[work] += used


def _timed(function: Callable[..., Any], part: str) -> Callable[..., Any]:
    """Book `function`'s own seconds on `part` when a run's thread calls it."""

    @functools.wraps(function)
    def timed(*arguments: Any, **named: Any) -> Any:
        if threading.current_thread().name != "screenagent-run":
            return function(*arguments, **named)
        begun = time.perf_counter()
        try:
            return function(*arguments, **named)
        finally:
            inner = _Listener.inner
            inner[part] = inner.get(part, 0.0) + time.perf_counter() - begun

    return timed


def _timed_writing(write: Callable[[SessionWriter, Stamped], None]) -> Callable[[SessionWriter, Stamped], None]:
    @functools.wraps(write)
    def timed(self: SessionWriter, stamped: Stamped) -> None:
        begun = time.perf_counter()
        try:
            write(self, stamped)
        finally:
            _Listener.account.writing += time.perf_counter() - begun

    return timed
