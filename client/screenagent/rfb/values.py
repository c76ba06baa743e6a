"""Values that cross the library's edge: what a caller passes in, and what it gets to see.

Pixels are BGRX or BGRA, uint8, shaped (height, width, 4); coordinates are framebuffer pixels from the top left corner; times
are `time.monotonic()` seconds.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]


class State(enum.Enum):
    """Where a client stands. DISCONNECTED is before the first `connect` and after a loss that is not retried."""

    DISCONNECTED = "disconnected"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    RECONNECTING = "reconnecting"
    CLOSED = "closed"


@dataclass(frozen=True)
class Options:
    """Deadlines in seconds, bounds, and what to do after a loss."""

    connect_timeout: float = 10.0
    """TCP, handshake and initialisation together; then the longest silence before the first full frame."""
    frame_timeout: float = 60.0
    """From the end of the handshake to the first full frame, however slowly it trickles in."""
    send_timeout: float = 5.0
    """How long the server may take nothing of what waits to be sent."""
    idle_probe: float | None = 20.0
    """After this long without a byte the server is asked for one pixel; None never asks."""
    idle_limit: float = 10.0
    """How long the answer to that may take."""
    shared: bool = True
    """Leave other viewers of the same desktop connected (RFC 6143 section 7.3.1)."""
    reconnect: bool = True
    reconnect_limit: float | None = 60.0
    """After this long without success the client gives up; None never does."""
    cut_text_limit: int = 10_000_000
    """Characters; a longer text from the server is skipped, a longer one to it refused."""
    pixel_limit: int = 1 << 26
    """Pixels of the largest framebuffer accepted (two copies of 4 bytes each are kept)."""


@dataclass(frozen=True)
class Damage:
    """A part of the framebuffer that an update has painted; for a new pointer image (`cursor`) the area is zero."""

    x: int
    y: int
    width: int
    height: int
    time: float
    cursor: bool = False


@dataclass(frozen=True)
class Snapshot:
    """The framebuffer as it was between two updates: a copy that nobody writes to."""

    pixels: Pixels
    """(height, width, 4) uint8 BGRX, read-only; the fourth byte means nothing."""
    number: int
    """Updates applied so far, over all connections of the client."""
    time: float
    """When the last of them was applied."""


@dataclass(frozen=True)
class Cursor:
    """The pointer's image, which the server leaves out of the framebuffer."""

    pixels: Pixels
    """(height, width, 4) uint8 BGRA, read-only; alpha is 0 or 255. Height or width 0: the pointer is hidden."""
    hotspot_x: int
    hotspot_y: int


@dataclass(frozen=True)
class Statistics:
    """Counts over the life of a client."""

    bytes_in: int
    bytes_out: int
    updates: int
    rectangles: int
    connected_since: float | None
    """When the present connection stood; None while there is none."""
