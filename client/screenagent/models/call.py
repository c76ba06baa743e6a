"""One HTTP POST whose answer is taken as it comes, and that can be given up at any moment.

The exchange runs on a thread of its own, because nothing frees a blocked `requests` call but the end of its connection: closing
the session does not. So every socket is known from its birth, before it connects, and giving up shuts it down, which wakes the
thread while it connects, sends, waits or reads. Only a name being looked up cannot be interrupted; that thread is left behind
and ends by itself with the look-up.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import requests
from urllib3 import HTTPResponse
from urllib3.exceptions import ProtocolError

from screenagent.models.lines import Lines
from screenagent.ports import Cancel

MAX_BODY = 16 * 1024 * 1024
"""Bytes of an answer that is taken whole."""
MAX_STREAM = 128 * 1024 * 1024
"""Bytes of an answer that is taken piece by piece; each token comes in a frame of a few hundred."""
_PIECE = 64 * 1024
_GRACE = 0.08
"""Seconds that a thread gets to end after it was given up; cancelling has to be over within 100 ms."""


@dataclass(frozen=True)
class _Head:
    status: int
    headers: Mapping[str, str]


_Arrival: TypeAlias = _Head | bytes | Exception


class TimedOut(Exception):
    """The exchange took longer than allowed."""


class TooLarge(Exception):
    """The body is longer than is taken; the message says how long that is."""


class BrokenOff(Exception):
    """The answer began and did not come to its end."""


@dataclass(frozen=True)
class Request:
    """What to POST. `timeout` bounds the whole exchange in seconds, `connect_timeout` each address tried."""

    url: str
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    timeout: float
    connect_timeout: float
    use_proxies: bool = True


@dataclass(frozen=True)
class Answer:
    """What came back, whole; `seconds` is the exchange's duration."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    seconds: float


class Incoming:
    """An answer on its way: its head, and its body as it comes. For the thread that asked.

    Every method may raise Cancelled, TimedOut, TooLarge, BrokenOff, and what `exchange` raises.
    """

    def __init__(self, arrived: queue.SimpleQueue[_Arrival], cancel: Cancel, timeout: float) -> None:
        """Wait for the head."""
        self._arrived = arrived
        self._cancel = cancel
        self._started = time.monotonic()
        self._timeout = timeout
        self._over = False
        while not isinstance(head := self._next(None), _Head):
            pass
        self.status = head.status
        self.headers = head.headers

    @property
    def seconds(self) -> float:
        """How long the exchange has taken so far."""
        return time.monotonic() - self._started

    def take(self, patience: float | None = None) -> bytes | None:
        """Return what came in, b"" at the body's end, or None when nothing came for `patience` seconds."""
        if self._over:
            return b""
        arrival = self._next(patience)
        self._over = arrival == b""
        return arrival if isinstance(arrival, bytes) else None

    def whole(self) -> Answer:
        """Return the rest of the body as one answer."""
        body = bytearray()
        while piece := self.take():
            body += piece
            if len(body) > MAX_BODY:
                raise TooLarge("16 MB")
        return Answer(self.status, self.headers, bytes(body), self.seconds)

    def _next(self, patience: float | None) -> _Head | bytes | None:
        left = self._timeout - self.seconds
        wait = left if patience is None else min(left, max(0.0, patience))
        arrival: _Arrival | None = None
        with contextlib.suppress(queue.Empty):
            arrival = self._arrived.get(timeout=max(0.0, wait))
        self._cancel.check()
        if isinstance(arrival, Exception):
            raise arrival
        if left <= 0 or (arrival is None and wait == left):
            raise TimedOut
        return arrival


@contextlib.contextmanager
def exchange(request: Request, cancel: Cancel) -> Iterator[Incoming]:
    """Send `request` and give its answer, whatever its status; leaving the context shuts the connection down.

    Raises:
        Cancelled: within 100 ms of the cancelling.
        TimedOut, requests.RequestException, urllib3.exceptions.HTTPError, OSError: the exchange failed.
    """
    cancel.check()
    under_way = _Exchange(request)
    under_way.thread.start()
    try:
        with cancel.on_cancel(under_way.give_up):
            yield Incoming(under_way.arrived, cancel, request.timeout)
    finally:
        under_way.give_up()
        under_way.thread.join(_GRACE)


class _Exchange:
    def __init__(self, request: Request) -> None:
        self.arrived: queue.SimpleQueue[_Arrival] = queue.SimpleQueue()
        self.thread = threading.Thread(target=self._run, name="model-call", daemon=True)
        self._request = request
        self._lines = Lines(request.connect_timeout, request.timeout + 1)

    def give_up(self) -> None:
        """Shut every connection down; does no harm when the exchange is over."""
        self._lines.shut()
        self.arrived.put(ConnectionAbortedError("given up"))

    def _run(self) -> None:
        try:
            self._exchange()
        except Exception as error:  # noqa: BLE001 - carried over to the thread that waits
            self.arrived.put(error)

    def _exchange(self) -> None:
        request = self._request
        with (
            self._lines.session(use_proxies=request.use_proxies) as session,
            session.post(
                request.url,
                data=request.body,
                headers=dict(request.headers),
                auth=_keep_headers,
                timeout=(request.connect_timeout, request.timeout + 1),
                allow_redirects=False,
                stream=True,
            ) as response,
        ):
            self.arrived.put(_Head(response.status_code, response.headers))
            try:
                self._pass_on(response.raw)
            except (ProtocolError, OSError) as error:
                raise BrokenOff from error

    def _pass_on(self, body: HTTPResponse) -> None:
        size = 0
        # read1 gives what is there; requests' own iteration waits for whole pieces.
        while piece := body.read1(_PIECE, decode_content=True):
            size += len(piece)
            if size > MAX_STREAM:
                raise TooLarge("128 MB")
            self.arrived.put(piece)
        self.arrived.put(b"")


def _keep_headers(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Stand in as the authentication, so that no other key is fetched from a .netrc file."""
    return request
