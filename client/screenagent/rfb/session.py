"""One connection without its socket: bytes in, bytes out, events. Owned by one thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import MappingProxyType

from screenagent.errors import DesktopProtocolError, DesktopUnreachable, LinkLost, ScreenAgentError
from screenagent.rfb import outgoing
from screenagent.rfb.abilities import Abilities
from screenagent.rfb.channel import Channel, Event, Ready
from screenagent.rfb.clipboard import Clipboard
from screenagent.rfb.encodings import Decoders, encoding_name, offered
from screenagent.rfb.errors import NoGreeting
from screenagent.rfb.framebuffer import Framebuffer, Rectangle
from screenagent.rfb.handshake import GREETING_SIZE, not_a_vnc_server, shake_hands
from screenagent.rfb.incoming import MESSAGES
from screenagent.rfb.offer import Chooser
from screenagent.rfb.painter import Crew, Painter
from screenagent.rfb.pixels import Translator
from screenagent.rfb.values import Cursor, EncodingCount, Options
from screenagent.rfb.wire import Steps

_FORWARDED = "A forwarded port (SSH tunnel, Docker) does the same when no server stands behind it."


def _nothing() -> None:
    pass


class Session:
    """An RFB client conversation. `feed` it what arrives, send what `to_send` returns, act on `take_events`.

    With a `crew`, rectangles are decoded on its threads; what is seen from outside is the same. `check` is called before every
    rectangle, since few bytes may mean much work; what it raises ends the conversation.
    """

    def __init__(
        self,
        peer: str,
        *,
        username: str | None = None,
        password: str | None = None,
        options: Options | None = None,
        number: int = 0,
        clock: Callable[[], float] = time.monotonic,
        crew: Crew | None = None,
        check: Callable[[], None] = _nothing,
    ) -> None:
        options = options or Options()
        self.framebuffer = Framebuffer(pixel_limit=options.pixel_limit, number=number)
        self.ready = False
        self._channel = Channel(
            peer,
            username,
            password,
            options,
            clock,
            self.framebuffer,
            Painter(self.framebuffer, crew),
            Translator(options.pixel_format),
            Chooser(options),
            check,
        )
        self._rest = bytearray()
        self._greeted = False
        self._error: ScreenAgentError | None = None
        self._steps = self._converse()
        self._wanted = next(self._steps)

    @property
    def name(self) -> str:
        """The desktop's name, empty before the handshake is done."""
        return self._channel.name

    @property
    def cursor(self) -> Cursor | None:
        """The pointer's image, None until the server has sent one."""
        return self._channel.cursor

    @property
    def abilities(self) -> Abilities:
        """What the server takes beyond RFC 6143. Any thread may ask."""
        return self._channel.abilities

    @property
    def clipboard(self) -> Clipboard:
        """The way to the desktop's clipboard."""
        return self._channel.clipboard

    @property
    def rectangles(self) -> int:
        """Rectangles read so far."""
        return self._channel.rectangles

    @property
    def stage(self) -> str:
        """What the server has to send next, as it stands after "did not send"."""
        layer = self._channel.layer
        return (layer.waits_for if layer is not None else "") or self._channel.stage

    @property
    def security(self) -> str:
        """How the server let us in."""
        return self._channel.security

    @property
    def round_trip(self) -> float | None:
        """Seconds between a message of ours and its answer, the shortest of the handshake."""
        return self._channel.round_trip

    @property
    def bytes_per_second(self) -> float | None:
        """The speed of the link, from the large updates so far."""
        return self._channel.chooser.bytes_per_second

    @property
    def encodings(self) -> Mapping[str, EncodingCount]:
        """What came in each encoding, by its name. Any thread may ask."""
        tallies = tuple(self._channel.tallies.items())
        counts = {encoding_name(number): EncodingCount(one.rectangles, one.pixels, one.bytes) for number, one in tallies}
        return MappingProxyType(counts)

    def feed(self, data: bytes | bytearray | memoryview) -> None:
        """Read what arrived. Raises a DesktopError when the server breaks the protocol, and the same again ever after."""
        if self._error is not None:
            raise self._error
        try:
            self._receive(memoryview(data))
        except ScreenAgentError as error:
            self._error = error
            raise

    def _receive(self, data: memoryview) -> None:
        layer = self._channel.layer
        view = memoryview(layer.receive(data)) if layer is not None else data
        position = self._complete(view)
        channel, send, wanted, size = self._channel, self._steps.send, self._wanted, len(view)
        while channel.layer is layer and (end := position + wanted) <= size:
            channel.consumed += wanted
            wanted = send(view[position:end])
            position = end
        self._wanted = wanted
        if channel.layer is layer:
            self._rest += view[position:]
        else:
            self._receive(view[position:])

    def _complete(self, view: memoryview) -> int:
        """Read the piece that was left incomplete, if `view` completes it; return how far that went."""
        if view:
            self._greeted = self._greeted or len(self._rest) + len(view) >= self._wanted
        missing = self._wanted - len(self._rest)
        if not self._rest or len(view) < missing:
            return 0
        piece, self._rest = self._rest, bytearray()
        piece += view[:missing]
        self._channel.consumed += self._wanted
        self._wanted = self._steps.send(memoryview(piece))
        return missing

    def end(self, broken: str = "") -> ScreenAgentError:
        """Return the error that describes the connection's end at this point; `broken` says why, if it was no orderly one."""
        channel = self._channel
        why = f" ({broken})" if broken else ""
        if self._error is not None:
            return self._error
        if self.ready:
            return LinkLost(f"{channel.peer} closed the connection{why}.")
        return self._strange_greeting() or self._unfinished(
            f"{channel.peer} closed the connection instead of sending {self.stage}{why}.",
            f"It may be a VNC server that lets only some addresses in, or another kind of server. {_FORWARDED}",
        )

    def silence(self, seconds: float) -> ScreenAgentError:
        """Return the error that describes the server's having sent too little for `seconds`."""
        channel = self._channel
        return self._strange_greeting() or self._unfinished(
            f"{channel.peer} accepted the connection but did not send {self.stage} within {seconds:g} s.",
            f"Check that a VNC server listens there, is not held up, and asks nobody at that desktop to let you in. {_FORWARDED}",
        )

    def _unfinished(self, message: str, hint: str) -> ScreenAgentError:
        if not self._greeted:
            return NoGreeting(message, hint=hint)
        return DesktopUnreachable(message, hint="" if self.ready else "Its log may tell more; start it again if it hangs.")

    def _strange_greeting(self) -> ScreenAgentError | None:
        strange = self._channel.strange
        if not strange and not self._greeted:
            start = bytes(self._rest[:GREETING_SIZE])
            strange = b"" if start.startswith(b"RFB "[: len(start)]) else start
        return not_a_vnc_server(self._channel.peer, strange) if strange else None

    def close(self) -> None:
        """Let go of what reading on takes, which Python would else do when it next looks for cycles; what has been read stays."""
        self._steps.close()
        self._rest = bytearray()
        self._channel.check = _nothing

    def to_send(self) -> bytes:
        """Return, once, what is to be sent now."""
        data = bytes(self._channel.outgoing)
        self._channel.outgoing.clear()
        return self.wrap(data)

    def wrap(self, data: bytes) -> bytes:
        """Return a message of the caller's as it goes over the wire; any thread may ask, the order is the caller's to keep."""
        layer = self._channel.layer
        return data if layer is None else layer.send(data)

    def take_events(self) -> list[Event]:
        """Return, once, what has happened, oldest first."""
        events, self._channel.events = self._channel.events, []
        return events

    def probe(self) -> None:
        """Queue a request that a living server answers at once: the pixel at (0, 0)."""
        self._ask(Rectangle(0, 0, 1, 1))

    @property
    def copied_since(self) -> float | None:
        """When the first of the copies was made that `check_copies` has not checked; None when there is none."""
        return None if self._channel.copied is None else self._channel.copied_since

    def check_copies(self) -> None:
        """Queue a request for what was copied within the picture.

        TigerVNC 1.12 has clients copy what is not as it says where windows move over each other, and never mends it.
        """
        copied, self._channel.copied = self._channel.copied, None
        if copied is not None:
            self._ask(copied)

    def _ask(self, area: Rectangle) -> None:
        asked = self._channel.asked
        self._channel.asked = area if asked is None else asked.with_(area)
        self._channel.outgoing += outgoing.update_request(*area, incremental=False)

    def _converse(self) -> Steps[None]:
        channel = self._channel
        yield from shake_hands(channel)
        decoders = Decoders()
        width, height = channel.framebuffer.width, channel.framebuffer.height
        channel.outgoing += outgoing.set_pixel_format(channel.translator.format)
        channel.outgoing += outgoing.set_encodings(offered(channel.chooser.first(channel.round_trip)))
        channel.outgoing += outgoing.update_request(0, 0, width, height, incremental=False)
        channel.events.append(Ready())
        channel.stage = "its picture"
        self.ready = True
        while True:
            kind = (yield 1)[0]
            if kind not in MESSAGES:
                raise DesktopProtocolError(f"{channel.peer} sent a message of the unknown type {kind}.")
            yield from MESSAGES[kind](channel, decoders)
