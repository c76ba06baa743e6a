"""What one connection knows: handshake, message readers and decoders all work on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from screenagent.rfb.abilities import Abilities
from screenagent.rfb.clipboard import Clipboard
from screenagent.rfb.framebuffer import Framebuffer, Rectangle
from screenagent.rfb.offer import Chooser
from screenagent.rfb.pace import Pace
from screenagent.rfb.painter import Painter
from screenagent.rfb.pixels import Translator
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


@dataclass(frozen=True)
class Renamed:
    """The desktop is called `name` now."""

    name: str


@dataclass(frozen=True)
class SizeAnswered:
    """The server has answered a request for another size; `resizing` knows the statuses."""

    status: int


Event: TypeAlias = Ready | Updated | PointerMoved | CutText | Bell | Renamed | SizeAnswered


class Layer(Protocol):
    """Encryption between the conversation and the wire. Any thread may send while one receives."""

    @property
    def waits_for(self) -> str:
        """What the server has to send for the layer itself, as `Channel.stage` puts it; empty once the layer stands."""
        ...

    def receive(self, data: bytes | memoryview) -> bytes:
        """Take what came over the wire; return what is readable of it. Raises DesktopError."""
        ...

    def send(self, data: bytes) -> bytes:
        """Take what is to be sent; return what is to go over the wire now, which may be kept back until the layer stands."""
        ...


@dataclass
class Tally:
    """What has come in one encoding."""

    rectangles: int = 0
    pixels: int = 0
    bytes: int = 0


@dataclass
class Channel:
    """The state of one connection, owned by the thread that feeds the session."""

    peer: str
    """The server's address, for messages."""
    username: str | None
    password: str | None
    options: Options
    clock: Callable[[], float]
    framebuffer: Framebuffer
    painter: Painter
    translator: Translator
    chooser: Chooser
    check: Callable[[], None]
    """Raises what ends the conversation where nobody waits for the rest any more."""
    layer: Layer | None = None
    """Once set, everything goes through it."""
    stage: str = "its greeting"
    """What the server has to send next, as it stands after "did not send"."""
    strange: bytes = b""
    """The first line, as far as it has come, of a server that is no VNC server."""
    security: str = ""
    """How the server let us in."""
    name: str = ""
    cursor: Cursor | None = None
    outgoing: bytearray = field(default_factory=bytearray)
    events: list[Event] = field(default_factory=list)
    afterwards: list[Event] = field(default_factory=list)
    """Events of the update being read, which count once it is shown."""
    abilities: Abilities = field(default_factory=Abilities)
    pace: Pace = field(init=False)
    clipboard: Clipboard = field(init=False)
    consumed: int = 0
    """Bytes read so far, without what a layer adds."""
    painted: list[Rectangle] = field(default_factory=list)
    """Areas painted by the update being read."""
    resized: bool = False
    """The update being read changed the size, so that the next request must be for everything."""
    cursor_changed: bool = False
    last_rectangle: bool = False
    """The update being read ends here, whatever its header said."""
    asked: Rectangle | None = None
    """The server was asked to send this once more as it is, so that it is damage only where it differs."""
    copied: Rectangle | None = None
    """Around what was copied within the picture (CopyRect) and not sent since."""
    copied_since: float = 0.0
    """When the first of that was."""
    rectangles: int = 0
    tallies: dict[int, Tally] = field(default_factory=dict)
    """By the encoding's number."""
    round_trip: float | None = None
    """Seconds between a message of ours and its answer, the shortest so far."""

    def __post_init__(self) -> None:
        self.pace = Pace(self.options.updates)
        self.clipboard = Clipboard(self.peer, self.options.cut_text_limit)

    def answered(self, asked: float) -> None:
        """Note that the answer to what was sent at `asked`, by the clock, has come."""
        taken = self.clock() - asked
        self.round_trip = taken if self.round_trip is None else min(self.round_trip, taken)
