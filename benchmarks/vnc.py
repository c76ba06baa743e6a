"""Measure our VNC client against others: frames, a scrolling terminal, starting, memory; and let it run for a long time.

    python benchmarks/vnc.py [--parts frames scrolling ...] [--rounds 5] [--sizes ...] [--servers ...]
    python benchmarks/vnc.py --parts soak --soak 30

The others are libvncclient, through a C program that is compiled here, vncdotool and asyncvnc. Each client is a process of its
own; they take turns against one real server in each round, and what is printed are medians. Processor time is user and system
time of all the client's threads, while it asks for the whole screen, waits until that is decoded, and asks again. What is marked
is more than the promised limit.

A client or server that is not installed is left out, with a word about what to install:
    apt install tigervnc-standalone-server x11vnc xvfb fonts-dejavu-core gcc libc6-dev libvncserver-dev
    pip install vncdotool asyncvnc
"""

from __future__ import annotations

import argparse
import signal
import sys

from vnclab import clients, frames, pictures, scrolling, servers, starting
from vnclab.soak import soak

PARTS = ("importing", "frames", "scrolling", "connecting", "screenshots", "memory", "soak")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS[:-1], help="all but soak")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sizes", nargs="+", choices=frames.SIZES, default=list(frames.SIZES), help="of full frames")
    parser.add_argument("--contents", nargs="+", choices=pictures.CONTENTS, default=list(pictures.CONTENTS))
    parser.add_argument("--encodings", nargs="+", choices=clients.ENCODINGS, default=list(clients.ENCODINGS))
    parser.add_argument("--servers", nargs="+", choices=servers.SERVERS, default=list(servers.SERVERS), help="of full frames")
    parser.add_argument("--clients", nargs="+", choices=clients.CLIENTS, default=list(clients.CLIENTS))
    parser.add_argument("--soak", type=float, default=30, metavar="MINUTES", help="how long the part soak takes")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        measure(options)
    except KeyboardInterrupt:
        sys.exit(130)


def measure(options: argparse.Namespace) -> None:
    """Do the parts, with those that are installed; all but full frames need Xtigervnc alone."""
    able = [name for name in options.clients if installed(name, clients.missing(name))]
    running = [name for name in servers.SERVERS if installed(name, servers.missing(name))]
    chosen = [name for name in running if name in options.servers]
    if "importing" in options.parts:
        starting.importing(4 * options.rounds, able, say)
    if "frames" in options.parts and chosen:
        frames.measure(chosen, options.sizes, options.contents, options.encodings, able, options.rounds, say)
    if "Xtigervnc" not in running:
        return
    if "scrolling" in options.parts:
        scrolling.measure(options.rounds, able, say)
    if "connecting" in options.parts:
        starting.connecting(options.rounds, options.contents, able, say)
    if "screenshots" in options.parts:
        starting.screenshots(options.rounds, options.contents, say)
    if "memory" in options.parts:
        starting.memory(options.rounds, able, say)
    if "soak" in options.parts:
        soak(options.soak, say)


def installed(name: str, lacks: str) -> bool:
    """Tell whether nothing is lacking, and say what is."""
    if lacks:
        say(f"Left out: {name}. To have it: {lacks}")
    return not lacks


def say(words: str) -> None:
    """Progress, beside what is measured."""
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
