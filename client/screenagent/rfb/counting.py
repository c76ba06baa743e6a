"""What a client counts over the life of its connections."""

from __future__ import annotations

from screenagent.rfb.link import Link
from screenagent.rfb.values import Statistics


class Counting:
    """The counts of the connections that have ended; the caller sees to it that one thread at a time is here."""

    def __init__(self) -> None:
        self._ended = (0, 0, 0)

    def ended(self, link: Link) -> None:
        """Add what a connection has counted, once."""
        self._ended = self._with(link)

    def statistics(self, link: Link | None, last: Link | None) -> Statistics:
        """Return the counts so far: `link` is the present connection, `last` that or the latest."""
        bytes_in, bytes_out, rectangles = self._with(link) if link else self._ended
        since = link.since if link else None
        if last is None:
            return Statistics(bytes_in, bytes_out, 0, rectangles, since)
        session = last.session
        return Statistics(
            bytes_in,
            bytes_out,
            session.framebuffer.number,
            rectangles,
            since,
            session.encodings,
            session.bytes_per_second,
            session.round_trip,
            session.security,
        )

    def _with(self, link: Link) -> tuple[int, int, int]:
        bytes_in, bytes_out, rectangles = self._ended
        transport = link.transport
        return bytes_in + transport.bytes_in, bytes_out + transport.bytes_out, rectangles + link.session.rectangles
