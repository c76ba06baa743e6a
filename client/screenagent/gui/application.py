"""Qt's process: the application, the signals of the system, and exceptions that nobody caught."""

from __future__ import annotations

import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType

from PyQt5.QtCore import (
    QCoreApplication,
    QMessageLogContext,
    QObject,
    QSocketNotifier,
    Qt,
    QtMsgType,
    pyqtSignal,
    qInstallMessageHandler,
)
from PyQt5.QtWidgets import QApplication

from screenagent import log

_log = log.get_logger("gui")


class SystemSignals(QObject):
    """SIGINT and SIGTERM as a Qt signal. Python's wake-up descriptor makes the event loop look; nothing polls."""

    arrived = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._read, self._write = socket.socketpair()
        for end in (self._read, self._write):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._read.fileno(), QSocketNotifier.Read, self)
        self._notifier.activated.connect(self._drain)
        self._wakeup = signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, self._hear) for number in (signal.SIGINT, signal.SIGTERM)}

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self.arrived.emit()

    def _drain(self) -> None:
        try:
            self._read.recv(4096)
        except BlockingIOError:
            pass

    def close(self) -> None:
        """Put the old handlers back."""
        self._notifier.setEnabled(False)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup)
        self._read.close()
        self._write.close()


def log_qt(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    """Send what Qt has to say to the log: little of it is for the person."""
    grave = kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)
    _log.log(logging.ERROR if grave else logging.INFO, "Qt: %s", text)


@contextmanager
def caught(show: Callable[[BaseException], None]) -> Iterator[None]:
    """While open, exceptions that nobody caught, in slots and in threads, are logged and shown; PyQt5 would abort."""
    hook, thread_hook = sys.excepthook, threading.excepthook

    def on_slot(kind: type[BaseException], failure: BaseException, trace: TracebackType | None) -> None:
        _log.error("uncaught in the window", exc_info=(kind, failure, trace))
        show(failure)

    def on_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            on_slot(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook, threading.excepthook = on_slot, on_thread
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook = hook, thread_hook


def make_application() -> QApplication:
    """The one QApplication, sharp on every screen."""
    existing = QApplication.instance()
    if existing is not None:
        return existing
    qInstallMessageHandler(log_qt)
    QCoreApplication.setAttribute(Qt.AA_EnableHighDpiScaling)
    QCoreApplication.setAttribute(Qt.AA_UseHighDpiPixmaps)
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.RoundPreferFloor)
    app = QApplication(["screenagent-gui"])
    app.setApplicationName("ScreenAgent")
    return app
