"""Screens to be sent, drawn anew by each run and always alike: (height, width, 4) uint8 BGRX.

A photo has what makes real ones hard to compress: slow gradients, overlapping things of every size with edges and a texture of
their own (the "dead leaves" of image statistics), 1/f noise over all scales, and a camera's grain. Text is an editor and a
terminal, flat a desktop of few colours.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Pixels = npt.NDArray[np.uint8]
Plane = npt.NDArray[np.float32]

SEED = 20
CELL = (9, 18)
"""Width and height of a character of the terminal, in pixels."""
TILE = 64
"""Width and height of the pictures that a screen is filled with again and again."""
_WORDS = """
the self return if window import screen update for error 0x7f3a [ok] def pixel while not None size -> done * run server 42
client != reads == path/to/file.py result { } ( ) ; 3.14 'text' warning: connection total class end
"""
_ON_WHITE = ["#1c1c1c", "#204a87", "#4e9a06", "#a40000", "#5c3566", "#888a85"]
_ON_BLACK = ["#d3d7cf", "#8ae234", "#729fcf", "#fce94f", "#ef2929", "#34e2e2"]


def make(content: str, size: tuple[int, int]) -> Pixels:
    """Return the screen of that name, of (width, height) pixels."""
    return CONTENTS[content](size)


def photo(size: tuple[int, int]) -> Pixels:
    """A landscape of no place."""
    width, height = size
    random = np.random.default_rng(SEED)
    light = np.linspace(190, 80, height, dtype=np.float32)[:, None] + np.linspace(-20, 20, width, dtype=np.float32)[None, :]
    light = light + 22 * _fractal(random, size, 2)
    warmth, green = 14 * _fractal(random, size, 1, 5), 10 * _fractal(random, size, 1, 5)
    kinds, roughness = _leaves(random, size)
    count = int(kinds.max()) + 1
    light += random.normal(0, 38, count).astype(np.float32)[kinds]
    light += random.uniform(0, 7, count).astype(np.float32)[kinds] * roughness
    warmth += random.normal(0, 16, count).astype(np.float32)[kinds]
    green += random.normal(0, 9, count).astype(np.float32)[kinds]
    picture = np.zeros((height, width, 4), np.uint8)
    for channel, plane in enumerate((light - warmth, light + green, light + warmth)):
        soft = _blurred(plane) + random.normal(0, 0.6, (height, width)).astype(np.float32)
        picture[:, :, channel] = np.clip(soft, 0, 255)
    return picture


def flat(size: tuple[int, int]) -> Pixels:
    """A background of one colour, a panel with a few words, an empty dialog."""
    width, height = size
    image = Image.new("RGB", size, "#2e5c8a")
    pen = ImageDraw.Draw(image)
    letters = font(14)
    pen.rectangle((0, 0, width, 27), fill="#e8e8e7")
    for place, word in enumerate(["Applications", "Terminal", "Untitled 1 - Editor"]):
        pen.text((12 + 180 * place, 5), word, fill="#202020", font=letters)
    left, top = width // 4, height // 4
    pen.rectangle((left, top, left + width // 3, top + height // 3), fill="#f6f5f4", outline="#808080")
    pen.rectangle((left, top, left + width // 3, top + 24), fill="#3c6ea5")
    pen.text((left + 10, top + 4), "Save Changes", fill="#ffffff", font=letters)
    return _bgrx(image)


def text(size: tuple[int, int]) -> Pixels:
    """An editor on the left, black on white with coloured words, and a terminal on the right."""
    width, height = size
    image = Image.new("RGB", size, "#ffffff")
    ImageDraw.Draw(image).rectangle((width // 2, 0, width, height), fill="#101010")
    random = np.random.default_rng(SEED)
    rows, columns = height // CELL[1], width // 2 // CELL[0] - 1
    for row in range(rows):
        _write(image, (6, row * CELL[1]), _words(random, columns), random, _ON_WHITE)
        _write(image, (width // 2 + 6, row * CELL[1]), _words(random, columns), random, _ON_BLACK)
    return _bgrx(image)


def terminal(columns: int, lines: int) -> Pixels:
    """Lines of a terminal, one below the other, as many as are to scroll by."""
    image = Image.new("RGB", (columns * CELL[0], lines * CELL[1]), "#101010")
    random = np.random.default_rng(SEED)
    for row in range(lines):
        _write(image, (0, row * CELL[1]), _words(random, columns), random, _ON_BLACK)
    return _bgrx(image)


def tiles() -> list[Pixels]:
    """Return small pictures of a colour each, roughened, that no two pixels of two of them are alike in."""
    random = np.random.default_rng(SEED)
    found = []
    for number, colour in enumerate([(30, 60, 90), (200, 70, 40), (60, 190, 80), (120, 120, 210), (220, 210, 60), (90, 30, 170)]):
        tile = np.zeros((TILE, TILE, 4), np.uint8)
        tile[:, :, :3] = np.array(colour) + random.integers(-12, 13, (TILE, TILE, 1))
        tile[0, 0, :3] = colour[0], colour[1], number
        found.append(tile)
    return found


def font(size: int) -> ImageFont.FreeTypeFont:
    """The font of all that is written here."""
    try:
        return ImageFont.truetype("DejaVuSansMono.ttf", size)
    except OSError:
        raise SystemExit("The font DejaVu Sans Mono is missing: apt install fonts-dejavu-core") from None


CONTENTS = {"photo": photo, "flat": flat, "text": text}


def _words(random: np.random.Generator, columns: int) -> list[str]:
    """Words of a line that is at most `columns` long, indented, sometimes empty."""
    length = int(random.integers(0, columns))
    known = _WORDS.split()
    words = [" " * int(random.integers(0, min(9, columns)))]
    while sum(len(word) + 1 for word in words) < length:
        words.append(known[int(random.integers(len(known)))])
    return words


def _write(image: Image.Image, place: tuple[int, int], words: list[str], random: np.random.Generator, inks: list[str]) -> None:
    """Write a line of words in changing colours, each letter in its cell."""
    pen, letters, (x, y) = ImageDraw.Draw(image), font(15), place
    for word in words:
        ink = inks[0] if random.random() < 0.7 else inks[int(random.integers(len(inks)))]
        pen.text((x, y), word, fill=ink, font=letters)
        x += (len(word) + 1) * CELL[0]


def _fractal(random: np.random.Generator, size: tuple[int, int], finest: int, octaves: int = 9) -> Plane:
    """Noise whose amplitude falls with its frequency, down to details of `finest` pixels; about -3 to 3."""
    width, height = size
    sum_, weight = np.zeros((height, width), np.float32), 1.0
    for octave in range(octaves):
        step = max(width, height) / (2 << octave)
        if step < finest:
            break
        coarse = random.normal(0, weight, (int(height / step) + 2, int(width / step) + 2)).astype(np.float32)
        sum_ += np.asarray(Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC))
        weight *= 0.6
    return sum_


def _leaves(random: np.random.Generator, size: tuple[int, int]) -> tuple[npt.NDArray[np.int32], Plane]:
    """Ellipses that cover each other, few large ones and many small ones; and a texture to be scaled by what they are."""
    width, height = size
    image = Image.new("I", size, 0)
    pen = ImageDraw.Draw(image)
    for number in range(1, 900):
        radius = height * 0.45 / (1 + number * 0.05) * float(random.uniform(0.6, 1.2))
        x, y = float(random.uniform(0, width)), float(random.uniform(height * 0.25, height * 1.1))
        flatness = float(random.uniform(0.4, 1))
        pen.ellipse((x - radius, y - radius * flatness, x + radius, y + radius * flatness), fill=number)
    return np.asarray(image, np.int32), random.normal(0, 1, (height, width)).astype(np.float32)


def _blurred(plane: Plane) -> Plane:
    """What a lens leaves of it: each pixel with its neighbours."""
    padded = np.pad(plane, 1, mode="edge")
    rows = padded[:-2] + 2 * padded[1:-1] + padded[2:]
    soft: Plane = (rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / 16
    return soft


def _bgrx(image: Image.Image) -> Pixels:
    pixels = np.zeros((image.height, image.width, 4), np.uint8)
    pixels[:, :, :3] = np.asarray(image)[:, :, ::-1]
    return pixels
