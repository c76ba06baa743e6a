"""What an RFB server sends (RFC 6143), for tests that play one."""

from __future__ import annotations

import struct

HANDSHAKE = b"RFB 003.008\n" + b"\x01\x01" + bytes(4)
"""Version 3.8, no password, up to where ServerInit is due."""


def server_init(width: int, height: int, name: bytes = b"scripted") -> bytes:
    """Return a ServerInit message with some other pixel format."""
    return struct.pack("!HH16xI", width, height, len(name)) + name


def update(*rectangles: bytes, count: int | None = None) -> bytes:
    """Return a FramebufferUpdate."""
    return struct.pack("!BxH", 0, len(rectangles) if count is None else count) + b"".join(rectangles)


def rectangle(x: int, y: int, width: int, height: int, encoding: int, body: bytes = b"") -> bytes:
    """Return one rectangle of an update."""
    return struct.pack("!HHHHi", x, y, width, height, encoding) + body


def raw(x: int, y: int, width: int, height: int, value: int) -> bytes:
    """Return a Raw rectangle with all bytes of one value."""
    return rectangle(x, y, width, height, 0, bytes([value]) * (4 * width * height))


def cut_text(size: int, body: bytes = b"") -> bytes:
    """Return a ServerCutText that says it has `size` bytes."""
    return struct.pack("!Bxxxi", 3, size) + body


def extended_cut_text(flags: int, body: bytes = b"") -> bytes:
    """Return a ServerCutText of ExtendedClipboard (community rfbproto)."""
    return cut_text(-4 - len(body), struct.pack("!I", flags) + body)


def fence(flags: int, payload: bytes = b"", size: int | None = None) -> bytes:
    """Return a ServerFence (community rfbproto)."""
    return struct.pack("!BxxxIB", 248, flags, len(payload) if size is None else size) + payload


def colour_map(first: int, count: int, colours: bytes = b"") -> bytes:
    """Return a SetColourMapEntries; without `colours` all are black."""
    return struct.pack("!BxHH", 1, first, count) + (colours or bytes(6 * count))
