"""What a full frame costs each client: processor time and time, for every server, size, content and encoding."""

from __future__ import annotations

import contextlib
import itertools
import statistics
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from vnclab import pictures, servers
from vnclab.clients import ENCODINGS, LIBVNCCLIENT, OURS, Client, ClientFailed, speaks
from vnclab.servers import Server
from vnclab.xlib import Display

SIZES = {"1024x768": (1024, 768), "1920x1080": (1920, 1080), "3840x2160": (3840, 2160)}
_RATIOS = {"raw": 2.0, "zrle": 1.8, "tight": 1.5, "tight+jpeg": 1.5}
_RUN_LENGTH_RATIO = 3.0
_SMALL, _SMALL_MORE = 5.0, 6.0
_TURN_MS, _MOST_FRAMES, _SLOW_MS = 400.0, 20, 1000.0
_SAME_WORK = 1.1


@dataclass
class Cost:
    """Of one client, a frame of each round: processor and wall time in ms, bytes; or why there is none."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    bytes: list[float] = field(default_factory=list)
    failed: str = ""

    def __str__(self) -> str:
        if self.failed:
            return "failed"
        return f"{statistics.median(self.cpu):.1f} ({statistics.median(self.wall):.0f})" if self.cpu else ""


def measure(
    names: Sequence[str],
    sizes: Iterable[str],
    contents: Sequence[str],
    encodings: Sequence[str],
    clients: Sequence[str],
    rounds: int,
    say: Callable[[str], None],
) -> None:
    """Print a table for each server and size."""
    missed: list[str] = []
    for name, size in itertools.product(names, sizes):
        with servers.running(name, SIZES[size]) as server, contextlib.closing(Display(server.display)) as display:
            print(f"\n{name}, {size}: CPU ms a full frame (wall ms)\n")
            columns = ["content", "encoding", "KB", *clients, "ratio", "at most", ""]
            print(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}", flush=True)
            for content in contents:
                display.show(pictures.make(content, SIZES[size]))
                for encoding in encodings:
                    able = [client for client in clients if speaks(client, encoding, name)]
                    if not able:
                        continue
                    say(f"{name} {size} {content} {encoding}")
                    costs = _turns(server, encoding, able, rounds, say)
                    verdict = _verdict(name, size, content, encoding, costs)
                    if verdict.missed:
                        missed.append(f"{name} {size} {content} {encoding}: {verdict.missed}")
                    cells = [str(costs.get(client, "")) for client in clients]
                    cells = [content, encoding, _size(costs), *cells, verdict.ratio, verdict.limit, verdict.missed]
                    print(f"| {' | '.join(cells)} |", flush=True)
    print(f"\nFull frames over their limit: {len(missed)}\n")
    for line in missed:
        print(f"- {line}")


def _turns(server: Server, encoding: str, clients: Sequence[str], rounds: int, say: Callable[[str], None]) -> dict[str, Cost]:
    """Let the clients take turns, all of them connected; one that needs seconds for a frame has one turn."""
    costs = {name: Cost() for name in clients}
    with contextlib.ExitStack() as stack:
        running: dict[str, tuple[Client, int]] = {}
        for name in clients:
            with _excused(costs[name], say):
                client = stack.enter_context(Client(name))
                client.connect(server, ENCODINGS[encoding])
                first = client.ask("frames 1")["wall"]
                running[name] = client, max(1, min(_MOST_FRAMES, round(_TURN_MS / max(first, 1.0))))
                if first > _SLOW_MS and name not in (OURS, LIBVNCCLIENT):
                    _turn(client, 1, costs[name])
                    del running[name]
        for _ in range(rounds):
            for name, (client, count) in running.items():
                if not costs[name].failed:
                    with _excused(costs[name], say):
                        _turn(client, count, costs[name])
    return costs


def _turn(client: Client, count: int, cost: Cost) -> None:
    client.settle()
    answer = client.ask(f"frames {count}")
    cost.cpu.append(answer["cpu"] / count)
    cost.wall.append(answer["wall"] / count)
    cost.bytes.append(answer.get("bytes", 0) / count)


@contextlib.contextmanager
def _excused(cost: Cost, say: Callable[[str], None]) -> Iterator[None]:
    """A client that fails is left out of this line, and the others go on."""
    try:
        yield
    except ClientFailed as error:
        cost.failed = str(error)
        say(f"  {error}")


@dataclass(frozen=True)
class _Verdict:
    """What the table says of ours against libvncclient."""

    ratio: str = ""
    limit: str = ""
    missed: str = ""


def _verdict(server: str, size: str, content: str, encoding: str, costs: dict[str, Cost]) -> _Verdict:
    ours, theirs = costs.get(OURS, Cost()), costs.get(LIBVNCCLIENT, Cost())
    if not ours.cpu or not theirs.cpu:
        return _Verdict()
    own, their = statistics.median(ours.cpu), statistics.median(theirs.cpu)
    ratio = f"{own / their:.2f}"
    if content == "flat" or encoding not in _RATIOS:
        return _Verdict(ratio)
    most = _RUN_LENGTH_RATIO if (server, encoding) == ("x11vnc", "zrle") else _RATIOS[encoding]
    allowed, words = (their + _SMALL_MORE, f"+{_SMALL_MORE:g} ms") if their < _SMALL else (their * most, f"{most:g}x")
    missed = [f"**CPU {own:.1f} > {allowed:.1f}**"] if own > allowed else []
    if encoding == "tight+jpeg" and size == "1920x1080":
        own_wall, their_wall = statistics.median(ours.wall), statistics.median(theirs.wall)
        words += f", wall {their_wall:.0f}"
        missed += [f"**wall {own_wall:.0f} > {their_wall:.0f}**"] if own_wall > their_wall else []
    return _Verdict(ratio, f"{allowed:.1f} ({words})", ", ".join(missed))


def _size(costs: dict[str, Cost]) -> str:
    """Kilobytes of a frame; of both clients that count them, where they were not sent the same."""
    told = {name: statistics.median(cost.bytes) / 1000 for name, cost in costs.items() if any(cost.bytes)}
    sizes = [told[name] for name in (OURS, LIBVNCCLIENT) if name in told]
    if len(sizes) == 2 and max(sizes) > _SAME_WORK * min(sizes):
        return f"{sizes[0]:.0f} / {sizes[1]:.0f}"
    return f"{sizes[0]:.0f}" if sizes else ""
