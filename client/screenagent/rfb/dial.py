"""Making the connection, over TCP or a unix socket: with a deadline, and given up at once when the waker says stop."""

from __future__ import annotations

import errno
import os
import queue
import select
import socket
import threading
import time
from collections.abc import Sequence
from typing import Any, TypeAlias

from screenagent.errors import Cancelled, DesktopUnreachable
from screenagent.rfb.address import show_address, socket_path
from screenagent.rfb.waker import Waker

_Address: TypeAlias = tuple[socket.AddressFamily, tuple[Any, ...] | str]

_QUEUE_CHECK = 0.05
"""Seconds between attempts at a unix socket whose queue is full; the system tells nobody when there is room."""
_KEEPALIVE = {"TCP_KEEPIDLE": 20, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 4}


def dial(host: str, port: int, deadline: float, waker: Waker) -> socket.socket:
    """Return a non-blocking socket connected to `host`, which may be the path of a unix socket (``/path``, ``unix:/path``).

    Raises DesktopUnreachable, or Cancelled when told to stop.
    """
    began = time.monotonic()
    path = socket_path(host)
    addresses = [(socket.AF_UNIX, path)] if path else _resolve(host, port, deadline, waker)
    failure: OSError | None = None
    for index, address in enumerate(addresses):
        now = time.monotonic()
        share = now + (deadline - now) / (len(addresses) - index)
        try:
            return _connect(address, share, waker)
        except OSError as error:
            if failure is None or error.errno == errno.ECONNREFUSED:
                failure = error
    raise _unreachable(show_address(host, port), failure, deadline - began)


def _resolve(host: str, port: int, deadline: float, waker: Waker) -> Sequence[_Address]:
    try:
        return _look_up(host, port, socket.AI_NUMERICHOST)
    except (OSError, ValueError):
        pass
    # The resolver of the operating system cannot be interrupted: past the deadline its thread is left to end by itself.
    answers: queue.SimpleQueue[Sequence[_Address] | OSError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answers.put(_look_up(host, port, 0))
        except (OSError, ValueError) as error:
            answers.put(error if isinstance(error, OSError) else OSError(str(error)))
        waker.wake()

    threading.Thread(target=look_up, name=f"rfb resolve {host}", daemon=True).start()
    while answers.empty():
        _check(waker)
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise DesktopUnreachable(
                f'The name "{host}" could not be looked up in time.', hint="Check the network, or use the IP address."
            )
        waker.wait(remaining)
    answer = answers.get()
    if isinstance(answer, OSError):
        raise _unknown(host, answer) from answer
    return answer


def _look_up(host: str, port: int, flags: int) -> Sequence[_Address]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    return [(family, address) for family, _, _, _, address in found]


def _connect(address: _Address, deadline: float, waker: Waker) -> socket.socket:
    family, where = address
    link = socket.socket(family, socket.SOCK_STREAM)
    try:
        link.setblocking(False)
        if family != socket.AF_UNIX:
            _set_up(link)
        status = link.connect_ex(where)
        while status == errno.EINPROGRESS or (status == errno.EAGAIN and family == socket.AF_UNIX):
            _check(waker)
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                status = errno.ETIMEDOUT
            elif status == errno.EAGAIN:
                waker.wait(min(remaining, _QUEUE_CHECK))
                status = link.connect_ex(where)
            elif waker.wait(remaining, link.fileno(), select.POLLOUT):
                status = link.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if status:
            raise OSError(status, os.strerror(status))
    except BaseException:
        link.close()
        raise
    return link


def _set_up(link: socket.socket) -> None:
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    link.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEPALIVE.items():
        if hasattr(socket, name):
            link.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _check(waker: Waker) -> None:
    if waker.stopped:
        raise Cancelled("Connecting was cancelled.")


def _unknown(host: str, failure: OSError) -> DesktopUnreachable:
    if failure.errno == socket.EAI_AGAIN:
        return DesktopUnreachable(
            f'The name "{host}" cannot be looked up: no name server answers.', hint="Check the network, or use the IP address."
        )
    return DesktopUnreachable(f'There is no machine named "{host}".', hint="Check the host's spelling, or use its IP address.")


def _unreachable(peer: str, failure: OSError | None, seconds: float) -> DesktopUnreachable:
    reason = failure.errno if failure is not None else None
    if peer.startswith("/"):
        return _unreachable_socket(peer, failure, seconds)
    if reason == errno.ECONNREFUSED:
        return DesktopUnreachable(
            f"Nothing listens on {peer}: the machine is there and refused the connection.",
            hint="Start the VNC server, or correct the port (display :1 is port 5901). A server that listens on its own machine "
            "only (TigerVNC without -localhost no) is reached through an SSH tunnel.",
        )
    if reason == errno.ETIMEDOUT:
        return DesktopUnreachable(
            f"{peer} did not answer within {seconds:.3g} s.",
            hint="Is the machine on, and the address right? A firewall that drops packets looks the same.",
        )
    if reason in (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN):
        why = "there is no route to it" if reason == errno.ENETUNREACH else "the machine does not answer"
        return DesktopUnreachable(
            f"{peer} cannot be reached: {why}.", hint="Is it on, in this network or VPN, and the address right?"
        )
    text = failure.strerror if failure is not None and failure.strerror else "it has no address"
    return DesktopUnreachable(f"{peer} cannot be reached: {text}.", hint="Check host and network.")


def _unreachable_socket(path: str, failure: OSError | None, seconds: float) -> DesktopUnreachable:
    reason = failure.errno if failure is not None else None
    if reason == errno.ETIMEDOUT:
        return DesktopUnreachable(f"{path} took no connection within {seconds:.3g} s.", hint="Its VNC server may hang.")
    if reason in (errno.EACCES, errno.EPERM):
        return DesktopUnreachable(
            f"{path} may not be opened: permission denied.", hint="The socket belongs to another user, or lies in their folder."
        )
    said = "there is no such socket" if reason == errno.ENOENT else (failure and failure.strerror) or str(failure)
    hint = "Start the VNC server that makes this socket, or correct its path."
    return DesktopUnreachable(f"Nothing listens on {path}: {said}.", hint=hint)
