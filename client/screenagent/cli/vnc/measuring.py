"""What a connection costs: whole pictures, fetched one after another."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass

from screenagent.cli.vnc.frames import WholeFrame
from screenagent.cli.vnc.visit import looking
from screenagent.cli.vnc.where import Where
from screenagent.errors import DesktopUnreachable
from screenagent.rfb.pixels import FORMATS
from screenagent.rfb.values import EncodingCount

_FRAME_TIMEOUT = 60.0


@dataclass(frozen=True)
class Measured:
    """One connection. Times are in seconds; those of a whole picture are medians of `frames` of them."""

    name: str
    width: int
    height: int
    security: str
    connect: float
    """Until the first whole picture was there."""
    frames: int
    frame: float
    cpu: float
    """What this process used for a picture, all threads together."""
    bytes: int
    """From the server, for a picture."""
    ratio: float
    """How much smaller that is than the pixels."""
    round_trip: float | None
    bytes_per_second: float | None
    encodings: Mapping[str, EncodingCount]
    """Of the whole connection, by the encoding's name."""
    pixel_size: int
    """Bytes of an uncompressed pixel."""


def measure(where: Where, frames: int) -> Measured:
    """Connect, fetch `frames` whole pictures, and say what it took. Raises DesktopError, Cancelled."""
    whole = WholeFrame()
    client = where.client(on_damage=whole.damaged, on_state=whole.state_changed)
    began = time.monotonic()
    with looking(client) as cancel:
        connect = time.monotonic() - began
        times: list[float] = []
        used: list[float] = []
        came: list[int] = []
        for _ in range(frames):
            before, cpu, at = client.statistics().bytes_in, time.process_time(), time.perf_counter()
            if not whole.fetch(client.size, client.refresh, _FRAME_TIMEOUT, cancel):
                raise DesktopUnreachable(f"{where.peer} did not send a whole picture within {_FRAME_TIMEOUT:g} s.")
            times.append(time.perf_counter() - at)
            used.append(time.process_time() - cpu)
            came.append(client.statistics().bytes_in - before)
        counts = client.statistics()
        (width, height), name = client.size, client.name
    size = round(statistics.median(came))
    pixel_size = FORMATS[where.options.pixel_format].bits // 8
    return Measured(
        name,
        width,
        height,
        counts.security,
        connect,
        frames,
        statistics.median(times),
        statistics.median(used),
        size,
        width * height * pixel_size / max(1, size),
        counts.round_trip,
        counts.bytes_per_second,
        counts.encodings,
        pixel_size,
    )
