"""The screen as a picture file."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import time
from pathlib import Path

import numpy as np
import typer
from numpy.typing import NDArray
from PIL import Image

from screenagent import rfb
from screenagent.cli.vnc.places import parse_region, require_on_screen
from screenagent.cli.vnc.visit import looking
from screenagent.cli.vnc.where import Where
from screenagent.desktop import cursor
from screenagent.desktop.link import CursorImage
from screenagent.domain.geometry import Point
from screenagent.errors import SettingsError

_FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}
_JPEG_QUALITY = 90


def take(where: Where, file: str, *, region: str | None, pointer: bool) -> None:
    """Write what the screen shows to `file`, ``-`` for standard output, and say its size.

    Raises:
        SettingsError: the name ends in no format that can be written, the region is none, or the file cannot be written.
        DesktopError
    """
    name = file or time.strftime("vnc-%Y%m%dT%H%M%S.png")
    form = "PNG" if name == "-" else _FORMATS.get(Path(name).suffix.lower(), "")
    if not form:
        raise SettingsError(f'"{name}" is not a picture that can be written.', hint=f"Let it end in {', '.join(_FORMATS)}.")
    part = parse_region(region) if region else None
    client = where.client()
    with looking(client):
        pixels = _pixels(client, pointer=pointer)
    if part:
        require_on_screen(part, (pixels.shape[1], pixels.shape[0]))
        x, y, width, height = part
        pixels = pixels[y : y + height, x : x + width]
    data = _encoded(np.ascontiguousarray(pixels), form)
    if name == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    _write(Path(name), data)
    typer.echo(f"{name}: {pixels.shape[1]}x{pixels.shape[0]}, {len(data)} bytes")


def _pixels(client: rfb.Client, *, pointer: bool) -> NDArray[np.uint8]:
    """Return (height, width, 3) RGB."""
    picture = client.snapshot().pixels
    pixels: NDArray[np.uint8] = picture[:, :, 2::-1].copy()
    if pointer:
        shape, place = client.cursor, client.pointer_position
        if place is None:
            typer.echo("The server has not told where the pointer is; it may have painted it in itself.", err=True)
        else:
            image = CursorImage(shape.pixels, shape.hotspot_x, shape.hotspot_y) if shape else cursor.ARROW
            cursor.draw(pixels, image, Point(*place))
    return pixels


def _encoded(pixels: NDArray[np.uint8], form: str) -> bytes:
    file = io.BytesIO()
    if form == "PNG":
        Image.fromarray(pixels).save(file, "PNG")
    else:
        Image.fromarray(pixels).save(file, "JPEG", quality=_JPEG_QUALITY, subsampling=0)
    return file.getvalue()


def _write(file: Path, data: bytes) -> None:
    """Write a file whole or not at all; what is no ordinary file (a pipe, a device) is written to as it is."""
    target = file.resolve()
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(data)
            return
        try:
            part.write_bytes(data)
            part.replace(target)
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
    except OSError as error:
        raise SettingsError(f"The picture cannot be written to {file}: {error.strerror}.") from None
