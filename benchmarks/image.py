"""How large the desktop's image is, and how long it takes to start, to be reset and to stop.

    docker build -t screenagent-desktop:plain --build-arg BROWSER=none -f docker/desktop/Dockerfile .
    docker build -t screenagent-desktop -f docker/desktop/Dockerfile .
    python benchmarks/image.py --rounds 10 screenagent-desktop:plain screenagent-desktop

The images take turns. Times are seconds from the moment that docker is called: until VNC says its first word, until the desktop
is well (painted, clipboard service up), until `docker stop` returns, and until a removed container's successor is well (a reset).
"""

from __future__ import annotations

import argparse
import os
import secrets
import socket
import statistics
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable

from screenagent.desktop.xfce.xserver import free_port

PATIENCE = 60.0
NAMES = ("first word of VNC", "well", "reset", "stop")


def docker(*words: str) -> str:
    """Call docker."""
    return subprocess.run(
        ["docker", *words], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ).stdout.strip()


def until(holds: Callable[[], bool]) -> None:
    """Wait until it holds."""
    limit = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > limit:
            raise SystemExit("The desktop does not come up.")
        time.sleep(0.01)


def speaks(port: int) -> bool:
    """Whether a VNC server says its first word there."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as link:
            link.settimeout(1)
            return link.recv(4) == b"RFB "
    except OSError:
        return False


def well(container: str) -> bool:
    """What the image's own health check says."""
    asked = ["docker", "exec", container, "screenagent-health"]
    return subprocess.run(asked, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def start(image: str, port: int) -> str:
    """Start a container."""
    given = ["-e", "VNC_PASSWORD", "-e", "CLIPBOARD_SERVER_SECRET_TOKEN"]
    return docker("run", "-d", "-p", f"127.0.0.1:{port}:5900", *given, image)


def measure(image: str) -> dict[str, float]:
    """One life of a container."""
    port = free_port()
    took = {}
    began = time.monotonic()
    container = start(image, port)
    until(lambda: speaks(port))
    took["first word of VNC"] = time.monotonic() - began
    until(lambda: well(container))
    took["well"] = time.monotonic() - began

    began = time.monotonic()
    docker("rm", "-f", "-v", container)
    container = start(image, port)
    until(lambda: well(container))
    took["reset"] = time.monotonic() - began

    began = time.monotonic()
    docker("stop", container)
    took["stop"] = time.monotonic() - began
    docker("rm", "-v", container)
    return took


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", nargs="+", metavar="IMAGE")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    os.environ["VNC_PASSWORD"] = secrets.token_urlsafe(6)
    os.environ["CLIPBOARD_SERVER_SECRET_TOKEN"] = secrets.token_urlsafe(24)
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for _ in range(options.rounds):
        for image in options.images:
            for name, seconds in measure(image).items():
                found[image, name].append(seconds)
    print(f"| image | MB | {' | '.join(NAMES)} |")
    print(f"|---|---|{'---|' * len(NAMES)}")
    for image in options.images:
        size = int(docker("image", "inspect", "--format", "{{.Size}}", image)) / 1e6
        cells = [f"{statistics.median(found[image, name]):.2f} (max {max(found[image, name]):.2f})" for name in NAMES]
        print(f"| {image} | {size:.0f} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
