"""zlib streams whose output is bounded, so that a small message cannot become gigabytes.

zlib-ng inflates in half to three quarters of the time that zlib takes, which is most of what a frame costs.
"""

from __future__ import annotations

from zlib_ng import zlib_ng

from screenagent.errors import DesktopProtocolError
from screenagent.rfb.pixels import Data


def length_bound(size: int) -> int:
    """Return the most bytes that zlib could sensibly make of `size` bytes, in pieces flushed however often."""
    return size + size // 4 + 4096


class Inflater:
    """One stream, which goes on from rectangle to rectangle."""

    def __init__(self) -> None:
        self._stream = zlib_ng.decompressobj()

    def exactly(self, data: Data, size: int, what: str) -> bytes:
        """Return the `size` bytes that `data` holds. Raises DesktopProtocolError, naming `what`, if it holds more or fewer."""
        inflated = self.at_most(data, size, what)
        if len(inflated) != size:
            raise DesktopProtocolError(f"The server sent {what} of {len(inflated)} bytes where {size} were due.")
        return inflated

    def at_most(self, data: Data, size: int, what: str) -> bytes:
        """Return what `data` holds. Raises DesktopProtocolError, naming `what`, if that is more than `size` bytes."""
        try:
            inflated = self._stream.decompress(data, size + 1)
        except zlib_ng.error as error:  # type: ignore[misc]
            raise DesktopProtocolError(f"The server sent {what} that cannot be decompressed: {error}.") from None
        if len(inflated) > size or self._stream.unconsumed_tail:
            raise DesktopProtocolError(f"The server sent {what} that decompresses to more than {size} bytes.")
        if self._stream.unused_data:
            raise DesktopProtocolError(f"The server sent {what} in a zlib stream that goes on after its end.")
        return inflated
