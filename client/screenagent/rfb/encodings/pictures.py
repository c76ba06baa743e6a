"""JPEG and PNG pictures inside rectangles."""

from __future__ import annotations

import io

import numpy as np

from screenagent.errors import DesktopProtocolError
from screenagent.rfb.pixels import WORD, Words

_START_OF_SCAN = b"\xff\xda"
_SCAN, _SEQUENTIAL_FRAMES = 0xDA, (0xC0, 0xC1)
_MOST_SCANS = 100
"""Of a progressive JPEG, which has about ten. Each paints all of the picture anew, and can be made of a few bytes."""


def paint_jpeg(data: bytes, area: Words) -> None:
    """Paint a JPEG of just the size of the (height, width) `area`. Raises DesktopProtocolError."""
    import simplejpeg

    scans = _scans(data)
    if scans > _MOST_SCANS:
        raise DesktopProtocolError(f"The server sent a JPEG with {scans} scans; at most {_MOST_SCANS} are accepted.")
    try:
        height, width, _, _ = simplejpeg.decode_jpeg_header(data)
        _require_size("JPEG", (height, width), area.shape)
        pixels = simplejpeg.decode_jpeg(data, colorspace="BGRX")
    except ValueError as error:
        raise DesktopProtocolError(f"The server sent a JPEG that cannot be decoded: {error}.") from None
    area[:] = pixels.view("<u4")[:, :, 0]


def _scans(data: bytes) -> int:
    """Return a number that is not below that of the scans.

    A JPEG that is not progressive, and whose first scan holds all components, has no other: libjpeg refuses a second.
    """
    position, components = 2, 0
    while position + 10 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker == _SCAN:
            if data[position + 4] == components:
                return 1
            break
        if marker in _SEQUENTIAL_FRAMES:
            components = data[position + 9]
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
    return data.count(_START_OF_SCAN)


def paint_png(data: bytes, area: Words) -> None:
    """Paint a PNG of just the size of the (height, width) `area`. Raises DesktopProtocolError."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            _require_size("PNG", (picture.height, picture.width), area.shape)
            colours = picture if picture.mode == "RGB" else picture.convert("RGB")
            pixels = colours.tobytes("raw", "BGRX")
    except UnidentifiedImageError:
        raise DesktopProtocolError("The server sent something else where a PNG was due.") from None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DesktopProtocolError(f"The server sent a PNG that cannot be decoded: {error}.") from None
    area[:] = np.frombuffer(pixels, WORD).reshape(area.shape)


def _require_size(kind: str, found: tuple[int, ...], due: tuple[int, ...]) -> None:
    if found != due:
        raise DesktopProtocolError(f"The server sent a {kind} of {found[1]}x{found[0]} for a rectangle of {due[1]}x{due[0]}.")
