"""The connections of one exchange, each known from its birth, so that all can be shut down at any moment."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Iterator

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.util import Retry


class Lines:
    """Connects for the thread that holds a `session` open; any thread may `shut`. Times are in seconds."""

    def __init__(self, connect_timeout: float, read_timeout: float) -> None:
        self.read_timeout = read_timeout
        self._connect_timeout = connect_timeout
        self._lock = threading.Lock()
        self._given_up = False
        self._lines: list[socket.socket] = []

    @contextlib.contextmanager
    def session(self, *, use_proxies: bool) -> Iterator[requests.Session]:
        """A session of the calling thread whose connections are all ours."""
        _running.lines = self
        try:
            with requests.Session() as session:
                session.trust_env = use_proxies
                session.mount("http://", _Adapter())
                session.mount("https://", _Adapter())
                yield session
        finally:
            del _running.lines
            with self._lock:
                for line in self._lines:
                    line.close()
                self._lines.clear()

    def shut(self) -> None:
        """Shut every connection down and let no other come about; does no harm when all is over."""
        with self._lock:
            self._given_up = True
            for line in self._lines:
                with contextlib.suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)

    def connect(self, host: str, port: int) -> socket.socket:
        """Return a connection to the first address of `host` that takes one."""
        error: OSError = OSError(f"{host} has no address")
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            line = socket.socket(family, kind, protocol)
            try:
                self._watch(line)
                line.settimeout(self._connect_timeout)
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


class _Running(threading.local):
    lines: Lines


_running = _Running()


class _Watched(HTTPConnection):
    """A connection that is known from before it connects."""

    def _new_conn(self) -> socket.socket:
        # urllib3 takes a bare OSError from here for one of an open connection, and goes on.
        try:
            return _running.lines.connect(self._dns_host, self.port or self.default_port)
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "no connection in time") from error
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error

    def connect(self) -> None:
        super().connect()
        if self.sock is not None:
            self.sock.settimeout(_running.lines.read_timeout)


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
