"""What a server takes beyond RFC 6143, as it has told."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import NamedTuple

_SCREEN = struct.Struct("!IHHHHI")
SCREEN_SIZE = _SCREEN.size


class Screen(NamedTuple):
    """One screen of a desktop, in pixels of the framebuffer (community rfbproto, ExtendedDesktopSize)."""

    number: int
    """The server's name for it."""
    x: int
    y: int
    width: int
    height: int
    flags: int
    """Of no known meaning, but to be kept."""

    def pack(self) -> bytes:
        """Return the 16 bytes of the message."""
        return _SCREEN.pack(*self)


def unpack_screens(data: bytes) -> tuple[Screen, ...]:
    """Return the screens in `data`, which is 16 bytes for each."""
    return tuple(Screen(*fields) for fields in _SCREEN.iter_unpack(data))


@dataclass
class Abilities:
    """Written by the thread that feeds the session, read by any."""

    key_codes: bool = False
    """Keys may be told by scan code too (QEMU extended key event)."""
    more_buttons: bool = False
    """A ninth mouse button (ExtendedMouseButtons)."""
    screens: tuple[Screen, ...] | None = None
    """The desktop's screens; None: the server has not said that it can be asked for another size."""
