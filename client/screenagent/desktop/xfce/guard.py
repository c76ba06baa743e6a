"""The process behind an embedded desktop: it takes the order, keeps a supervisor, and clears up after it.

Three processes stand behind each other, so that any one may be killed and nothing stays:

    owner --pipe--> guard --> supervisor --> X server, message bus, XFCE, clipboard service, OCR worker

The owner writes the order as one line of JSON to our stdin and keeps the pipe open: its end is the owner's end. The guard (this
process) only waits: when its one child, the supervisor, has ended in whatever way, it ends what is left and removes the folder.
The supervisor is told by the kernel when the guard has gone. Both adopt orphans (subreaper), so that none becomes a zombie.
"""

from __future__ import annotations

import os
import signal
import tempfile
from pathlib import Path
from types import FrameType

from screenagent.desktop.xfce import processes
from screenagent.desktop.xfce.order import Order
from screenagent.desktop.xfce.supervisor import Supervisor, answer_in_json, everything, remove_runtime

_LONGEST_PLACE = 60  # the path of a unix socket has at most 107 characters


def main() -> None:
    """Read the order from stdin and serve it; with nobody to own it, in a process that its starter does not wait for."""
    line = bytearray()
    while not line.endswith(b"\n"):
        part = os.read(0, 1)
        if not part:
            return
        line += part
    order = Order.from_json(line.decode())
    if order.owned or os.fork() == 0:
        _guard(order)


def _guard(order: Order) -> None:
    """Run the supervisor as a child and clear up after it, however it ends."""
    processes.become_subreaper()
    place = tempfile.gettempdir()
    runtime = Path(tempfile.mkdtemp(prefix="screenagent-desktop-", dir=place if len(place) <= _LONGEST_PLACE else "/tmp"))
    guard = os.getpid()
    child = os.fork()
    if child == 0:
        processes.become_subreaper()
        processes.die_with_parent(signal.SIGTERM)
        try:
            Supervisor(order, runtime, guard, owner=0, answer=answer_in_json).run()
        except BaseException as problem:
            answer_in_json({"error": f"The supervisor of the embedded desktop failed: {problem!r}.", "hint": ""})
            raise
        raise SystemExit

    def pass_on(number: int, _frame: FrameType | None) -> None:
        processes.send(child, signal.Signals(number))

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, pass_on)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(nowhere, descriptor)
    while os.waitpid(-1, 0)[0] != child:
        pass
    processes.end(lambda: everything(order.id, {guard}), gentle=0.3, hard=5.0, meanwhile=lambda: processes.reap({}))
    remove_runtime(runtime)


if __name__ == "__main__":
    main()
