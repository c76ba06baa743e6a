"""Which encodings the server is asked for: as set, or by the speed of the link.

A link that answers at once (the same machine or network) gets Raw, which costs both ends the least; one over which Raw takes
long, Tight without loss; a slow one, Tight with JPEG. The speed is that of large updates, from their first byte to their last; a
server that takes long to encode looks like a slow link, and is treated as one.
"""

from __future__ import annotations

from dataclasses import dataclass

from screenagent.rfb.values import Options

NEAR = 0.001
"""Seconds of a round trip below which a link is taken for a fast one at first."""
FAST = 60e6
"""Bytes a second; below, Raw is given up."""
SLOW = 4e6
"""Bytes a second; below, pictures are compressed with loss."""
_TELLING = 1 << 17
"""Bytes of an update that says something about speed; less may have waited in buffers on the way."""
_WEIGHT = 0.5
"""How much of the estimate the newest measurement is."""


@dataclass(frozen=True)
class Offer:
    """Encodings by name, the best first, and the levels that go with them."""

    encodings: tuple[str, ...]
    quality: int | None = None
    compression: int | None = None


RAW = Offer(("copyrect", "raw"))
LOSSLESS = Offer(("copyrect", "tight", "zrle", "hextile", "zlib", "raw"), compression=2)
LOSSY = Offer(("copyrect", "tight", "zrle", "hextile", "zlib", "raw"), quality=8, compression=6)


class Chooser:
    """Decides for one connection."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._present: Offer | None = None
        self.bytes_per_second: float | None = None

    def first(self, round_trip: float | None) -> Offer:
        """Return what to begin with, when a round trip took that many seconds."""
        options = self._options
        if options.encodings is not None:
            return Offer(options.encodings, options.quality, options.compression)
        self._present = RAW if round_trip is not None and round_trip < NEAR else LOSSLESS
        return self._tuned(self._present)

    def measured(self, size: int, seconds: float) -> Offer | None:
        """Note that an update of `size` bytes took `seconds`; return another offer when that calls for one."""
        if size < _TELLING:
            return None
        speed = size / max(seconds, 1e-6)
        before = self.bytes_per_second
        self.bytes_per_second = speed if before is None else _WEIGHT * speed + (1 - _WEIGHT) * before
        if self._present is None:
            return None
        better = self._better(self._present, self.bytes_per_second)
        if better is self._present:
            return None
        self._present = better
        return self._tuned(better)

    @staticmethod
    def _better(present: Offer, speed: float) -> Offer:
        if speed < SLOW:
            return LOSSY
        if present is RAW:
            return RAW if speed >= FAST else LOSSLESS
        return LOSSLESS if speed >= 2 * SLOW else present

    def _tuned(self, offer: Offer) -> Offer:
        options = self._options
        quality = offer.quality if options.quality is None else options.quality
        compression = offer.compression if options.compression is None else options.compression
        return Offer(offer.encodings, quality, compression)
