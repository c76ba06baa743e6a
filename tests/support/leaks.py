"""A test that leaves a thread, a socket, a child process, a Qt timer or a widget behind fails.

What was there before the test (fixtures of a wider scope set up first) is not its own. The Twisted reactor is excepted: it
starts once a process and never ends. So are the threads that a test server of a wider scope keeps for its requests.
"""

import gc
import os
import sys
import threading
import time
from pathlib import Path

import pytest

LASTING_THREADS = ("PoolThread-twisted", "twisted", "Twisted", "AnyIO worker thread", "pytest_timeout", "asyncio_")


def threads():
    """The living threads, but those that last by nature."""
    return {thread for thread in threading.enumerate() if not thread.name.startswith(LASTING_THREADS)}


def sockets():
    """The inodes of this process's open sockets."""
    found = set()
    for entry in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{entry}")
        except OSError:
            continue
        if target.startswith("socket:"):
            found.add(target)
    return found


def children():
    """The process ids of this process's children, dead ones that nobody waited for included."""
    found = set()
    for task in Path("/proc/self/task").iterdir():
        try:
            found.update(int(word) for word in (task / "children").read_text().split())
        except OSError:
            continue
    return found


def widgets():
    """The top-level widgets, timers that run and threads that run, of Qt."""
    qt = sys.modules.get("PyQt5.QtWidgets")
    if qt is None or qt.QApplication.instance() is None:
        return set()
    from PyQt5 import sip
    from PyQt5.QtCore import QCoreApplication, QEvent, QThread, QTimer

    QCoreApplication.sendPostedEvents(None, QEvent.DeferredDelete)
    found = {
        f"widget {type(widget).__name__} {widget.objectName()}@{id(widget):x}" for widget in qt.QApplication.topLevelWidgets()
    }
    for thing in gc.get_objects():
        if not isinstance(thing, (QTimer, QThread)) or sip.isdeleted(thing):
            continue
        if thing.isActive() if isinstance(thing, QTimer) else thing.isRunning():
            found.add(f"{type(thing).__name__} {thing.objectName()}@{id(thing):x}")
    return found


def describe_socket(target):
    inode = target.removeprefix("socket:[").removesuffix("]")
    for family in ("tcp", "tcp6", "udp", "unix"):
        try:
            lines = Path(f"/proc/net/{family}").read_text().splitlines()
        except OSError:
            continue
        for line in lines:
            if inode in line.split():
                return f"{family} {' '.join(line.split()[1:4])}"
    return target


def describe_child(pid):
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        words = ""
    return f"{pid} {words[:120] or '(ended, not waited for)'}"


KINDS = {
    "threads": (threads, lambda thread: thread.name),
    "sockets": (sockets, describe_socket),
    "child processes": (children, describe_child),
    "Qt objects": (widgets, str),
}


def watched(request):
    """The kinds to watch in a test; Qt's objects are looked for among all objects, which is slow, so only where Qt is used."""
    return [kind for kind in KINDS if kind != "Qt objects" or "qapp" in request.fixturenames]


def left_over(before, patience):
    """What is there that was not there before, by kind; waits up to `patience` seconds for it to go."""
    deadline = time.monotonic() + patience
    pause = threading.Event()
    collected = False
    while True:
        new = {kind: KINDS[kind][0]() - there for kind, there in before.items()}
        new = {kind: things for kind, things in new.items() if things}
        if not new or time.monotonic() > deadline:
            return {kind: sorted(KINDS[kind][1](thing) for thing in things) for kind, things in new.items()}
        if not collected:
            gc.collect()
            collected = True
        else:
            pause.wait(0.02)


def pytest_addoption(parser):
    parser.addoption("--leak-patience", type=float, default=8.0, help="seconds a test's leftovers have to go away")


@pytest.fixture(autouse=True)
def nothing_left(request, session_home, home):
    """Fail the test when it leaves something behind."""
    before = {kind: KINDS[kind][0]() for kind in watched(request)}
    yield
    left = left_over(before, request.config.getoption("leak_patience"))
    if left:
        pytest.fail("left behind: " + "; ".join(f"{kind}: {', '.join(names)}" for kind, names in left.items()), pytrace=False)
