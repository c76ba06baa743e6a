"""A whole run with real parts: controller, VNC desktop, recording wire, Xtigervnc, HTTP worker. Not for a person's desktop."""

from __future__ import annotations

import ctypes
import ctypes.util
import json
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from contract.stop.wire import Input, Wire, held, presses
from contract.stop.worker import FullHouse, SilentListener, Worker
from screenagent.app import Controller, RunHandle
from screenagent.domain import events as ev
from screenagent.domain.machine import State
from screenagent.errors import Cancelled
from screenagent.flow.cancel import CancelToken
from screenagent.flow.control import Control
from screenagent.settings import Settings

PATIENCE = 30.0
AT_ONCE = 3.0
"""Seconds that a busy machine and its disk may take over what waits for nothing; all that a run waits for here lasts longer."""
AFTER_STOP, AT_THE_END, LAST = 0xFFD1, 0xFFD2, 0xFFD3
"""Keys (F20 to F22) that the test presses as a person would: what is on the wire before and after them has an order."""


class Stage:
    """Everything set up; `start` begins a run. `told` are its events so far, `on_event` hears each before."""

    def __init__(self, folder: Path, server: Any, backend: str) -> None:
        self.folder = folder
        self.server = server
        self.backend = backend
        self.told: list[ev.Event] = []
        self.on_event: Callable[[ev.Event], None] = lambda event: None
        self.other_sinks: list[Callable[[ev.Stamped], None]] = []
        self.mark_the_end = True
        self._changed = threading.Condition()
        self._handed_over = threading.Event()
        self._handle: RunHandle | None = None
        self._flicker: Flicker | None = None
        self._closing = ExitStack()
        self.worker = Worker()
        self._closing.callback(self.worker.close)
        self.wire = Wire(server.host, server.port)
        self._closing.callback(self.wire.close)
        self._controller: Controller | None = None

    def settings_file(self, url: str = "", evaluator: bool = True, clipboard_port: int = 0) -> Path:
        """Write the settings down."""
        model = {"protocol": "worker_generate", "target_url": url or self.worker.url, "send_context": True}
        roles = {"planner": "Scripted", "actor": "Scripted", "evaluator": "Scripted" if evaluator else False}
        desktop: dict[str, Any] = {"host": "127.0.0.1", "port": self.wire.port, "password": self.server.password}
        desktop |= {"backend": self.backend, "use_remote_clipboard": bool(clipboard_port)}
        if clipboard_port:
            desktop |= {"remote_clipboard_port": clipboard_port, "remote_clipboard_secret_token": "0123456789abcdef"}
        file = self.folder / "config.yml"
        tree = {
            "llm_api": {"use": roles, "Scripted": model, "timeout": 60, "connect_timeout": 30},
            "remote_vnc_server": desktop,
            "recording": {"folder": str(self.folder / "sessions")},
        }
        file.write_text(json.dumps(tree))
        return file

    def open(self, **settings: Any) -> Controller:
        """Connect the desktop."""
        self._controller = Controller(Settings.load(self.settings_file(**settings)))
        self._closing.callback(self._controller.close)
        self._controller.open(CancelToken())
        return self._controller

    def close_desktop(self) -> None:
        """Close the controller as a front end does that is closed."""
        assert self._controller is not None
        self._controller.close()

    def until_link(self, state: str) -> None:
        """Wait until the desktop's link is not connected any more, or is again."""
        reached = threading.Event()
        leave = self.desktop.subscribe(lambda change: reached.set() if change.link == state else None)
        if self.desktop.connected != (state == "connected"):
            assert reached.wait(PATIENCE)
        leave()

    def start(self, **settings: Any) -> RunHandle:
        """Open, unless that was done, and start the run."""
        controller = self._controller or self.open(**settings)
        self._handle = controller.start("the task", [self._hear, *self.other_sinks])
        self._handed_over.set()
        return self._handle

    def full_house(self) -> FullHouse:
        """A server to which nobody can connect."""
        house = FullHouse()
        self._closing.callback(house.close)
        return house

    def silent_listener(self) -> SilentListener:
        """A server that never answers."""
        listener = SilentListener()
        self._closing.callback(listener.close)
        return listener

    def flicker(self) -> None:
        """Repaint the screen from now on."""
        self._flicker = Flicker(self.server.display)
        self._closing.callback(self._flicker.close)

    def calm(self) -> None:
        """Repaint no more, if the screen was flickering, so that it settles."""
        if self._flicker:
            self._flicker.stop()

    @property
    def desktop(self) -> Any:
        assert self._controller is not None
        return self._controller.desktop

    @property
    def control(self) -> Control:
        return self.handle.control

    @property
    def handle(self) -> RunHandle:
        assert self._handle is not None
        return self._handle

    def _hear(self, stamped: ev.Stamped) -> None:
        self._handed_over.wait(PATIENCE)
        event = stamped.event
        if isinstance(event, ev.StateChanged) and event.after.terminal and self.mark_the_end:
            self.mark(AT_THE_END)
        self.on_event(event)
        with self._changed:
            self.told.append(event)
            self._changed.notify_all()

    def until(self, kind: type, condition: Callable[[Any], object] = lambda event: True, times: int = 1) -> Any:
        """Wait for the `times`th event of a kind that fits the condition, and return it."""

        def found() -> list[Any]:
            return [event for event in self.told if isinstance(event, kind) and condition(event)]

        with self._changed:
            assert self._changed.wait_for(lambda: len(found()) >= times, PATIENCE), self.told[-8:]
            return found()[times - 1]

    def until_state(self, state: State, times: int = 1) -> None:
        self.until(ev.StateChanged, lambda event: event.after is state, times)

    def of(self, kind: type) -> list[Any]:
        with self._changed:
            return [event for event in self.told if isinstance(event, kind)]

    def mark(self, keysym: int) -> None:
        """Press a key as a person."""
        self.desktop.key_event(keysym, True)
        self.desktop.key_event(keysym, False)

    def stop(self) -> float:
        """Stop the run, and return how long it took to end, in seconds."""
        began = time.monotonic()
        self.control.stop()
        self.mark(AFTER_STOP)
        assert self.handle.wait(PATIENCE) is not None, "the run did not end"
        return time.monotonic() - began

    def end(self) -> ev.RunEnded:
        """Wait for the run's end."""
        ended = self.handle.wait(PATIENCE)
        assert ended is not None, self.told[-8:]
        return ended

    def seen(self, keysym: int) -> list[Input]:
        """The input events before the mark, which has been put already."""
        self.wire.until(lambda inputs: any(event.code == keysym and event.kind == "key" for event in inputs))
        inputs = self.wire.inputs
        return inputs[: next(number for number, event in enumerate(inputs) if event.kind == "key" and event.code == keysym)]

    def check_stopped(self, marked: bool = True) -> None:
        """The run ended as Stop promises: told in order, nothing performed any more, nothing held.

        What a person does on the desktop, as the marks are, and the state of its link are told whenever they happen.
        """
        ended = self.handle.ended
        assert ended is not None
        assert (ended.state, ended.exit_status) == (State.STOPPED, Cancelled.exit_status)
        assert isinstance(self.told[-1], ev.RunEnded)
        last = [event for event in self.told if not isinstance(event, (ev.LinkChanged, ev.PersonInput))]
        assert isinstance(last[-2], ev.StateChanged)
        assert last[-2].after is State.STOPPED
        if marked:
            self.check_wire()

    def check_wire(self) -> None:
        """Nothing was pressed once `stop` had returned, nothing at all was sent after the end was told, nothing is held."""
        self.mark(LAST)
        everything = self.seen(LAST)
        before, up_to_end = self.seen(AFTER_STOP), self.seen(AT_THE_END)
        after_stop = without_marks(everything[len(before) :])
        assert presses(after_stop, before) == []
        assert without_marks(everything[len(up_to_end) :]) == []
        assert held(everything) == set()

    def close(self) -> None:
        self.worker.let_go()
        self._closing.close()


def without_marks(events: list[Input]) -> list[Input]:
    """The events without those of the keys that mark."""
    return [event for event in events if not (event.kind == "key" and event.code in (AFTER_STOP, AT_THE_END, LAST))]


class Flicker:
    """Paints the root window black and white in turn, as a film would."""

    def __init__(self, display: str) -> None:
        self._x11 = ctypes.CDLL(ctypes.util.find_library("X11"))
        self._x11.XOpenDisplay.restype = ctypes.c_void_p
        self._x11.XDefaultRootWindow.restype = ctypes.c_ulong
        self._display = ctypes.c_void_p(self._x11.XOpenDisplay(display.encode()))
        assert self._display.value
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._paint, name="flicker")
        self._thread.start()

    def _paint(self) -> None:
        root = ctypes.c_ulong(self._x11.XDefaultRootWindow(self._display))
        colour = 0
        while not self._over.wait(0.04):
            colour ^= 0xFFFFFF
            self._x11.XSetWindowBackground(self._display, root, ctypes.c_ulong(colour))
            self._x11.XClearArea(self._display, root, 700, 500, 100, 100, 0)
            self._x11.XSync(self._display, 0)

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def close(self) -> None:
        self.stop()
        self._x11.XCloseDisplay(self._display)
