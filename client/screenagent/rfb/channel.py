"""What one connection knows: handshake, message readers and decoders all work on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from screenagent.rfb.framebuffer import Framebuffer, Rectangle
from screenagent.rfb.values import Cursor, Damage, Options


@dataclass(frozen=True)
class Ready:
    """The handshake is done; size and name are known."""


@dataclass(frozen=True)
class Updated:
    """One FramebufferUpdate has been applied."""

    damage: tuple[Damage, ...]


@dataclass(frozen=True)
class PointerMoved:
    """Something other than this client has moved the pointer to (x, y)."""

    x: int
    y: int


@dataclass(frozen=True)
class CutText:
    """The desktop's clipboard has a new text."""

    text: str


@dataclass(frozen=True)
class Bell:
    """The desktop wants to be heard."""


Event: TypeAlias = Ready | Updated | PointerMoved | CutText | Bell


@dataclass
class Channel:
    """The state of one connection, owned by the thread that feeds the session."""

    peer: str
    """The server's address, for messages."""
    password: str | None
    options: Options
    clock: Callable[[], float]
    framebuffer: Framebuffer
    stage: str = "its greeting"
    """What the server has to send next, as it stands after "did not send"."""
    strange: bytes = b""
    """The first line, as far as it has come, of a server that is no VNC server."""
    name: str = ""
    cursor: Cursor | None = None
    outgoing: bytearray = field(default_factory=bytearray)
    events: list[Event] = field(default_factory=list)
    painted: list[Rectangle] = field(default_factory=list)
    """Areas painted by the update being read."""
    resized: bool = False
    """The update being read changed the size, so that the next request must be for everything."""
    cursor_changed: bool = False
    last_rectangle: bool = False
    """The update being read ends here, whatever its header said."""
    probing: bool = False
    """The server was asked for the pixel at (0, 0) to see whether it is alive."""
    rectangles: int = 0
