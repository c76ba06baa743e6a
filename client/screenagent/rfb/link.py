"""One connection's life on the worker thread: established, served, lost."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from screenagent.errors import Cancelled, LinkLost
from screenagent.rfb.address import show_address
from screenagent.rfb.channel import CutText, Event
from screenagent.rfb.dial import dial
from screenagent.rfb.session import Session
from screenagent.rfb.transport import Transport
from screenagent.rfb.values import Options
from screenagent.rfb.waker import Waker


class Link:
    """A session with its socket. `establish` and `serve` run on the worker thread and raise what ends the connection."""

    def __init__(self, host: str, port: int, password: str | None, options: Options, waker: Waker, number: int) -> None:
        peer = show_address(host, port)
        self._peer, self._options, self._waker = peer, options, waker
        self._deadline = time.monotonic() + options.connect_timeout
        self.session = Session(peer, password=password, options=options, number=number)
        self.transport = Transport(dial(host, port, self._deadline, waker), peer, options.send_timeout, waker)
        self.since = self._heard = time.monotonic()

    def establish(self) -> list[Event]:
        """Shake hands and wait for the first full frame; return what has happened until then."""
        options, session = self._options, self.session
        events: list[Event] = []

        def keep(new: list[Event]) -> None:
            if any(isinstance(event, CutText) for event in new):
                events[:] = [event for event in events if not isinstance(event, CutText)]
            events.extend(new)

        while not session.ready:
            if not self._pump(self._deadline, keep) and time.monotonic() >= self._deadline:
                raise session.silence(options.connect_timeout)
        frame_deadline = time.monotonic() + options.frame_timeout
        while not session.framebuffer.complete:
            deadline = min(self._heard + options.connect_timeout, frame_deadline)
            self._pump(deadline, keep)
            if time.monotonic() >= min(self._heard + options.connect_timeout, frame_deadline):
                raise session.silence(min(options.connect_timeout, options.frame_timeout))
        self.since = time.monotonic()
        return events

    def serve(self, deliver: Callable[[list[Event]], None]) -> None:
        """Keep the framebuffer current until the connection ends."""
        probe, limit = self._options.idle_probe, self._options.idle_limit
        probed: float | None = None
        while True:
            deadline = math.inf if probe is None else self._heard + probe if probed is None else probed + limit
            if self._pump(deadline, deliver):
                probed = None
            elif time.monotonic() >= deadline:
                if probed is not None:
                    raise LinkLost(f"{self._peer} has gone silent: it did not answer within {limit:g} s.")
                probed = time.monotonic()
                self.session.probe()
                self.transport.send(self.session.to_send())

    def _pump(self, deadline: float, deliver: Callable[[list[Event]], None]) -> bool:
        """Wait for bytes and act on them; tell whether any came. Returns early when woken."""
        if self._waker.stopped:
            raise Cancelled(f"The connection to {self._peer} was closed.")
        data = self.transport.receive(deadline - time.monotonic())
        if data is None:
            return False
        if not data:
            raise self.session.end(self.transport.broken)
        self._heard = time.monotonic()
        try:
            self.session.feed(data)
            self.transport.send(self.session.to_send())
        finally:
            deliver(self.session.take_events())
        return True

    def close(self) -> None:
        """Close the socket."""
        self.transport.close()
