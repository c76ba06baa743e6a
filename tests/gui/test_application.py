"""Qt's process: system signals, and exceptions that nobody caught."""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import Any

import pytest
from PyQt5.QtCore import QTimer

from screenagent.gui.application import SystemSignals, caught


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_system_signal_arrives_in_the_event_loop(qtbot: Any, number: signal.Signals) -> None:
    before = signal.getsignal(number)
    signals = SystemSignals()
    with qtbot.waitSignal(signals.arrived):
        os.kill(os.getpid(), number)
    signals.close()
    assert signal.getsignal(number) is before


def test_an_exception_in_a_slot_is_shown_and_logged_and_nothing_ends(qtbot: Any, caplog: Any) -> None:
    seen: list[BaseException] = []
    hook = sys.excepthook
    with caught(seen.append):
        sys.excepthook(ValueError, ValueError("in a slot"), None)
    assert [str(failure) for failure in seen] == ["in a slot"]
    assert "uncaught in the window" in caplog.text
    assert sys.excepthook is hook
    caplog.clear()


def test_a_real_slot_reaches_the_hook(qtbot: Any, caplog: Any) -> None:
    seen: list[BaseException] = []

    def slot() -> None:
        raise KeyError("gone")

    with qtbot.captureExceptions(), caught(seen.append):
        QTimer.singleShot(0, slot)
        qtbot.waitUntil(lambda: bool(seen))
    assert isinstance(seen[0], KeyError)
    caplog.clear()


def test_an_exception_in_a_thread_is_shown_too(qtbot: Any, caplog: Any) -> None:
    seen: list[BaseException] = []
    with caught(seen.append):
        thread = threading.Thread(target=lambda: 1 // 0)
        thread.start()
        thread.join()
    assert isinstance(seen[0], ZeroDivisionError)
    caplog.clear()
