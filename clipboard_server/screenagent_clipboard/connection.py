"""uvicorn's HTTP connection, with deadlines for clients that do not send or do not take, and a bound on their number.

It is always the one on h11, also where httptools is installed: that one is another class with other insides.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import struct
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from screenagent_clipboard.limits import Limits

_READ_SIZE = 16 * 1024


class _Timer:
    """One thing that happens later unless it is stopped."""

    def __init__(self) -> None:
        self._handle: asyncio.TimerHandle | None = None

    @property
    def runs(self) -> bool:
        return self._handle is not None

    def start(self, seconds: float, action: Callable[[], object]) -> None:
        self.stop()
        self._handle = asyncio.get_running_loop().call_later(seconds, action)

    def stop(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None


class Connection(H11Protocol, asyncio.BufferedProtocol):
    """A connection that ends when its client keeps it waiting; buffered, because asyncio else reads up to 256 KiB from each."""

    limits = Limits()
    _piece = memoryview(bytearray(_READ_SIZE))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._awaited = ""
        self._sending = _Timer()
        self._taking = _Timer()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self.limits.connections:
            self._refuse(503, "The service has too many connections; try again in a moment.", "Retry-After: 2\r\n")
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._sending.stop()
        self._taking.stop()
        super().connection_lost(exc)

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where asyncio puts what arrives; it is taken out at once, so one for all connections is enough."""
        return self._piece

    def buffer_updated(self, nbytes: int) -> None:
        self.data_received(bytes(self._piece[:nbytes]))

    def handle_events(self) -> None:
        super().handle_events()
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.flow.write_paused:
            self._taking.stop()
        self._watch()
        self._see_closed()

    def pause_writing(self) -> None:
        super().pause_writing()
        if not self._taking.runs:
            self._taking.start(self.limits.answer_time, self._reset)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.cycle is not None and self.cycle.response_complete:
            self._taking.stop()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._see_closed()

    def shutdown(self) -> None:
        super().shutdown()
        self._taking.start(self.limits.stop_time, self._cut)

    def send_400_response(self, msg: str) -> None:
        if self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete:
            self._reset()
        else:
            self._refuse(400, "This is not HTTP that can be understood.")

    def _watch(self) -> None:
        """Start or stop the clock on what the client has to send next. A body that is being read has a clock of its own."""
        awaited = ""
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            awaited = "head"
        elif self.conn.their_state is h11.SEND_BODY and self.cycle is not None and self.cycle.response_complete:
            awaited = "unread body"
        if awaited == self._awaited:
            return
        self._awaited = awaited
        self._sending.stop()
        if awaited == "head":
            self._sending.start(self.limits.head_time, self._no_head)
        elif awaited:
            self._sending.start(self.limits.pause_time, self._reset)

    def _no_head(self) -> None:
        begun, _ = self.conn.trailing_data
        if begun:
            self._refuse(408, "The request arrived too slowly.")
        else:
            self.transport.close()
        self._see_closed()

    def _refuse(self, status: int, message: str, header: str = "") -> None:
        """Answer a request that never became one, and close."""
        body = json.dumps({"success": False, "message": message})
        about = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n{header}Connection: close\r\n"
        self.transport.write(f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{about}\r\n{body}".encode())
        self.transport.close()
        self._see_closed()

    def _reset(self) -> None:
        """End the connection at once; the system too then forgets what the client did not take."""
        link = self.transport.get_extra_info("socket")
        if link is not None:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("hh" if os.name == "nt" else "ii", 1, 0))
        self.transport.abort()

    def _see_closed(self) -> None:
        """A closed transport first sends what it still holds, for ever if nobody takes it; see that it ends."""
        if self.transport.is_closing() and not self._taking.runs:
            self._taking.start(self.limits.answer_time, self._reset)

    def _cut(self) -> None:
        """End the connection if it waits for its client; a request that waits for the clipboard is still answered."""
        if self.conn.their_state is h11.SEND_BODY or self.flow.write_paused or self.transport.is_closing():
            self._reset()


def connection(bounds: Limits) -> type[Connection]:
    """Return the class of connections within `bounds`, as uvicorn takes it."""

    class Bounded(Connection):
        limits = bounds

    return Bounded
