"""Messages from client to server (RFC 6143 section 7.5) as bytes."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from screenagent.rfb.errors import CutTextRefused

PIXEL_FORMAT = struct.pack("!BBBBHHHBBBxxx", 32, 24, 0, 1, 255, 255, 255, 16, 8, 0)
"""32 bits a pixel, depth 24, little endian, true colour, red << 16, green << 8, blue: bytes B, G, R, X in memory."""


def set_pixel_format() -> bytes:
    """Ask for BGRX pixels, the only format that the decoders read."""
    return struct.pack("!Bxxx", 0) + PIXEL_FORMAT


def set_encodings(numbers: Sequence[int]) -> bytes:
    """Offer encodings, the best first; pseudo-encodings are negative numbers."""
    return struct.pack(f"!BxH{len(numbers)}i", 2, len(numbers), *numbers)


def update_request(x: int, y: int, width: int, height: int, *, incremental: bool) -> bytes:
    """Ask for the area's changes, or for all of it."""
    return struct.pack("!BBHHHH", 3, incremental, x, y, width, height)


def key_event(keysym: int, down: bool) -> bytes:
    """Press or release the key of an X11 keysym. Raises ValueError for what does not fit 32 bits."""
    if not 0 < keysym < 1 << 32:
        raise ValueError(f"{keysym:#x} is not a keysym")
    return struct.pack("!BBxxI", 4, down, keysym)


def pointer_event(x: int, y: int, buttons: int) -> bytes:
    """Move the pointer and set its buttons (bit 0 left). Raises ValueError for what does not fit the message."""
    if not (0 <= x < 1 << 16 and 0 <= y < 1 << 16):
        raise ValueError(f"({x}, {y}) is not a position on a screen")
    if not 0 <= buttons < 1 << 8:
        raise ValueError(f"{buttons:#x} is not a mask of 8 buttons")
    return struct.pack("!BBHH", 5, buttons, x, y)


def client_cut_text(text: str, limit: int) -> bytes:
    """Put `text` on the desktop's clipboard; lines end in a line feed. Raises CutTextRefused."""
    try:
        data = text.replace("\r\n", "\n").encode("latin-1")
    except UnicodeEncodeError as error:
        raise CutTextRefused(
            f'"{text[error.start]}" cannot be put on the desktop\'s clipboard: the VNC protocol carries Latin-1 text only.',
            hint="Use the clipboard service, or type the text.",
        ) from None
    if len(data) > limit:
        raise CutTextRefused(f"A text of {len(data)} characters is too long for the clipboard; at most {limit} are sent.")
    return struct.pack("!BxxxI", 6, len(data)) + data
