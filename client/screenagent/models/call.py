"""One HTTP POST that can be given up at any moment.

The exchange runs on a thread of its own, because nothing frees a blocked `requests` call but the end of its connection: closing
the session does not. So every socket is known from its birth, before it connects, and giving up shuts it down, which wakes the
thread while it connects, sends, waits or reads. Only a name being looked up cannot be interrupted; that thread is left behind
and ends by itself with the look-up.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.util import Retry

from screenagent.ports import Cancel

MAX_BODY = 16 * 1024 * 1024
_PIECE = 64 * 1024
_GRACE = 0.08
"""Seconds that a thread gets to end after it was given up; cancelling has to be over within 100 ms."""


class TimedOut(Exception):
    """The exchange took longer than allowed."""


class TooLarge(Exception):
    """The body is longer than `MAX_BODY`."""


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


def post(request: Request, cancel: Cancel) -> Answer:
    """Send `request` and return the whole answer, whatever its status.

    Raises:
        Cancelled: within 100 ms of the cancelling.
        TimedOut, TooLarge, requests.RequestException, urllib3.exceptions.HTTPError, OSError: the exchange failed.
    """
    cancel.check()
    exchange = _Exchange(request)
    exchange.thread.start()
    try:
        with cancel.on_cancel(exchange.give_up):
            in_time = exchange.over.wait(request.timeout)
    finally:
        exchange.give_up()
        exchange.thread.join(_GRACE)
    cancel.check()
    if not in_time:
        raise TimedOut
    return exchange.outcome()


class _Exchange:
    def __init__(self, request: Request) -> None:
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._run, name="model-call", daemon=True)
        self.request = request
        self._lock = threading.Lock()
        self._given_up = False
        self._lines: list[socket.socket] = []
        self._answer: Answer | None = None
        self._error: Exception = ConnectionAbortedError("given up")

    def give_up(self) -> None:
        """Shut every connection down; does no harm when the exchange is over."""
        with self._lock:
            self._given_up = True
            for line in self._lines:
                _shut(line)
        self.over.set()

    def outcome(self) -> Answer:
        if self._answer is None:
            raise self._error
        return self._answer

    def connect(self, host: str, port: int) -> socket.socket:
        """Return a connection to the first address of `host` that takes one."""
        error: OSError = OSError(f"{host} has no address")
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            line = socket.socket(family, kind, protocol)
            try:
                self._watch(line)
                line.settimeout(self.request.connect_timeout)
                line.connect(address)
                self._check()
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as failure:
                line.close()
                error = failure
                if self._given_up:
                    break
            else:
                return line
        raise error

    def _watch(self, line: socket.socket) -> None:
        # TLS takes the socket's descriptor over, so the exchange keeps one of its own to the same connection.
        own = socket.socket(fileno=os.dup(line.fileno()))
        with self._lock:
            self._lines.append(own)
        self._check()

    def _check(self) -> None:
        if self._given_up:
            raise ConnectionAbortedError("given up")

    def _run(self) -> None:
        _running.exchange = self
        try:
            self._answer = self._exchange()
        except Exception as error:  # noqa: BLE001 - carried over to the thread that waits
            self._error = error
        finally:
            del _running.exchange
            with self._lock:
                for line in self._lines:
                    line.close()
                self._lines.clear()
            self.over.set()

    def _exchange(self) -> Answer:
        request = self.request
        started = time.monotonic()
        with requests.Session() as session:
            session.trust_env = request.use_proxies
            session.mount("http://", _Adapter())
            session.mount("https://", _Adapter())
            with session.post(
                request.url,
                data=request.body,
                headers=dict(request.headers),
                auth=_keep_headers,
                timeout=(request.connect_timeout, request.timeout + 1),
                allow_redirects=False,
                stream=True,
            ) as response:
                body = bytearray()
                for piece in response.iter_content(_PIECE):
                    body += piece
                    if len(body) > MAX_BODY:
                        raise TooLarge
                return Answer(response.status_code, response.headers, bytes(body), time.monotonic() - started)


class _Running(threading.local):
    exchange: _Exchange


_running = _Running()


class _Watched(HTTPConnection):
    """A connection that its exchange knows from before it connects."""

    def _new_conn(self) -> socket.socket:
        # urllib3 takes a bare OSError from here for one of an open connection, and goes on.
        try:
            return _running.exchange.connect(self._dns_host, self.port or self.default_port)
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "no connection in time") from error
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error

    def connect(self) -> None:
        super().connect()
        if self.sock is not None:
            self.sock.settimeout(_running.exchange.request.timeout + 1)


class _WatchedTLS(_Watched, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Watched


class _PoolTLS(HTTPSConnectionPool):
    ConnectionCls = _WatchedTLS


_POOLS = {"http": _Pool, "https": _PoolTLS}


class _Adapter(HTTPAdapter):
    """Connections of ours, directly or through a proxy, and no retries but our own."""

    def __init__(self) -> None:
        super().__init__(max_retries=Retry(0, read=False))

    def init_poolmanager(self, *args: object, **keywords: object) -> None:
        super().init_poolmanager(*args, **keywords)  # type: ignore[arg-type]
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: object, **keywords: object) -> object:
        manager = super().proxy_manager_for(*args, **keywords)  # type: ignore[arg-type]
        manager.pool_classes_by_scheme = _POOLS
        return manager


def _keep_headers(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Stand in as the authentication, so that no other key is fetched from a .netrc file."""
    return request


def _shut(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
