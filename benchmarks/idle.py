"""Measure what the controller costs when nothing happens, and how much memory a long run needs.

    python benchmarks/idle.py [--seconds 30]

Opens the window on an embedded desktop, on an X display of its own where Xvfb is installed (else without a display), waits until
it is connected and has come to rest, and measures its processor time. Then runs a task of more than twenty steps with the
command. Needs /proc.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

WINDOW = "import sys; from screenagent.gui.main_window import main; sys.exit(main(sys.argv[1:]))"
LONG = "Open the text editor, " + ", ".join(f'type "line {n}", press Return' for n in range(1, 6)) + " and save it as long.txt"
_CONNECT_SECONDS = 120
_REST_SECONDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory(prefix="screenagent-benchmark-") as folder:
        share, used = idle_window(Path(folder), seconds)
    with tempfile.TemporaryDirectory(prefix="screenagent-benchmark-") as folder:
        peak, steps, end = long_run(Path(folder))
    print("| what | result |\n|---|---|")
    print(f"| the idle window, share of one core over {seconds:.0f} s | {share:.2%} |")
    print(f"| its peak memory, MiB | {used:.0f} |")
    print(f"| `screenagent run`: peak memory over {steps} steps ({end}), MiB | {peak:.0f} |")


def idle_window(folder: Path, seconds: float) -> tuple[float, float]:
    """Return the share of a core, and the peak memory in MiB, of a window that is connected and left alone."""
    with screen() as environment, (folder / "log").open("w") as log:
        command = [sys.executable, "-c", WINDOW, "--desktop-home", str(folder / "home")]
        with subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log) as process:
            try:
                until_at_rest(process)
                before, begun = processor_seconds(process.pid), time.monotonic()
                time.sleep(seconds)
                used = processor_seconds(process.pid) - before
                return used / (time.monotonic() - begun), peak_memory(process.pid)
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(30)


def until_at_rest(process: subprocess.Popen[bytes]) -> None:
    """Wait until the window has its desktop connection and for some seconds has hardly used the processor."""
    deadline, quiet = time.monotonic() + _CONNECT_SECONDS, 0
    while quiet < _REST_SECONDS:
        if process.poll() is not None or time.monotonic() > deadline:
            sys.exit("the window did not come to rest with a desktop")
        before = processor_seconds(process.pid)
        time.sleep(1)
        rests = processor_seconds(process.pid) - before < 0.1 and connections(process.pid)
        quiet = quiet + 1 if rests else 0


def long_run(folder: Path) -> tuple[float, int, str]:
    """Run a long task with the command; return its peak memory in MiB, its model calls and how it ended."""
    command = [sys.executable, "-m", "screenagent", "run", LONG, "--json"]
    command += ["--desktop-home", str(folder / "home"), "--session", str(folder / "sessions")]
    peak, steps, end = 0.0, 0, "no end"
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            event = json.loads(line).get("event", {})
            steps = max(steps, event.get("step", 0))
            end = event["state"] if event.get("type") == "RunEnded" else end
            peak = max(peak, peak_memory(process.pid))
    return peak, steps, end


@contextlib.contextmanager
def screen() -> Iterator[dict[str, str]]:
    """An environment with a display of 1280 x 800."""
    if shutil.which("Xvfb") is None:
        yield {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        return
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        try:
            with open(reading, encoding="ascii") as told:
                yield {**os.environ, "DISPLAY": f":{told.readline().strip()}", "QT_QPA_PLATFORM": "xcb"}
        finally:
            server.terminate()


def processor_seconds(process: int) -> float:
    """User and system time of all threads."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_memory(process: int) -> float:
    """The largest resident size so far, in MiB; 0 when the process is gone."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    return 0.0


def connections(process: int) -> bool:
    """Whether it holds an established TCP connection."""
    links = set()
    for entry in Path(f"/proc/{process}/fd").iterdir():
        with contextlib.suppress(OSError):
            links.add(os.readlink(entry))
    rows = [row.split() for row in Path(f"/proc/{process}/net/tcp").read_text().splitlines()[1:]]
    return any(row[3] == "01" and f"socket:[{row[9]}]" in links for row in rows)


if __name__ == "__main__":
    main()
