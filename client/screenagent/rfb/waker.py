"""Ends a wait on sockets from another thread."""

from __future__ import annotations

import select
import socket
import threading


class Waker:
    """Made for one worker thread, which waits on it beside its socket. `stop` and `wake` may be called from any thread."""

    def __init__(self) -> None:
        self.stopped = False
        self._lock = threading.Lock()
        self._inner, self._outer = socket.socketpair()
        self._inner.setblocking(False)
        self._outer.setblocking(False)
        self._poll = select.poll()
        self._poll.register(self._inner.fileno(), select.POLLIN)

    def stop(self) -> None:
        """End the present wait and all later ones."""
        self.stopped = True
        self.wake()

    def wake(self) -> None:
        """End the present wait, or the next one."""
        with self._lock:
            try:
                self._outer.send(b"\0")
            except OSError:  # full: a wake-up is already under way; closed: nobody waits any more
                pass

    def wait(self, seconds: float, socket_fd: int | None = None, events: int = 0) -> int:
        """Wait for poll `events` on a socket, a wake-up, or the time's end; return the socket's events, 0 for none."""
        if socket_fd is not None:
            self._poll.register(socket_fd, events)
        ready = 0
        try:
            for fd, found in self._poll.poll(max(0.0, min(seconds, 3600.0)) * 1000):
                if fd == socket_fd:
                    ready = found
                else:
                    self._drain()
        finally:
            if socket_fd is not None:
                self._poll.unregister(socket_fd)
        return ready

    def _drain(self) -> None:
        try:
            while self._inner.recv(1024):
                pass
        except BlockingIOError:
            pass

    def close(self) -> None:
        """Free the sockets; called by the worker thread at its end."""
        with self._lock:
            self._inner.close()
            self._outer.close()
