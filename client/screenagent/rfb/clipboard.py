"""The desktop's clipboard: ExtendedClipboard (community rfbproto), of which the text format is used, or Latin-1 cut text.

Each side says what it takes (caps). Then either tells that it has something (notify), asks for it (request) and sends it
(provide); what the other side's caps call small enough is sent at once.
"""

from __future__ import annotations

import struct
import zlib
from typing import NamedTuple

from screenagent.errors import DesktopProtocolError
from screenagent.log import get_logger
from screenagent.rfb import outgoing
from screenagent.rfb.errors import CutTextRefused
from screenagent.rfb.wire import CHUNK, Steps, read_bytes, read_u32, skip

NUMBER = 0xC0A1E5CE - (1 << 32)
"""Under which it is offered among the encodings."""

_TEXT = 1
_FORMATS = 0xFFFF
_CAPS, _REQUEST, _PEEK, _NOTIFY, _PROVIDE = (1 << bit for bit in range(24, 29))
_EVERYTHING = _CAPS | _REQUEST | _PEEK | _NOTIFY | _PROVIDE | _TEXT
_LARGEST = (1 << 31) - 1
logger = get_logger("rfb")


class Heard(NamedTuple):
    """What a message of the server's comes to."""

    answer: bytes = b""
    """To be sent."""
    text: str | None = None
    """What is on the desktop's clipboard now, where the message told."""


class Clipboard:
    """One connection's. `put` is for any thread, one at a time; the rest for the thread that feeds the session."""

    def __init__(self, peer: str, limit: int) -> None:
        self._peer = peer
        self._limit = limit
        self._caps = 0
        self._largest_unasked = 0
        self._held = b""
        self.fetched = True
        """Whether the server has, by all that can be known, what was put last: a Latin-1 text is only sent."""

    @property
    def unicode(self) -> bool:
        """Whether the server takes every character, as far as it has told.

        LibVNCServer takes texts without having been told of them (no notify in its caps), and most of its programs, such as
        x11vnc, then do nothing with them.
        """
        return bool(self._caps & _TEXT and self._caps & _NOTIFY)

    def put(self, text: str) -> bytes:
        """Return the message that puts `text` there; it is kept for when the server asks for it. Raises CutTextRefused."""
        if not self.unicode:
            self.fetched = True
            return outgoing.client_cut_text(text, self._limit)
        data = _encode(text, self._limit)
        small = len(data) <= self._largest_unasked
        self._held = _message(_PROVIDE | _TEXT, zlib.compress(struct.pack("!I", len(data)) + data))
        self.fetched = small and bool(self._caps & _PROVIDE)
        return self._held if self.fetched else _message(_NOTIFY | _TEXT)

    def read(self, size: int) -> Steps[Heard]:
        """Read a message of `size` bytes, which the caller has bounded. Raises DesktopProtocolError."""
        if size < 4:
            raise DesktopProtocolError(f"The server sent a clipboard message of {size} bytes; it must have 4 at least.")
        flags = yield from read_u32()
        left = size - 4
        if flags & _CAPS:
            return (yield from self._read_caps(flags, left))
        if flags & _PROVIDE and flags & _TEXT:
            return Heard(text=(yield from self._read_text(left)))
        yield from skip(left)
        if flags & _NOTIFY and flags & _TEXT and self._caps & _REQUEST:
            return Heard(_message(_REQUEST | _TEXT))
        if flags & _REQUEST and flags & _TEXT and self._held:
            self.fetched = True
            return Heard(self._held)
        if flags & (_REQUEST | _PEEK) and self._caps & _NOTIFY:
            return Heard(_message(_NOTIFY | (_TEXT if self._held else 0)))
        return Heard()

    def _read_caps(self, flags: int, left: int) -> Steps[Heard]:
        count = (flags & _FORMATS).bit_count()
        if left < 4 * count:
            raise DesktopProtocolError(f"The server sent {left} bytes of sizes for {count} clipboard formats.")
        sizes = struct.unpack(f"!{count}I", (yield from read_bytes(4 * count)))
        yield from skip(left - 4 * count)
        first = not self._caps
        self._largest_unasked = sizes[0] if flags & _TEXT else 0
        self._caps = flags
        answer = _message(_EVERYTHING, struct.pack("!I", min(self._limit, _LARGEST)))
        # What was copied before this client came is not told unless it asks.
        return Heard(answer + (_message(_PEEK) if first and flags & _PEEK else b""))

    def _read_text(self, left: int) -> Steps[str | None]:
        stream = _Deflated(left)
        (size,) = struct.unpack("!I", (yield from stream.read(4)))
        text = None
        if size <= 2 * self._limit + 1:
            text = (yield from stream.read(size)).removesuffix(b"\0").replace(b"\r\n", b"\n")
            size = len(text)
        yield from skip(stream.left)
        if text is None or size > self._limit:
            logger.warning("the clipboard text of %s has %d bytes and was skipped", self._peer, size)
            return None
        return text.decode("utf-8", "replace")


class _Deflated:
    """The zlib stream in a message's last `left` bytes, inflated no further than it is read."""

    def __init__(self, left: int) -> None:
        self.left = left
        self._inflater = zlib.decompressobj()

    def read(self, size: int) -> Steps[bytes]:
        """Return `size` inflated bytes. Raises DesktopProtocolError where there are fewer."""
        pieces, missing, data = [], size, self._inflater.unconsumed_tail
        while missing:
            try:
                pieces.append(self._inflater.decompress(data, missing))
            except zlib.error as error:
                raise DesktopProtocolError(f"The server sent a clipboard text that is not zlib data: {error}.") from None
            missing -= len(pieces[-1])
            data = self._inflater.unconsumed_tail
            if missing:
                if self._inflater.eof or not self.left:
                    raise DesktopProtocolError(f"The server sent a clipboard text that ends {missing} bytes early.")
                data = bytes((yield min(self.left, CHUNK)))
                self.left -= len(data)
        return b"".join(pieces)


def _encode(text: str, limit: int) -> bytes:
    """Return `text` as it travels: lines end in CR LF, the whole in a NUL."""
    if "\0" in text:
        raise CutTextRefused("A NUL character cannot be put on the desktop's clipboard: it ends the text there.")
    lines = text.replace("\r\n", "\n")
    try:
        size = len(lines.encode())
    except UnicodeEncodeError as error:
        raise CutTextRefused(f"{text[error.start]!a} is no character that can be put on the desktop's clipboard.") from None
    if size > limit:
        raise CutTextRefused(f"A text of {size} bytes is too long for the clipboard; at most {limit} are sent.")
    return lines.replace("\n", "\r\n").encode() + b"\0"


def _message(flags: int, body: bytes = b"") -> bytes:
    return struct.pack("!BxxxiI", 6, -4 - len(body), flags) + body
