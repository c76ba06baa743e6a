"""What the recorded servers show: a small screen that fills patch by patch, each made for other ways of encoding pixels.

Pictures are (height, width, 4) uint8 BGRX.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 128, 96
BACKGROUND = 0x2E5C8A
SOFT = 4
"""So many screens, from the first, have nothing that suffers much from JPEG."""
_SEED = 7


def frames() -> list[np.ndarray]:
    """Return the screens, one after the other; each adds one patch to the one before."""
    screen = np.empty((HEIGHT, WIDTH), "<u4")
    screen[:] = BACKGROUND
    shown = [_bgrx(screen)]
    for x, y, patch in _patches():
        screen[y : y + patch.shape[0], x : x + patch.shape[1]] = patch
        shown.append(_bgrx(screen))
    return shown


def changed(before: np.ndarray, after: np.ndarray) -> tuple[int, int, int, int]:
    """Return x, y, width and height of the area in which two pictures differ."""
    rows, columns = np.nonzero((before != after).any(axis=2))
    x, y = int(columns.min()), int(rows.min())
    return x, y, int(columns.max()) + 1 - x, int(rows.max()) + 1 - y


def _bgrx(words: np.ndarray) -> np.ndarray:
    return words.view(np.uint8).reshape(HEIGHT, WIDTH, 4).copy()


def _patches() -> list[tuple[int, int, np.ndarray]]:
    random = np.random.default_rng(_SEED)
    return [
        (0, 0, _letters()),
        (0, 32, _slope()),
        (64, 32, _photo(random)),
        (64, 0, _pick(random, 4, (32, 32))),
        (96, 0, _pick(random, 12, (32, 32))),
        (104, 32, _striped(random, 40, 24)),
        (64, 72, _runs(random)),
        (125, 94, _colours(random, 3)[None, :]),
    ]


def _letters() -> np.ndarray:
    """Dark letters on white, without soft edges: two colours."""
    image = Image.new("1", (64, 32), 1)
    pen = ImageDraw.Draw(image)
    pen.fontmode = "1"
    for row, line in enumerate(("Raw, RRE,", "Tight PNG")):
        pen.text((3, 2 + 14 * row), line, fill=0, font=ImageFont.load_default(12))
    return np.where(np.asarray(image), 0xFFFFFF, 0x10205A).astype("<u4")


def _colours(random: np.random.Generator, count: int) -> np.ndarray:
    return random.choice(1 << 24, count, replace=False).astype("<u4")


def _pick(random: np.random.Generator, count: int, shape: tuple[int, int]) -> np.ndarray:
    """Pixels of few colours, in no order."""
    return _colours(random, count)[random.integers(0, count, shape)]


def _striped(random: np.random.Generator, rows: int, columns: int) -> np.ndarray:
    """A thick stripe, of more than 255 pixels, then a colour for every row: long runs of a middling number of colours."""
    colours = np.repeat(_colours(random, rows - 15), [16] + (rows - 16) * [1])
    return np.repeat(colours[:, None], columns, axis=1)


def _runs(random: np.random.Generator) -> np.ndarray:
    """Runs of 6 pixels, no two in the same colour: too many colours for any palette."""
    return np.repeat(_colours(random, 24 * 10).reshape(24, 10), 6, axis=1)


def _slope() -> np.ndarray:
    """A change of colour in both directions, in steps of two pixels; red and blue end where they can go no further."""
    down, right = np.mgrid[0:64, 0:64] // 2
    red = np.clip(280 - 5 * down - 4 * right, 0, 255)
    blue = np.clip(6 * right + 5 * down - 60, 0, 255)
    return (red << 16 | (40 + 3 * right + 2 * down) << 8 | blue).astype("<u4")


def _photo(random: np.random.Generator) -> np.ndarray:
    """Round things in soft light, with a grain."""
    down, right = np.mgrid[0:40, 0:40]
    planes = np.empty((40, 40, 3))
    for channel, (x, y, size) in enumerate(((12, 14, 9), (26, 18, 13), (20, 30, 17))):
        planes[:, :, channel] = 60 + 160 * np.exp(-((right - x) ** 2 + (down - y) ** 2) / (2.0 * size * size))
    grainy = np.clip(planes + random.normal(0, 4, planes.shape), 0, 255).astype("<u4")
    return grainy[:, :, 2] << 16 | grainy[:, :, 1] << 8 | grainy[:, :, 0]
