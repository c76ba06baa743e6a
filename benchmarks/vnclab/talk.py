"""How a client's process talks with the benchmark: commands are lines on standard input, an answer in JSON follows each.

    connect HOST PORT ENCODINGS QUALITY COMPRESSION    encodings joined by commas, or "auto" for its own choice; -1: not set
    frames COUNT                                       ask for the whole screen again and again, each when the last is decoded
    counts                                             what was used so far
    disconnect

Times are milliseconds, the peak of memory KiB; "cpu" is user and system time of all threads. The process ends with its input.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Choice:
    """Encodings, best first, or none for the client's own choice; JPEG quality and compression level, None where not set."""

    encodings: tuple[str, ...]
    quality: int | None
    compression: int | None


class Peer(Protocol):
    """A client to be measured."""

    def connect(self, host: str, port: int, choice: Choice) -> None:
        """Connect and return with the first full frame."""

    def frame(self) -> None:
        """Get all of the screen anew."""

    def counts(self) -> Mapping[str, float]:
        """What the client itself counts: updates, and bytes received, if it does."""

    def disconnect(self) -> None:
        """Let go of the connection, if there is one."""


def converse(peer: Peer) -> None:
    """Do what is asked for until nothing more is; what goes wrong is told and ends the process."""
    _say({"ready": True})
    for line in sys.stdin:
        command, *words = line.split()
        try:
            _say(_do(peer, command, words))
        except Exception as error:  # noqa: BLE001 - whatever a client raises is told to the benchmark
            _say({"error": f"{type(error).__name__}: {error}"})
            sys.exit(1)
    peer.disconnect()


def processor(whose: int = resource.RUSAGE_SELF) -> float:
    """Milliseconds of processor time so far, user and system, of this process or of its ended children."""
    used = resource.getrusage(whose)
    return 1000 * (used.ru_utime + used.ru_stime)


def _do(peer: Peer, command: str, words: list[str]) -> Mapping[str, object]:
    if command == "connect":
        host, port, names, quality, compression = words
        choice = Choice(() if names == "auto" else tuple(names.split(",")), _level(quality), _level(compression))
        began = time.perf_counter()
        peer.connect(host, int(port), choice)
        return {"wall": 1000 * (time.perf_counter() - began)}
    if command == "frames":
        bytes_in = peer.counts().get("bytes", 0)
        used, began = processor(), time.perf_counter()
        for _ in range(int(words[0])):
            peer.frame()
        took, used = 1000 * (time.perf_counter() - began), processor() - used
        return {"cpu": used, "wall": took, "bytes": peer.counts().get("bytes", 0) - bytes_in}
    if command == "counts":
        return {"cpu": processor(), **peer.counts(), "peak": _peak()}
    if command == "disconnect":
        peer.disconnect()
        return {}
    raise ValueError(f"unknown command {command}")


def _level(word: str) -> int | None:
    return None if int(word) < 0 else int(word)


def _peak() -> int:
    rows = (row.split() for row in Path("/proc/self/status").read_text().splitlines())
    return next(int(row[1]) for row in rows if row[0] == "VmHWM:")


def _say(answer: Mapping[str, object]) -> None:
    print(json.dumps(answer), flush=True)
