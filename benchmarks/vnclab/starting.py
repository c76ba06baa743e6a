"""What it takes to get going, at 1920x1080: connecting, a screenshot for a model, memory, importing."""

from __future__ import annotations

import contextlib
import json
import resource
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from vnclab import pictures, servers
from vnclab.clients import ENCODINGS, FOLDER, LIBVNCCLIENT, OURS, Client, ClientFailed, Encoding
from vnclab.servers import Server
from vnclab.talk import processor
from vnclab.xlib import Display

_SIZE = (1920, 1080)
_OWN_CHOICE = Encoding("its own choice", ())
_CONNECT_MS, _SCREENSHOT_MS, _MEMORY_MB, _IMPORT_MS = 40.0, 25.0, 100.0, 80.0
_AGAIN, _SCREENSHOTS, _FRAMES = 3, 10, 20
_IMPORTS = {OURS: "screenagent.rfb", "vncdotool": "vncdotool.api", "asyncvnc": "asyncvnc"}


def connecting(rounds: int, contents: Sequence[str], clients: Sequence[str], say: Callable[[str], None]) -> None:
    """Print how long it takes from nothing to a first full frame, with the encoding that each client chooses itself."""
    print("\nConnect to first full frame, Xtigervnc 1920x1080, ms\n")
    print("| content | client | first of a process | later | at most | |\n|---|---|---|---|---|---|", flush=True)
    with _screen() as (server, display):
        for content in contents:
            display.show(pictures.make(content, _SIZE))
            first, later = defaultdict(list), defaultdict(list)
            for number in range(rounds):
                say(f"connecting: {content}, round {number + 1}")
                for name in clients:
                    with _excused(say), Client(name) as client:
                        first[name].append(client.connect(server, _OWN_CHOICE))
                        for _ in range(_AGAIN):
                            client.ask("disconnect")
                            later[name].append(client.connect(server, _OWN_CHOICE))
            for name in clients:
                if later[name]:
                    once, again = statistics.median(first[name]), statistics.median(later[name])
                    verdict = _verdict(max(once, again), _CONNECT_MS if name == OURS else None)
                    print(f"| {content} | {name} | {once:.0f} | {again:.0f} | {verdict} |", flush=True)


def screenshots(rounds: int, contents: Sequence[str], say: Callable[[str], None]) -> None:
    """Print how long it takes until a JPEG of the screen is there, as models are sent it."""
    print("\nScreenshot to JPEG bytes, Xtigervnc 1920x1080, ms\n")
    print("| content | KB | screenshot | JPEG | both | at most | |\n|---|---|---|---|---|---|---|", flush=True)
    with _screen() as (server, display):
        for content in contents:
            display.show(pictures.make(content, _SIZE))
            took: list[tuple[float, float]] = []
            size = 0
            for number in range(rounds):
                say(f"screenshots: {content}, round {number + 1}")
                command = [sys.executable, str(FOLDER / "client_screenshots.py"), str(server.port), str(_SCREENSHOTS)]
                done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=120)
                told = json.loads(done.stdout)
                took += told["took"]
                size = told["bytes"]
            shot, encoded = (statistics.median(column) for column in zip(*took, strict=True))
            both = statistics.median(sum(pair) for pair in took)
            cells = f"{size / 1000:.0f} | {shot:.1f} | {encoded:.1f} | {both:.1f} | {_verdict(both, _SCREENSHOT_MS)}"
            print(f"| {content} | {cells} |", flush=True)


def memory(rounds: int, clients: Sequence[str], say: Callable[[str], None]) -> None:
    """Print the largest resident size of a process that connects and takes full frames of a photo."""
    print(f"\nPeak memory after {_FRAMES} full frames of a photo, Xtigervnc 1920x1080, MB\n")
    print("| encoding | client | MB | at most | |\n|---|---|---|---|---|", flush=True)
    asked = [(ENCODINGS["tight+jpeg"], OURS), (ENCODINGS["tight+jpeg"], LIBVNCCLIENT), (_OWN_CHOICE, OURS)]
    asked += [(_OWN_CHOICE, name) for name in clients if name != OURS]
    peaks = defaultdict(list)
    with _screen() as (server, display):
        display.show(pictures.make("photo", _SIZE))
        for number in range(rounds):
            say(f"memory: round {number + 1}")
            for encoding, name in asked:
                if name in clients:
                    with _excused(say), Client(name) as client:
                        client.connect(server, encoding)
                        client.ask(f"frames {_FRAMES}")
                        peaks[encoding.name, name].append(client.ask("counts")["peak"] * 1024 / 1e6)
    for (words, name), values in peaks.items():
        verdict = _verdict(max(values), _MEMORY_MB if name == OURS else None)
        print(f"| {words} | {name} | {max(values):.0f} | {verdict} |", flush=True)


def importing(rounds: int, clients: Sequence[str], say: Callable[[str], None]) -> None:
    """Print how much longer a fresh interpreter takes for importing each client than for importing numpy."""
    print("\nImport beyond numpy's, ms\n\n| client | ms | CPU ms | at most | |\n|---|---|---|---|---|", flush=True)
    modules = ["numpy", *(_IMPORTS[name] for name in clients if name in _IMPORTS)]
    took = defaultdict(list)
    for number in range(rounds + 1):
        say(f"importing: round {number}")
        for module in modules:
            before, began = processor(resource.RUSAGE_CHILDREN), time.perf_counter()
            subprocess.run([sys.executable, "-c", f"import numpy, {module}"], check=True, timeout=60)
            if number:  # the first reads files that the others find in memory
                spent = processor(resource.RUSAGE_CHILDREN) - before
                took[module].append((1000 * (time.perf_counter() - began), spent))
    for name, module in _IMPORTS.items():
        if module in took:
            wall, cpu = (
                statistics.median(one[column] - base[column] for one, base in zip(took[module], took["numpy"], strict=True))
                for column in (0, 1)
            )
            print(f"| {name} | {wall:.0f} | {cpu:.0f} | {_verdict(wall, _IMPORT_MS if name == OURS else None)} |", flush=True)


def _verdict(value: float, limit: float | None) -> str:
    if limit is None:
        return " | "
    return f"{limit:g} | {f'**{value:.0f} > {limit:g}**' if value > limit else ''}"


@contextlib.contextmanager
def _screen() -> Iterator[tuple[Server, Display]]:
    with servers.running("Xtigervnc", _SIZE) as server, contextlib.closing(Display(server.display)) as display:
        yield server, display


@contextlib.contextmanager
def _excused(say: Callable[[str], None]) -> Iterator[None]:
    try:
        yield
    except ClientFailed as error:
        say(f"  {error}")
