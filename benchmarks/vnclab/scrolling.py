"""What a terminal that scrolls at 60 lines a second, on a screen of 1920x1080, costs a client that watches it."""

from __future__ import annotations

import contextlib
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from vnclab import pictures, servers
from vnclab.clients import LIBVNCCLIENT, OURS, Client, ClientFailed, Encoding
from vnclab.servers import Server
from vnclab.xlib import Display

RATE = 60
_SIZE = (1920, 1080)
_COLUMNS, _ROWS, _LINES = 100, 30, 400
_LEFT, _TOP = 300, 200
_SECONDS, _SETTLING = 4.0, 1.0
_CHOICES = {
    "its own choice": (Encoding("auto", ()), 2.0),
    "tight": (Encoding("tight", ("tight", "copyrect", "raw"), compression=2), 4.0),
}
"""What is asked for, and how many CPU ms an update ours may take at most."""
_MANNERS = {
    "the terminal copies its lines up and writes one": True,
    "the terminal paints itself anew": False,
}


@dataclass
class _Watched:
    """CPU ms an update and a painted line, and updates a second, of each round."""

    update: list[float] = field(default_factory=list)
    line: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)
    failed: str = ""


def measure(rounds: int, clients: Sequence[str], say: Callable[[str], None]) -> None:
    """Print the table. Only clients that follow the screen by themselves can watch: ours and libvncclient."""
    watching = [name for name in (OURS, LIBVNCCLIENT) if name in clients]
    print(f"\nScrolling terminal of {_COLUMNS}x{_ROWS} characters at {RATE} lines a second, Xtigervnc 1920x1080\n")
    columns = ["what scrolls", "encoding", "client", "CPU ms an update", "CPU ms a line", "updates a second", "at most", ""]
    print(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}", flush=True)
    with servers.running("Xtigervnc", _SIZE) as server:
        with contextlib.closing(Display(server.display)) as display:
            display.show(pictures.make("flat", _SIZE))
        for manner, copying in _MANNERS.items():
            with _scroll(server, copying):
                for words, (encoding, most) in _CHOICES.items():
                    say(f"scrolling: {manner}, {words}")
                    for name, watched in _watched(server, encoding, watching, rounds, say).items():
                        limit = most if name == OURS else None
                        print(f"| {manner} | {words} | {name} | {_cells(watched, limit)} |", flush=True)


def _watched(
    server: Server, encoding: Encoding, names: Sequence[str], rounds: int, say: Callable[[str], None]
) -> dict[str, _Watched]:
    found = {name: _Watched() for name in names}
    with contextlib.ExitStack() as stack:
        running = [stack.enter_context(Client(name)) for name in names]
        for _ in range(rounds):
            for client in running:
                _watch(client, server, encoding, found[client.name], say)
    return found


def _watch(client: Client, server: Server, encoding: Encoding, watched: _Watched, say: Callable[[str], None]) -> None:
    """Let one client watch for some seconds, while no other is connected."""
    if watched.failed:
        return
    try:
        client.connect(server, encoding)
        time.sleep(_SETTLING)
        before, began = client.ask("counts"), time.monotonic()
        time.sleep(_SECONDS)
        after, took = client.ask("counts"), time.monotonic() - began
        client.ask("disconnect")
    except ClientFailed as error:
        watched.failed = str(error)
        say(f"  {error}")
        return
    used, updates = after["cpu"] - before["cpu"], after["updates"] - before["updates"]
    watched.update.append(used / max(1, updates))
    watched.line.append(used / (took * RATE))
    watched.rate.append(updates / took)


def _cells(watched: _Watched, most: float | None) -> str:
    if not watched.update:
        return "failed | | | |"
    update, line, rate = (statistics.median(values) for values in (watched.update, watched.line, watched.rate))
    verdict = "" if most is None or max(update, line) <= most else f"**{max(update, line):.1f} > {most:g}**"
    return f"{update:.2f} | {line:.2f} | {rate:.0f} | {'' if most is None else f'{most:g}'} | {verdict}"


@contextlib.contextmanager
def _scroll(server: Server, copying: bool) -> Iterator[None]:
    """Scroll, on a thread of its own, until the end of the block."""
    stopped = threading.Event()
    thread = threading.Thread(target=_paint, args=(server, copying, stopped), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def _paint(server: Server, copying: bool, stopped: threading.Event) -> None:
    """Every picture comes from a pixmap in the server, so that painting costs next to nothing."""
    with contextlib.closing(Display(server.display)) as display:
        lines = display.pixmap(pictures.terminal(_COLUMNS, _LINES))
        width, height, line = _COLUMNS * pictures.CELL[0], _ROWS * pictures.CELL[1], pictures.CELL[1]
        display.copy(lines, 0, 0, width, height, _LEFT, _TOP)
        number, due = 0, time.monotonic()
        while not stopped.wait(max(0.0, due - time.monotonic())):
            number, due = (number + 1) % (_LINES - _ROWS), max(due + 1 / RATE, time.monotonic() - 1)
            if copying:
                display.copy(display.root, _LEFT, _TOP + line, width, height - line, _LEFT, _TOP)
                display.copy(lines, 0, (number + _ROWS - 1) * line, width, line, _LEFT, _TOP + height - line)
            else:
                display.copy(lines, 0, number * line, width, height, _LEFT, _TOP)
            display.flush()
