"""Measure how long Stop takes, everywhere that a run can be: from the order until the run is over and nothing is pressed.

    python benchmarks/stop.py [--rounds 20] [--backend rfb|vncdotool]

Each round is a whole run: controller, a real Xtigervnc, a model worker over HTTP that answers or hangs as the place wants it.
The places are those of the tests in tests/contract/stop. Prints a table.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from contract.stop.places import PLACES
from contract.stop.stage import PATIENCE, Stage
from contract.stop.wire import held
from support import servers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--backend", choices=["rfb", "vncdotool"], default="rfb")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        screen = servers._start(Path(folder), (1024, 768))
        try:
            print("| where the run is | p50 ms | p95 ms | max ms |\n|---|---|---|---|", flush=True)
            everything: list[float] = []
            for place in PLACES:
                taken = [stop_once(Path(folder), screen, options.backend, place) for _ in range(options.rounds)]
                everything += taken
                row(place, taken)
            row(f"all {len(everything)}", everything)
        finally:
            screen.stop()


def stop_once(folder: Path, screen: servers.VncServer, backend: str, place: str) -> float:
    """Bring a run to the place and stop it a little later.

    Returns the milliseconds until it was over and every release had come to the server.
    """
    stage = Stage(folder, screen, backend)
    stage.mark_the_end = False
    try:
        proof = PLACES[place](stage)
        threading.Event().wait(random.uniform(0, 0.03))
        began = time.perf_counter()
        stage.control.stop()
        stage.handle.wait(PATIENCE)
        stage.wire.until(lambda inputs: not held(inputs))
        taken = time.perf_counter() - began
        stage.check_stopped(marked=False)
        proof()
        return taken * 1000
    finally:
        stage.close()


def row(name: str, taken: list[float]) -> None:
    last = statistics.quantiles(taken, n=20, method="inclusive")[-1]
    print(f"| {name} | {statistics.median(taken):.1f} | {last:.1f} | {max(taken):.1f} |", flush=True)


if __name__ == "__main__":
    main()
