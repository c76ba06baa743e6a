"""Small X programs that paint when they are clicked on, late, or all the time, each on a thread and a connection of its own."""

from __future__ import annotations

import ctypes
import ctypes.util
import threading

PLACE = tuple[int, int, int, int]
"""Left, top, width, height."""
BUTTON: PLACE = (260, 160, 80, 40)
CENTRE = (300, 180)
RESULT: PLACE = (500, 300, 300, 200)
ANSWERS = (0x000000, 0xD02030, 0x30A040, 0x2040D0)
"""The colours of RESULT: before the first answer, after it, after the second..."""
_BUTTON_PRESS, _BUTTON_PRESSES = 4, 1 << 2
_TICK = 0.005


class Program:
    """Runs `_work` every few milliseconds until it is closed."""

    def __init__(self, display: str) -> None:
        self._x11 = ctypes.CDLL(ctypes.util.find_library("X11"))
        self._x11.XOpenDisplay.restype = ctypes.c_void_p
        for name in ("XDefaultRootWindow", "XCreateSimpleWindow"):
            getattr(self._x11, name).restype = ctypes.c_ulong
        self._display = ctypes.c_void_p(self._x11.XOpenDisplay(display.encode()))
        assert self._display.value
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name=type(self).__name__)

    def _begin(self) -> None:
        self._x11.XSync(self._display, 0)
        self._thread.start()

    def _run(self) -> None:
        while not self._over.wait(self._work()):
            pass

    def _work(self) -> float:
        """Do what is due; return for how many seconds there is nothing to do."""
        raise NotImplementedError

    def _window(self, place: PLACE, colour: int) -> ctypes.c_ulong:
        root = ctypes.c_ulong(self._x11.XDefaultRootWindow(self._display))
        made = self._x11.XCreateSimpleWindow(self._display, root, *place, 0, ctypes.c_ulong(0), ctypes.c_ulong(colour))
        window = ctypes.c_ulong(made)
        self._x11.XSelectInput(self._display, window, ctypes.c_long(_BUTTON_PRESSES))
        self._x11.XMapRaised(self._display, window)
        return window

    def _paint(self, window: ctypes.c_ulong, colour: int) -> None:
        self._x11.XSetWindowBackground(self._display, window, ctypes.c_ulong(colour))
        self._x11.XClearWindow(self._display, window)
        self._x11.XSync(self._display, 0)

    def close(self) -> None:
        self._over.set()
        self._thread.join()
        self._x11.XCloseDisplay(self._display)


class Answering(Program):
    """Paints RESULT in its next colour `delay` seconds after a click on BUTTON; with `feedback`, the button itself at once."""

    def __init__(self, display: str, delay: float, feedback: bool = False) -> None:
        super().__init__(display)
        self._delay, self._feedback = delay, feedback
        self._button, self._result = self._window(BUTTON, 0x808080), self._window(RESULT, ANSWERS[0])
        self._event = ctypes.create_string_buffer(192)
        self.clicks = 0
        self._begin()

    def _work(self) -> float:
        while self._x11.XPending(self._display):
            self._x11.XNextEvent(self._display, self._event)
            if ctypes.c_int.from_buffer(self._event).value == _BUTTON_PRESS:
                self.clicks += 1
                if self._feedback:
                    self._paint(self._button, 0x101010 * self.clicks)
                if not self._over.wait(self._delay):
                    self._paint(self._result, ANSWERS[self.clicks])
        return _TICK


class Ticking(Program):
    """Paints a place in turn black and white, all the time: a clock, a caret, an animation."""

    def __init__(self, display: str, place: PLACE, period: float) -> None:
        super().__init__(display)
        self._period = period
        self._colour = 0
        self._face = self._window(place, 0x000000)
        self.ticks = 0
        self._begin()

    def _work(self) -> float:
        self._colour ^= 0xFFFFFF
        self._paint(self._face, self._colour)
        self.ticks += 1
        return self._period
