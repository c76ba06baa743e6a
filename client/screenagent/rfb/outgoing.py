"""Messages from client to server (RFC 6143 section 7.5 and the community rfbproto document) as bytes."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from screenagent.errors import ActionRefused
from screenagent.rfb.abilities import Screen
from screenagent.rfb.errors import CutTextRefused
from screenagent.rfb.pixels import PixelFormat

FENCE_LIMIT = 64
"""Bytes that a fence may carry."""


def set_pixel_format(pixel_format: PixelFormat) -> bytes:
    """Ask for pixels of this format."""
    return struct.pack("!Bxxx", 0) + pixel_format.pack()


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


def coded_key_event(keysym: int, down: bool, keycode: int) -> bytes:
    """The same, with the key's XT scan code: 1 to 0x7F, or 0x80 more for one that 0xE0 precedes (QEMU extended key event)."""
    if not 0 < keysym < 1 << 32:
        raise ValueError(f"{keysym:#x} is not a keysym")
    if not 0 < keycode < 1 << 8:
        raise ValueError(f"{keycode:#x} is not a scan code")
    return struct.pack("!BBHII", 255, 0, down, keysym, keycode)


def pointer_event(x: int, y: int, buttons: int, *, more_buttons: bool = False) -> bytes:
    """Move the pointer and set its buttons (bit 0 left, 7 back, 8 forward).

    With `more_buttons` those from bit 7 on are told by ExtendedMouseButtons, without which there is none beyond it. Raises
    ValueError for what does not fit the message, ActionRefused for a button that cannot be told.
    """
    if not (0 <= x < 1 << 16 and 0 <= y < 1 << 16):
        raise ValueError(f"({x}, {y}) is not a position on a screen")
    if not 0 <= buttons < 1 << 9:
        raise ValueError(f"{buttons:#x} is not a mask of 9 buttons")
    if buttons >> 7 and more_buttons:
        return struct.pack("!BBHHB", 5, 1 << 7 | buttons & 0x7F, x, y, buttons >> 7)
    if buttons >> 8:
        raise ActionRefused("The mouse's forward button cannot be pressed: this server takes eight buttons.")
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


def fence(flags: int, payload: bytes) -> bytes:
    """Answer a fence with the flags that were heeded and what it carried (Fence)."""
    return struct.pack("!BxxxIB", 248, flags, len(payload)) + payload


def enable_continuous_updates(x: int, y: int, width: int, height: int) -> bytes:
    """Let the server send the area's changes without being asked (ContinuousUpdates)."""
    return struct.pack("!BBHHHH", 150, True, x, y, width, height)


def set_desktop_size(width: int, height: int, screens: Sequence[Screen]) -> bytes:
    """Ask for another size, with the first of the present screens all over it (ExtendedDesktopSize).

    Raises ValueError for what does not fit the message.
    """
    if not (0 < width < 1 << 16 and 0 < height < 1 << 16):
        raise ValueError(f"{width}x{height} is not the size of a screen")
    number, flags = (screens[0].number, screens[0].flags) if screens else (0, 0)
    return struct.pack("!BxHHBx", 251, width, height, 1) + Screen(number, 0, 0, width, height, flags).pack()
