"""One connection without its socket: bytes in, bytes out, events. Owned by one thread."""

from __future__ import annotations

import time
from collections.abc import Callable

from screenagent.errors import DesktopProtocolError, DesktopUnreachable, LinkLost, ScreenAgentError
from screenagent.rfb import outgoing
from screenagent.rfb.channel import Channel, Event, Ready
from screenagent.rfb.encodings import Decoders
from screenagent.rfb.errors import NoGreeting
from screenagent.rfb.framebuffer import Framebuffer
from screenagent.rfb.handshake import GREETING_SIZE, not_a_vnc_server, shake_hands
from screenagent.rfb.incoming import MESSAGES
from screenagent.rfb.values import Cursor, Options
from screenagent.rfb.wire import Steps

_FORWARDED = "A forwarded port (SSH tunnel, Docker) does the same when no server stands behind it."


class Session:
    """An RFB client conversation. `feed` it what arrives, send what `to_send` returns, act on `take_events`."""

    def __init__(
        self,
        peer: str,
        *,
        password: str | None = None,
        options: Options | None = None,
        number: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        options = options or Options()
        self.framebuffer = Framebuffer(pixel_limit=options.pixel_limit, number=number)
        self.ready = False
        self._channel = Channel(peer, password, options, clock, self.framebuffer)
        self._inbox = bytearray()
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
    def rectangles(self) -> int:
        """Rectangles read so far."""
        return self._channel.rectangles

    @property
    def stage(self) -> str:
        """What the server has to send next, as it stands after "did not send"."""
        return self._channel.stage

    def feed(self, data: bytes | bytearray | memoryview) -> None:
        """Read what arrived. Raises a DesktopError when the server breaks the protocol, and the same again ever after."""
        if self._error is not None:
            raise self._error
        inbox = self._inbox
        inbox += data
        try:
            while len(inbox) >= self._wanted:
                piece = bytes(memoryview(inbox)[: self._wanted])
                del inbox[: self._wanted]
                self._greeted = True
                self._wanted = self._steps.send(piece)
        except ScreenAgentError as error:
            self._error = error
            raise

    def end(self, broken: str = "") -> ScreenAgentError:
        """Return the error that describes the connection's end at this point; `broken` says why, if it was no orderly one."""
        channel = self._channel
        why = f" ({broken})" if broken else ""
        if self._error is not None:
            return self._error
        if self.ready:
            return LinkLost(f"{channel.peer} closed the connection{why}.")
        return self._strange_greeting() or self._unfinished(
            f"{channel.peer} closed the connection instead of sending {channel.stage}{why}.",
            f"It may be a VNC server that lets only some addresses in, or another kind of server. {_FORWARDED}",
        )

    def silence(self, seconds: float) -> ScreenAgentError:
        """Return the error that describes the server's having sent too little for `seconds`."""
        channel = self._channel
        return self._strange_greeting() or self._unfinished(
            f"{channel.peer} accepted the connection but did not send {channel.stage} within {seconds:g} s.",
            f"Check that a VNC server listens there, is not held up, and asks nobody at that desktop to let you in. {_FORWARDED}",
        )

    def _unfinished(self, message: str, hint: str) -> ScreenAgentError:
        if not self._greeted:
            return NoGreeting(message, hint=hint)
        return DesktopUnreachable(message, hint="" if self.ready else "Its log may tell more; start it again if it hangs.")

    def _strange_greeting(self) -> ScreenAgentError | None:
        strange = self._channel.strange
        if not strange and not self._greeted:
            start = bytes(self._inbox[:GREETING_SIZE])
            strange = b"" if start.startswith(b"RFB "[: len(start)]) else start
        return not_a_vnc_server(self._channel.peer, strange) if strange else None

    def to_send(self) -> bytes:
        """Return, once, what is to be sent now."""
        data = bytes(self._channel.outgoing)
        self._channel.outgoing.clear()
        return data

    def take_events(self) -> list[Event]:
        """Return, once, what has happened, oldest first."""
        events, self._channel.events = self._channel.events, []
        return events

    def probe(self) -> None:
        """Queue a request that a living server answers at once: the pixel at (0, 0)."""
        self._channel.probing = True
        self._channel.outgoing += outgoing.update_request(0, 0, 1, 1, incremental=False)

    def _converse(self) -> Steps[None]:
        channel = self._channel
        yield from shake_hands(channel)
        decoders = Decoders()
        width, height = channel.framebuffer.width, channel.framebuffer.height
        channel.outgoing += outgoing.set_pixel_format()
        channel.outgoing += outgoing.set_encodings(decoders.numbers)
        channel.outgoing += outgoing.update_request(0, 0, width, height, incremental=False)
        channel.events.append(Ready())
        channel.stage = "its picture"
        self.ready = True
        while True:
            kind = (yield 1)[0]
            if kind not in MESSAGES:
                raise DesktopProtocolError(f"{channel.peer} sent a message of the unknown type {kind}.")
            yield from MESSAGES[kind](channel, decoders)
