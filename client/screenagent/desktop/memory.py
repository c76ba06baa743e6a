"""A desktop without a server: a picture in memory that input is written down on. For dry runs and for tests of the run itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from screenagent.desktop.audience import Audience, Change
from screenagent.domain.actions import InputAction, KeyDown, KeyUp, MouseDown, MouseUp, Wait
from screenagent.domain.events import PersonInput
from screenagent.domain.geometry import Box, Point, Size
from screenagent.domain.screen import Damage, Screenshot
from screenagent.errors import LinkLost
from screenagent.ports import Cancel, DesktopChange


class MemoryDesktop:
    """Implements `ports.Desktop`; `performed` lists what was done, every action repaints the whole picture."""

    name = "a desktop in memory"

    def __init__(self, size: Size | None = None) -> None:
        size = size or Size(320, 240)
        self._pixels: NDArray[np.uint8] = np.full((size.height, size.width, 3), 96, np.uint8)
        self._pixels.setflags(write=False)
        self._changed = threading.Condition()
        self._damage: list[Damage] = []
        self._held: list[str] = []
        self._persons_buttons = 0
        self._audience = Audience()
        self.pointer = Point(0, 0)
        self.link = "lost"
        self.performed: list[InputAction] = []

    @property
    def size(self) -> Size:
        """The picture's size."""
        return Size(self._pixels.shape[1], self._pixels.shape[0])

    @property
    def connected(self) -> bool:
        """Whether the link is there."""
        return self.link == "connected"

    def connect(self, cancel: Cancel) -> None:
        """Be connected."""
        cancel.check()
        self.set_link(True)

    def close(self) -> None:
        """Be disconnected."""
        self.release()
        self.link = "lost"

    def set_link(self, connected: bool, reason: str = "") -> None:
        """Lose or regain the link, as a server would."""
        with self._changed:
            self.link = "connected" if connected else "reconnecting"
            self._changed.notify_all()
        self._audience.tell(Change(link=self.link, reason=reason))

    def screenshot(self) -> Screenshot:
        """The picture."""
        return Screenshot(self._pixels, time.time(), self.pointer)

    def damage(self, since: float) -> tuple[Damage, ...]:
        """The repaints after `since`."""
        with self._changed:
            return tuple(item for item in self._damage if item.time > since)

    def wait_damage(self, after: float, timeout: float, cancel: Cancel) -> bool:
        """Wait for a repaint newer than `after`."""
        with cancel.on_cancel(self._wake), self._changed:
            self._changed.wait_for(
                lambda: cancel.event.is_set() or not self.connected or any(item.time > after for item in self._damage), timeout
            )
            cancel.check()
            self._require_link()
            return any(item.time > after for item in self._damage)

    def perform(self, action: InputAction, cancel: Cancel) -> str:
        """Write the action down and repaint."""
        cancel.check()
        self._require_link()
        self.performed.append(action)
        match action:
            case KeyDown(key=name):
                self._held.append(name)
            case KeyUp(key=name) if name in self._held:
                self._held.remove(name)
            case MouseDown(button=button):
                self._held.append(button)
            case MouseUp(button=button) if button in self._held:
                self._held.remove(button)
            case Wait(seconds=seconds):
                cancel.wait(seconds)
                cancel.check()
        self._repaint()
        return "memory"

    def release(self, agents_only: bool = False) -> tuple[str, ...]:
        """Let go of everything; a person holds nothing here."""
        held, self._held = tuple(self._held), []
        return held

    def pointer_event(self, point: Point, buttons: int) -> None:
        """Move the pointer."""
        self._require_link()
        self.pointer = point
        before, self._persons_buttons = self._persons_buttons, buttons
        if buttons or before:
            self._audience.tell(Change(person=PersonInput(point, buttons)))

    def key_event(self, keysym: int, down: bool) -> None:
        """Hear of the key: there is nothing to type into."""
        self._require_link()
        self._audience.tell(Change(person=PersonInput(keysym=keysym, down=down)))

    def subscribe(self, listener: Callable[[DesktopChange], None]) -> Callable[[], None]:
        """Call `listener` for every change."""
        return self._audience.subscribe(listener)

    def _repaint(self) -> None:
        pixels = np.full_like(self._pixels, 255 - self._pixels[0, 0])
        pixels.setflags(write=False)
        self._pixels = pixels
        damage = Damage(Box(0, 0, self.size.width, self.size.height), time.monotonic())
        with self._changed:
            self._damage = [*self._damage[-99:], damage]
            self._changed.notify_all()
        self._audience.tell(Change(damage=(damage,)))

    def _require_link(self) -> None:
        if not self.connected:
            raise LinkLost("The desktop in memory is disconnected.")

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()
