"""Values that cross the library's edge: what a caller passes in, and what it gets to see.

Pixels are BGRX or BGRA, uint8, shaped (height, width, 4); coordinates are framebuffer pixels from the top left corner; times
are `time.monotonic()` seconds.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from screenagent.rfb.pixels import FormatName
from screenagent.rfb.trust import Tls

Pixels = npt.NDArray[np.uint8]
Updates: TypeAlias = Literal["auto", "request", "continuous"]


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
    """Characters, or bytes where UTF-8 is spoken; a longer text from the server is skipped, a longer one to it refused."""
    pixel_limit: int = 1 << 26
    """Pixels of the largest framebuffer accepted (two copies of 4 bytes each are kept)."""
    encodings: tuple[str, ...] | None = None
    """Names (`encodings.CHOOSABLE`), the best first, that the server is asked to use; None: by the measured speed of the link."""
    quality: int | None = None
    """JPEG quality level of Tight, 0 (worst) to 9. None: no JPEG, unless `encodings` is None and the link is slow."""
    compression: int | None = None
    """Compression level, 0 (fastest) to 9; None leaves it to the server."""
    pixel_format: FormatName = "bgrx"
    """What the server sends; pictures are BGRX whatever it is."""
    updates: Updates = "auto"
    """Whether updates are asked for one by one, or the server may send them when it likes; "auto": the latter where it can."""
    threads: int | None = None
    """Decoding threads beside the reader; None: by the number of processors."""
    tls: Tls = field(default_factory=Tls)
    """What is asked of a server that is reached through TLS."""


class Damage(NamedTuple):
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
    """(height, width, 4) uint8 BGRA, read-only; colours are not multiplied by alpha. Height or width 0: the pointer is hidden."""
    hotspot_x: int
    hotspot_y: int


@dataclass(frozen=True)
class EncodingCount:
    """What came in one encoding."""

    rectangles: int
    pixels: int
    bytes: int


@dataclass(frozen=True)
class Statistics:
    """Counts over the life of a client; what is said of encodings and the link is of the latest connection."""

    bytes_in: int
    bytes_out: int
    updates: int
    rectangles: int
    connected_since: float | None
    """When the present connection stood; None while there is none."""
    encodings: Mapping[str, EncodingCount] = field(default_factory=dict)
    """By the encoding's name."""
    bytes_per_second: float | None = None
    """The speed of the link, from the large updates so far; None before the first."""
    round_trip: float | None = None
    """Seconds between a message of ours and its answer, the shortest of the handshake."""
    security: str = ""
    """How the server let us in."""
