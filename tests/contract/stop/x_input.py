"""What the X server itself takes to be held down."""

from __future__ import annotations

import ctypes
import ctypes.util
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

PATIENCE = 10.0
_BUTTONS = 0x1F00
"""Buttons 1 to 5 in the mask that XQueryPointer returns (X.h, Button1Mask to Button5Mask)."""


@dataclass(frozen=True)
class Down:
    """Key codes, and numbers of buttons from 1."""

    keys: frozenset[int]
    buttons: frozenset[int]

    def __bool__(self) -> bool:
        return bool(self.keys or self.buttons)


class XInput:
    """A connection to a display, for one thread at a time."""

    def __init__(self, display: str) -> None:
        self._x11 = ctypes.CDLL(ctypes.util.find_library("X11"))
        self._xtst = ctypes.CDLL(ctypes.util.find_library("Xtst"))
        self._x11.XOpenDisplay.restype = ctypes.c_void_p
        self._x11.XDefaultRootWindow.restype = ctypes.c_ulong
        self._display = ctypes.c_void_p(self._x11.XOpenDisplay(display.encode()))
        assert self._display.value

    def down(self) -> Down:
        """Ask what is down now."""
        keymap = (ctypes.c_ubyte * 32)()
        self._x11.XQueryKeymap(self._display, keymap)
        keys = frozenset(code for code in range(256) if keymap[code // 8] >> code % 8 & 1)
        windows, places, mask = [ctypes.c_ulong() for _ in range(2)], [ctypes.c_int() for _ in range(4)], ctypes.c_uint()
        root = ctypes.c_ulong(self._x11.XDefaultRootWindow(self._display))
        self._x11.XQueryPointer(self._display, root, *map(ctypes.byref, (*windows, *places, mask)))
        return Down(keys, frozenset(number + 1 for number in range(5) if mask.value & _BUTTONS & 0x100 << number))

    def code(self, keysym: int) -> int:
        """The key that carries this keysym."""
        return int(self._x11.XKeysymToKeycode(self._display, ctypes.c_ulong(keysym)))

    def until(self, condition: Callable[[Down], bool], *, of: str) -> None:
        """Ask until `condition` holds of the answer."""
        pause, end = threading.Event(), time.monotonic() + PATIENCE
        while not condition(down := self.down()):
            assert time.monotonic() < end, f"{of}: {down}"
            pause.wait(0.005)

    def let_go(self) -> None:
        """Let go of all that is down, as nobody else may have."""
        down = self.down()
        for code in down.keys:
            self._xtst.XTestFakeKeyEvent(self._display, code, 0, ctypes.c_ulong(0))
        for number in down.buttons:
            self._xtst.XTestFakeButtonEvent(self._display, number, 0, ctypes.c_ulong(0))
        self._x11.XSync(self._display, 0)

    def close(self) -> None:
        self._x11.XCloseDisplay(self._display)
