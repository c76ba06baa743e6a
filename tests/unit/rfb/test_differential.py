"""What the client shows is what the X server itself says that it shows, after very many random operations on the screen."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from goldens.rfb.pictures import LIBVNCSERVER, TIGERVNC, Reduction
from goldens.rfb.servers import Stage, x11vnc, xtigervnc
from screenagent.rfb import Client, Options, painter
from support.x11 import XClient

PATIENCE = 60.0
SMALLEST, LARGEST = (160, 120), (320, 240)


@dataclass(frozen=True)
class Case:
    """A server, what is done to its screen, and what clients ask it for, all at the same time."""

    program: str
    start: Callable[[], AbstractContextManager[Stage]]
    deeds: dict[str, int]
    """How often each is done, of a hundred."""
    operations: int
    between_checks: int
    reduction: Reduction
    offers: dict[str, Options]


def _offer(*encodings: str) -> Options:
    return Options(encodings=encodings)


_PAINTING = {"fill": 35, "image": 25, "text": 20}
_TIGERVNC = partial(xtigervnc, geometry="{}x{}".format(*SMALLEST))
CASES = {
    "tigervnc": Case(
        "Xtigervnc",
        _TIGERVNC,
        {**_PAINTING, "copy": 10, "move": 9, "resize": 1},
        operations=1000,
        between_checks=5,
        reduction=TIGERVNC,
        offers={
            "raw": _offer("raw"),
            "rre": _offer("rre"),
            "hextile": _offer("hextile"),
            "zrle": _offer("zrle"),
            "zrle in 8 bits": replace(_offer("zrle"), pixel_format="bgr233"),
            "tight": _offer("tight"),
            "tight on request": replace(_offer("tight"), updates="request"),
            "tight in 16 bits": replace(_offer("tight"), pixel_format="rgb565"),
        },
    ),
    "tigervnc, copying": Case(
        "Xtigervnc",
        _TIGERVNC,
        {**_PAINTING, "copy": 10, "move": 9, "resize": 1},  # TigerVNC 1.12 copies what it should not, which is then mended
        operations=1000,
        between_checks=5,
        reduction=TIGERVNC,
        offers={
            "by itself": Options(),
            "copies and raw": _offer("copyrect", "raw"),
            "copies and hextile": _offer("copyrect", "hextile"),
            "copies and zrle": _offer("copyrect", "zrle"),
            "copies and tight": _offer("copyrect", "tight"),
        },
    ),
    "x11vnc": Case(
        "x11vnc",
        x11vnc,
        {**_PAINTING, "copy": 10, "move": 10},
        operations=200,
        between_checks=10,
        reduction=LIBVNCSERVER,
        offers={
            "by itself": Options(),
            "raw": _offer("raw"),
            "rre": _offer("rre"),
            "hextile": _offer("hextile"),
            "zlib": _offer("zlib"),
            "zrle": _offer("zrle"),
            "zrle in 8 bits": replace(_offer("zrle"), pixel_format="bgr233"),
            "tight": _offer("tight"),
        },
    ),
}


class Scribbler:
    """Does one random thing after the other to the screen of an X server."""

    def __init__(self, stage: Stage, x: XClient, deeds: dict[str, int], seed: int) -> None:
        self._stage, self._x = stage, x
        self._random, self._noise = random.Random(seed), np.random.default_rng(seed)
        self._windows: list[int] = []
        self._inks = [self._random.randrange(1 << 24) for _ in range(12)]
        every = (self._fill, self._image, self._text, self._copy, self._move, self._resize)
        self._deeds = {deed: deeds.get(deed.__name__.removeprefix("_"), 0) for deed in every}

    def act(self) -> str:
        """Do something; return what."""
        (deed,) = self._random.choices(list(self._deeds), list(self._deeds.values()))
        deed()
        self._x.flush()
        return deed.__name__.removeprefix("_")

    def _place(self) -> tuple[int, int]:
        """Also places that are partly or quite outside the screen, as it may be smaller."""
        return self._random.randrange(-20, LARGEST[0]), self._random.randrange(-20, LARGEST[1])

    def _extent(self) -> tuple[int, int]:
        return self._random.choice([1, 7, 16, 40, 90, 200]), self._random.choice([1, 5, 16, 33, 64, 130])

    def _fill(self) -> None:
        self._x.fill(*self._place(), *self._extent(), self._random.choice(self._inks))

    def _image(self) -> None:
        width, height = self._extent()
        kind = self._random.randrange(3)
        if kind == 0:
            words = self._noise.integers(0, 1 << 24, (height, width))
        elif kind == 1:
            words = np.array(self._inks)[self._noise.integers(0, 12, (height, width))]
        else:
            words = np.add.outer(np.arange(height) * 0x20100, np.arange(width) * 0x102)
        self._x.put(*self._place(), words.astype("<u4").view(np.uint8).reshape(height, width, 4))

    def _text(self) -> None:
        letters = "".join(chr(self._random.randrange(33, 127)) for _ in range(self._random.randrange(1, 30)))
        self._x.text(*self._place(), letters, *self._random.sample(self._inks, 2))

    def _copy(self) -> None:
        self._x.copy(*self._place(), *self._extent(), *self._place())

    def _move(self) -> None:
        if len(self._windows) < 4:
            self._windows.append(self._x.window(*self._place(), *self._extent(), self._random.choice(self._inks)))
        else:
            self._x.move(self._random.choice(self._windows), *self._place())

    def _resize(self) -> None:
        size = (self._random.randint(least, most) for least, most in zip(SMALLEST, LARGEST, strict=True))
        self._stage.x("xrandr", "--fb", "{}x{}".format(*size))


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 31))])
@pytest.mark.parametrize("name", CASES)
def test_every_offer_leads_to_the_picture_of_the_x_server_and_of_vncdotool(
    name: str, seed: int, client_for: Callable[..., Client], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = CASES[name]
    monkeypatch.setattr(painter, "SMALL", 256)  # so that small screens, too, are decoded on several threads
    if shutil.which(case.program) is None:
        pytest.skip(f"{case.program} is not installed")
    with case.start() as stage, XClient(stage.display) as x:
        clients = {offer: client_for(stage.port, options=replace(what, reconnect=False)) for offer, what in case.offers.items()}
        for client in clients.values():
            client.connect()
        scribbler = Scribbler(stage, x, case.deeds, seed)
        for _ in range(0, case.operations, case.between_checks):
            deeds = [scribbler.act() for _ in range(case.between_checks)]
            x.sync()
            picture = stage.truth()
            for offer, client in clients.items():
                expected = case.reduction(picture, case.offers[offer].pixel_format)
                assert _shows(client, expected), f"{offer}, seed {seed}, after {deeds}"
        assert _came(clients) >= {encoding for options in case.offers.values() for encoding in options.encodings or ()}
        assert np.array_equal(_by_vncdotool(stage.port, tmp_path / "screen.png"), picture)
        for client in clients.values():
            client.close()


def _shows(client: Client, picture: np.ndarray) -> bool:
    """Wait until the client shows the (height, width, 3) RGB picture."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        snapshot = client.snapshot()
        if np.array_equal(snapshot.pixels[:, :, 2::-1], picture):
            return True
        client.wait_update(snapshot.number, deadline - time.monotonic())
    return False


def _came(clients: dict[str, Client]) -> set[str]:
    """Return the encodings that were used, by their names in the settings."""
    return {told.split(" ")[0].lower() for client in clients.values() for told in client.statistics().encodings}


def _by_vncdotool(port: int, file: Path) -> np.ndarray:
    """Return the screen as vncdotool sees it, which asks for Raw. Its first picture may have the first rectangle elsewhere."""
    command = [sys.executable, "-c", "from vncdotool.command import vncdo; vncdo()", "--nocursor"]
    subprocess.run([*command, "-s", f"127.0.0.1::{port}", *["capture", str(file)] * 2], timeout=PATIENCE, check=True)
    with Image.open(file) as image:
        return np.asarray(image.convert("RGB"))
