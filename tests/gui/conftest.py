"""A controller and a desktop made by hand, and the window on them. Qt draws off the screen unless told otherwise."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pytest
from PIL import Image
from PyQt5.QtCore import QEvent
from PyQt5.QtWidgets import QApplication

from screenagent.domain.actions import TypeText
from screenagent.domain.events import Event, PersonInput, Stamped
from screenagent.domain.exchange import Picture, Problem, Prompt, Reading, Role
from screenagent.domain.geometry import Box, Point, Size
from screenagent.domain.machine import State
from screenagent.domain.screen import Damage, Screenshot
from screenagent.errors import LinkLost, ScreenAgentError, SettingsError
from screenagent.gui import style
from screenagent.gui.bridge import Bridge
from screenagent.gui.window import MainWindow
from screenagent.gui.words import Words
from screenagent.gui.workbench import Workbench


@dataclass(frozen=True)
class Change:
    damage: tuple[Damage, ...] = ()
    link: str = "connected"
    reason: str = ""
    person: PersonInput | None = None


class HandDesktop:
    """A screen of numpy pixels that writes down the input it gets."""

    def __init__(self, width: int = 640, height: int = 480) -> None:
        self.name = "desk.example:5901"
        self.pointer = Point(0, 0)
        self.connected = False
        self.pixels = np.zeros((height, width, 3), np.uint8)
        self.pixels[:, :, 2] = np.linspace(60, 220, width, dtype=np.uint8)
        self.pointers: list[tuple[Point, int]] = []
        self.keys: list[tuple[int, bool]] = []
        self.shots = 0
        self.listeners: list[Callable[[Change], None]] = []

    @property
    def size(self) -> Size:
        return Size(self.pixels.shape[1], self.pixels.shape[0])

    def screenshot(self) -> Screenshot:
        if not self.connected:
            raise LinkLost("There is no picture.")
        self.shots += 1
        pixels = self.pixels.copy()
        pixels.setflags(write=False)
        return Screenshot(pixels, 0.0)

    def pointer_event(self, point: Point, buttons: int) -> None:
        self._check()
        self.pointers.append((point, buttons))

    def key_event(self, keysym: int, down: bool) -> None:
        self._check()
        self.keys.append((keysym, down))

    def _check(self) -> None:
        if not self.connected:
            raise LinkLost("The connection is gone.")

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def paint(self) -> None:
        for listener in list(self.listeners):
            listener(Change(damage=(Damage(Box(0, 0, 10, 10), 0.0),)))

    def lose(self, reason: str) -> None:
        self.connected = False
        for listener in list(self.listeners):
            listener(Change(link="lost", reason=reason))


class HandControl:
    """Writes down the orders it gets."""

    def __init__(self) -> None:
        self.orders: list[str] = []
        self.answers: list[tuple[object, str | None]] = []
        self.performed: list[tuple[object, ...]] = []
        self.switched: dict[str, bool] = {}
        self.person_input = "pause"
        self.paused = False
        self.stopping = False

    def pause(self, why: str = "") -> None:
        self.paused = True
        self.orders.append("pause")

    def resume(self) -> None:
        self.paused = False
        self.orders.append("resume")

    def step(self) -> None:
        self.paused = False
        self.orders.append("step")

    def stop(self, why: str = "") -> None:
        self.stopping = True
        self.orders.append("stop")

    def take_over(self, why: str = "") -> bool:
        self.orders.append("take over")
        self.paused = self.person_input == "pause"
        self.stopping = self.person_input == "stop"
        return self.person_input != "ignore"

    def step_by_step(self, on: bool) -> None:
        self.switched["steps"] = on

    def hold(self, gate: str, on: bool = True) -> None:
        self.switched[gate] = on

    def jump(self, state: State) -> None:
        self.orders.append(f"jump {state.value}")

    def choose(self, index: int) -> None:
        self.orders.append(f"choose {index}")

    def clear(self) -> None:
        self.orders.append("clear")

    def answer(self, value: object = None, gate: str | None = None) -> None:
        self.answers.append((value, gate))

    def perform(self, actions: Sequence[object]) -> bool:
        self.performed.append(tuple(actions))
        return True


def hand_read(text: str) -> Reading:
    """A tiny language: a line that begins with "type " types the rest, any other line is a problem."""
    lines = [line for line in text.splitlines() if line]
    wrong = tuple(Problem("not understood", line) for line in lines if not line.startswith("type "))
    return Reading(tuple(TypeText(line[5:]) for line in lines if line.startswith("type ")), wrong)


def hand_settings() -> SimpleNamespace:
    automaton = SimpleNamespace(auto_transitions=True, auto_execute_actions=True, person_input="pause")
    return SimpleNamespace(desktop=SimpleNamespace(embedded=False), warnings=(), automaton=automaton)


@dataclass
class HandController:
    """Opens at once unless told to fail or to wait; its run is whatever the test tells."""

    desktop: HandDesktop = field(default_factory=HandDesktop)
    tasks: tuple[str, ...] = ("Open the text editor", "Open the calculator", "用计算器计算 12 × 7")
    trouble: ScreenAgentError | None = None
    model_trouble: ScreenAgentError | None = None
    tasks_trouble: SettingsError | None = None
    settings: Any = field(default_factory=hand_settings)
    session: Path = Path("sessions/one")
    current: Any = None
    calls: list[str] = field(default_factory=list)
    sinks: Sequence[Callable[[Stamped], None]] = ()
    may_open: threading.Event = field(default_factory=threading.Event)
    may_close: threading.Event = field(default_factory=threading.Event)
    told: int = 0

    def __post_init__(self) -> None:
        self.may_open.set()
        self.may_close.set()

    def reload_tasks(self) -> tuple[str, ...]:
        self.calls.append("reload_tasks")
        if self.tasks_trouble:
            raise self.tasks_trouble
        return self.tasks

    def open(self, cancel: Any) -> None:
        self._open("open", cancel)

    def reconnect(self, cancel: Any) -> None:
        self._open("reconnect", cancel)

    def _open(self, name: str, cancel: Any) -> None:
        self.calls.append(name)
        with cancel.on_cancel(self.may_open.set):
            self.may_open.wait(20)
        cancel.check()
        if self.trouble:
            raise self.trouble
        self.desktop.connected = True

    def check_model(self) -> ScreenAgentError | None:
        self.calls.append("check_model")
        return self.model_trouble

    def control(self) -> HandControl:
        return HandControl()

    def start(self, task: str, sinks: Sequence[Callable[[Stamped], None]] = (), control: HandControl | None = None) -> Any:
        self.calls.append(f"start {task}")
        self.sinks = sinks
        self.current = SimpleNamespace(control=control or HandControl(), session=self.session, ended=None, read=hand_read)
        return self.current

    def tell(self, *events: Event) -> None:
        """Tell these events as a run does: on another thread."""

        def run() -> None:
            for event in events:
                self.told += 1
                for sink in self.sinks:
                    sink(Stamped(self.told, 1000.0 + self.told, event))

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()

    def close(self) -> None:
        self.calls.append("close")
        self.may_close.wait(20)
        self.desktop.connected = False


PATIENCE = 30_000


@pytest.fixture
def until(qtbot: Any) -> Callable[[Callable[[], object]], None]:
    """Wait until something is so, as long as a busy machine may take."""
    return lambda what: qtbot.waitUntil(lambda: bool(what()), timeout=PATIENCE)


@pytest.fixture
def controller() -> HandController:
    return HandController()


@pytest.fixture
def desktop(controller: HandController) -> HandDesktop:
    return controller.desktop


@pytest.fixture
def make_window(qtbot: Any) -> Iterator[Callable[..., MainWindow]]:
    """Make the window on a controller; it is closed, and everything it owns destroyed, at the end."""
    made: list[tuple[MainWindow, HandController]] = []

    def make(controller: HandController, language: str = "en", opened: bool = True) -> MainWindow:
        style.apply(QApplication.instance())
        window = MainWindow(Workbench(controller, Words(language), Bridge()))
        made.append((window, controller))
        window.show()
        qtbot.waitActive(window).__enter__()
        window.open()
        if opened:
            shown = lambda: window.desktop.live.canvas.placement is not None  # noqa: E731
            qtbot.waitUntil(lambda: "check_model" in controller.calls and shown(), timeout=PATIENCE)
        return window

    yield make
    for window, controller in made:
        controller.may_open.set()
        controller.may_close.set()
        window.close()
        qtbot.waitUntil(lambda window=window: not window.isVisible(), timeout=PATIENCE)
        window.bench.deleteLater()
        window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.DeferredDelete)


@pytest.fixture
def window(make_window: Callable[..., MainWindow], controller: HandController) -> MainWindow:
    """The window on a connected desktop of 640 x 480."""
    return make_window(controller)


@pytest.fixture
def prompt() -> Prompt:
    """What an actor is asked, with a real picture."""
    written = io.BytesIO()
    Image.new("RGB", (640, 480), "steelblue").save(written, "JPEG")
    return Prompt(
        Role.ACTOR,
        "You drive a desktop. Task: open the editor.",
        Picture(written.getvalue(), "image/jpeg", Size(640, 480)),
        Size(640, 480),
    )
