"""A conversation written down, so that it can be replayed without its server.

`OUT.server.gz` is what the server sent, `OUT.client.gz` what the session answered, `OUT.png` the picture that it led to. A
session with the same options that is fed the first sends the second and shows the third: so `encodings` should be set, because
what is chosen by the link's speed is chosen anew in a replay.

Only servers that let in by a VNC password, or by none, are recorded: what goes through TLS or under keys made up on the way could
not be replayed. The challenge and its response are then in the recording, the password is not.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from screenagent.errors import AuthenticationFailed, Cancelled, LinkLost
from screenagent.rfb.address import show_address
from screenagent.rfb.channel import Event
from screenagent.rfb.dial import dial
from screenagent.rfb.errors import EncryptionMissing, UserNameMissing
from screenagent.rfb.session import Session
from screenagent.rfb.transport import Transport
from screenagent.rfb.trust import Tls
from screenagent.rfb.values import Options
from screenagent.rfb.waker import Waker


class Recorder:
    """One connection and its two files. For one thread; `stop` may be called from any.

    Messages of the caller's own reach the server by `send` and are not kept. What `save` has not put in place is thrown away by
    `close`; until then the files end in ``.part``.
    """

    def __init__(self, host: str, port: int, out: Path, *, password: str | None = None, options: Options | None = None) -> None:
        self._host, self._port, self._out = host, port, out
        self._peer = show_address(host, port)
        self._options = replace(options or Options(), tls=Tls("off"))
        self.session = Session(self._peer, password=password, options=self._options)
        self._waker = Waker()
        self._transport: Transport | None = None
        self._server, self._client = _File(_beside(out, "server.gz")), _File(_beside(out, "client.gz"))

    @property
    def sizes(self) -> tuple[int, int]:
        """Bytes kept so far, uncompressed: the server's and the session's."""
        return self._server.size, self._client.size

    def connect(self) -> None:
        """Connect and shake hands.

        Raises:
            DesktopUnreachable, AuthenticationFailed, DesktopProtocolError: as `Client.connect` does; AuthenticationFailed also
                for a server that lets in only by ways that cannot be replayed.
            OSError: the files cannot be written.
            Cancelled: after `stop`.
        """
        limit = self._options.connect_timeout
        deadline = time.monotonic() + limit
        self._server.open()
        self._client.open()
        link = dial(self._host, self._port, deadline, self._waker)
        self._transport = Transport(link, self._peer, self._options.send_timeout, self._waker)
        while not self.session.ready:
            if not self._pump(self._transport, deadline - time.monotonic()) and time.monotonic() >= deadline:
                raise self.session.silence(limit)

    def converse(self, seconds: float) -> list[Event]:
        """Wait at most `seconds` for bytes, and let the session answer them; return what has happened since the last time.

        Raises:
            LinkLost: the connection is closed, or has not been made.
            DesktopProtocolError: the server breaks the protocol.
            OSError: the files cannot be written.
            Cancelled: after `stop`.
        """
        self._pump(self._connected(), seconds)
        return self.session.take_events()

    def send(self, message: bytes) -> None:
        """Send a message that is not the session's own. Raises LinkLost."""
        self._connected().send(self.session.wrap(message))

    def stop(self) -> None:
        """End the present wait, and let everything that waits from now on raise Cancelled."""
        self._waker.stop()

    def save(self, picture: npt.NDArray[np.uint8] | None = None) -> tuple[Path, ...]:
        """Put the files in place and return their paths: without the picture while there is none.

        `picture`, (height, width, 3) uint8 RGB, is what a replay is to show; left out, it is what the session shows.
        Raises OSError.
        """
        from PIL import Image

        shown = self.session.framebuffer.snapshot().pixels[:, :, 2::-1] if picture is None else picture
        png = _beside(self._out, "png")
        part = _part(png)
        try:
            if shown.size:
                Image.fromarray(np.ascontiguousarray(shown)).save(part, "PNG")
            self._server.keep()
            self._client.keep()
            if shown.size:
                os.replace(part, png)
        finally:
            part.unlink(missing_ok=True)
        return (self._server.path, self._client.path, *((png,) if shown.size else ()))

    def close(self) -> None:
        """End the connection; may be called twice."""
        if self._transport is not None:
            self._transport.close()
        self._waker.close()
        self._server.drop()
        self._client.drop()

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def _connected(self) -> Transport:
        if self._transport is None:
            raise LinkLost(f"{self._peer} is not connected.")
        return self._transport

    def _pump(self, transport: Transport, seconds: float) -> bool:
        if self._waker.stopped:
            raise Cancelled(f"The recording of {self._peer} was stopped.")
        data = transport.receive(seconds)
        if data is None:
            return False
        if not data:
            raise self.session.end(transport.broken)
        self._server.write(data)
        try:
            self.session.feed(data)
        except (EncryptionMissing, UserNameMissing) as refused:
            raise AuthenticationFailed(
                f"{self._peer} lets in only by ways that cannot be replayed, and so not be recorded.",
                hint="Let it offer a VNC password, or None, for as long as the recording takes.",
            ) from refused
        answer = self.session.to_send()
        self._client.write(answer)
        transport.send(answer)
        return True


class _File:
    """Bytes that are compressed into a file, which has its name only once it is whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._open: tuple[Any, gzip.GzipFile] | None = None

    def open(self) -> None:
        raw = _part(self.path).open("wb")
        self._open = raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0)

    def write(self, data: bytes | memoryview) -> None:
        if self._open is not None:
            self._open[1].write(data)
            self.size += len(data)

    def keep(self) -> None:
        if self._shut():
            os.replace(_part(self.path), self.path)

    def drop(self) -> None:
        opened = self._open is not None
        with contextlib.suppress(OSError):  # a full disk fails again here
            self._shut()
        if opened:
            _part(self.path).unlink(missing_ok=True)

    def _shut(self) -> bool:
        opened, self._open = self._open, None
        if opened is None:
            return False
        raw, packed = opened
        with raw:
            packed.close()
        return True


def _beside(out: Path, ending: str) -> Path:
    return out.with_name(f"{out.name}.{ending}")


def _part(path: Path) -> Path:
    return path.with_name(f"{path.name}.part")
