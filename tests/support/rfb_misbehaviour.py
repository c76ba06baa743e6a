"""Servers that misbehave, one a `Case`, and what has to come of a visit to each of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from screenagent.errors import DesktopError, DesktopProtocolError
from support.rfb_visitor import Visitor
from support.rfb_wire import raw, update

MEMORY = 128_000_000
"""Bytes that no server may make the whole process of a client hold."""
_SLACK = 5
"""Times its deadline that a visit may take on a busy machine."""

Data: TypeAlias = bytes | Callable[[], bytes]
Size: TypeAlias = tuple[int, int]


@dataclass(frozen=True)
class Case:
    """One server."""

    name: str
    script: Callable[[Any], None]
    """What it does on a connection, a `Peer`."""
    error: type[DesktopError] = DesktopProtocolError
    says: str = ""
    """A telling part of the error's sentence, as a regular expression."""
    within: float = 2.0
    """Seconds in which the client must come to that, or a call return where the connection stands."""
    options: Mapping[str, Any] = field(default_factory=dict)
    login: Mapping[str, str] = field(default_factory=dict)
    put: int = 0
    """Characters that the client puts on the desktop's clipboard."""

    def __str__(self) -> str:
        return self.name


def _bytes(data: Data) -> bytes:
    return data if isinstance(data, bytes) else data()


def from_the_start(data: Data) -> Callable[[Any], None]:
    """Return a script that sends `data` in place of all that a server says, and waits."""

    def script(peer: Any) -> None:
        peer.send(_bytes(data))
        peer.hold()

    return script


def as_first_frame(data: Data, size: Size = (4, 3)) -> Callable[[Any], None]:
    """Return a script that shakes hands, sends `data` where the first frame is due, and waits."""

    def script(peer: Any) -> None:
        peer.greet(*size)
        peer.send(_bytes(data))
        peer.hold()

    return script


def afterwards(data: Data) -> Callable[[Any], None]:
    """Return a script that shakes hands, sends a good frame of 4x3 pixels, then `data`, and waits."""

    def script(peer: Any) -> None:
        good(peer, data)

    return script


def good(peer: Any, then: Data = b"") -> None:
    """Behave, at first."""
    peer.greet()
    peer.send(update(raw(0, 0, 4, 3, 5)))
    peer.read(10)
    peer.send(_bytes(then))
    peer.hold()


def endures(case: Case, scripted_server: Any, visitor: Visitor, *, calm: bool = False, threads: int = 2) -> None:
    """Visit the server and hold the client, which decodes on so many threads, to what it has to do.

    `calm`: the connection must stand.
    """
    server = scripted_server(case.script, good)
    report = visitor.visit(server.port, calm=calm, put=case.put, options={"threads": threads, **case.options}, **case.login)
    assert report.logged == ()
    assert report.error == ("" if calm else case.error.__name__), report
    assert report.stood or not calm
    assert re.search(case.says, report.message), report
    assert report.peak < MEMORY, f"{report.peak / 1e6:.0f} MB"
    assert max(report.seconds if not calm else 0.0, report.slowest, report.closing) < _SLACK * case.within, report
    assert report.again == ""
    assert report.left == ()
    assert server.connections == 2
