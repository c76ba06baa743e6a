"""A small server on libvncserver, compiled from the C file beside this one, whose screen has a pixel format of our choice."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np

from goldens.rfb import scene
from goldens.rfb.pictures import cut
from goldens.rfb.servers import Stage, even_colours, free_port, process, to_even_colours, until_speaking

_SOURCE = Path(__file__).with_name("pictureserver.c")
_FIVE_BITS = 31


@contextlib.contextmanager
def libvncserver(screen: Literal["rgb888", "rgb555", "map"]) -> Iterator[Stage]:
    """A screen of 32 bits, of 16 bits with 5 for each channel, or of 8 bits with a colour map."""
    with tempfile.TemporaryDirectory() as folder:
        program, port = Path(folder) / "pictureserver", free_port()
        subprocess.run(["cc", "-O1", "-Wall", "-Werror", str(_SOURCE), "-lvncserver", "-o", str(program)], check=True)
        bits = {"rgb888": "32", "rgb555": "16", "map": "8"}[screen]
        colours = "map" if screen == "map" else "true"
        command = [str(program), str(port), str(scene.WIDTH), str(scene.HEIGHT), bits, colours]
        with process(command, stdin=subprocess.PIPE) as running:
            assert running.stdin is not None
            pipe, shown = running.stdin, [scene.frames()[0]]

            def paint(_: np.ndarray, picture: np.ndarray) -> None:
                shown[0] = picture
                pipe.write(_pixels(picture, screen))
                pipe.flush()

            if screen == "map":
                pipe.write(even_colours(256).tobytes())
            paint(shown[0], shown[0])
            until_speaking(port)
            yield Stage(port, paint, lambda: _truth(shown[0], screen))


def _pixels(picture: np.ndarray, screen: str) -> bytes:
    blue, green, red = (picture[:, :, place].astype(int) for place in range(3))
    if screen == "rgb555":
        five = [cut(channel, _FIVE_BITS) for channel in (red, green, blue)]
        return (five[0] | five[1] << 5 | five[2] << 10).astype("<u2").tobytes()
    if screen == "map":
        return to_even_colours(picture).astype(np.uint8).tobytes()
    return picture.tobytes()


def _truth(picture: np.ndarray, screen: str) -> np.ndarray:
    rgb = picture[:, :, 2::-1]
    if screen == "rgb555":
        return np.rint(cut(rgb.astype(int), _FIVE_BITS) * 255 / _FIVE_BITS).astype(np.uint8)
    if screen == "map":
        return even_colours(256)[to_even_colours(picture)]
    return rgb
