"""Server-sent events as they come in, read line by line (WHATWG HTML, "Server-sent events", 9.2.6)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from screenagent.models.call import TooLarge

MAX_EVENT = 1024 * 1024
"""Characters of one event, and of one line."""

_END_OF_LINE = re.compile(r"\r\n|\r|\n")


class EventStream:
    """Bytes in, the data of whole events out. Does no I/O; holds no more than one event.

    A field called ``error`` counts as data, since some servers tell their failures so. Ids, types and retry times are left out.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._line: list[str] = []
        self._data: list[str] = []
        self._held = 0
        self._after_return = False

    def feed(self, piece: bytes) -> Iterator[str]:
        """Take bytes, cut anywhere; yield the data of each event that ends in them.

        Raises:
            TooLarge: an event passes `MAX_EVENT`.
        """
        yield from self._take(self._decoder.decode(piece))

    def end(self) -> Iterator[str]:
        """Yield what an event without its blank line holds; a server may close right after its last line."""
        yield from self._take(self._decoder.decode(b"", final=True))
        yield from self._take("\n\n")

    def _take(self, text: str) -> Iterator[str]:
        if not text:
            return
        if self._after_return and text[0] == "\n":
            text = text[1:]
            self._after_return = False
            if not text:
                return
        self._after_return = text[-1] == "\r"
        *lines, rest = _END_OF_LINE.split(text)
        for line in lines:
            self._hold(line, self._line)
            whole = "".join(self._line)
            self._line.clear()
            yield from self._end_line(whole)
        self._hold(rest, self._line)

    def _hold(self, text: str, where: list[str]) -> None:
        self._held += len(text)
        if self._held > MAX_EVENT:
            raise TooLarge(f"{MAX_EVENT} characters in one event")
        if text:
            where.append(text)

    def _end_line(self, line: str) -> Iterator[str]:
        if not line:
            if self._data:
                yield "\n".join(self._data)
            self._data.clear()
            self._held = 0
            return
        name, _, value = line.partition(":")
        if name in ("data", "error"):
            self._data.append(value.removeprefix(" "))
        else:
            self._held -= len(line)
