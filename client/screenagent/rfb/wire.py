"""How bytes are asked for: readers are generators that yield the number of bytes they need and are sent exactly those.

What they are sent is a view that is good until the next yield: whoever keeps it makes `bytes` of it.
"""

from __future__ import annotations

import struct
from collections.abc import Generator
from typing import TypeAlias, TypeVar

from screenagent.errors import DesktopProtocolError

T = TypeVar("T")
Steps: TypeAlias = Generator[int, memoryview, T]

CHUNK = 1 << 16
"""The most bytes that a reader asks for at once, so that what is buffered stays small whatever a length field says."""

_U32 = struct.Struct("!I")
_U16 = struct.Struct("!H")


def read_u8() -> Steps[int]:
    """Read an unsigned byte."""
    return (yield 1)[0]


def read_u16() -> Steps[int]:
    """Read a big-endian unsigned 16-bit number."""
    return int(_U16.unpack((yield 2))[0])


def read_u32() -> Steps[int]:
    """Read a big-endian unsigned 32-bit number."""
    return int(_U32.unpack((yield 4))[0])


def read_sized(what: str, limit: int) -> Steps[bytes]:
    """Read a 32-bit length and that many bytes; a length above `limit` is an error that names `what`."""
    size = yield from read_u32()
    if size > limit:
        raise DesktopProtocolError(f"The server announced {what} of {size} bytes; at most {limit} are accepted.")
    return (yield from read_bytes(size))


def read_bytes(size: int) -> Steps[bytes]:
    """Read `size` bytes, which the caller has bounded."""
    if size <= CHUNK:
        return bytes((yield size)) if size else b""
    pieces = []
    while size > 0:
        piece = bytes((yield min(size, CHUNK)))
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def skip(size: int) -> Steps[None]:
    """Read `size` bytes and keep none."""
    while size > 0:
        size -= len((yield min(size, CHUNK)))
