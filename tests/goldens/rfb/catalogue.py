"""Every recording: which server, asked for what, while what happens on its screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from goldens.rfb import conversation
from goldens.rfb.conversation import Conversation
from goldens.rfb.libvnc import libvncserver
from goldens.rfb.pictures import LIBVNCSERVER, LIBVNCSERVER_MAP, NONE, QEMU, TIGERVNC, TIGHTVNC, Reduction
from goldens.rfb.qemu import qemu
from goldens.rfb.servers import Stage, rawfb, x11vnc, xtigervnc, xtightvnc
from goldens.rfb.trle import trle_server

FORMATS = ("bgrx", "rgb565", "bgr233", "colour-map")


@dataclass(frozen=True)
class Entry:
    """One recording."""

    name: str
    server: Callable[[], AbstractContextManager[Stage]]
    options: dict[str, Any] = field(default_factory=lambda: {"encodings": ["raw"]})
    """Of the session; `encodings` begins with the one that the recording is about."""
    script: Callable[[Conversation], None] = conversation.patches
    reduction: Reduction = NONE
    password: bool | None = None
    """Whether the server wants one; set where the handshake is the matter."""
    lossless: bool = True


def _tigervnc() -> Iterator[Entry]:
    for name in ("raw", "rre", "hextile", "zrle", "tight"):
        for form in FORMATS:
            yield Entry(f"tigervnc-{name}-{form}", xtigervnc, {"encodings": [name], "pixel_format": form}, reduction=TIGERVNC)
    for quality in (1, 5, 9):
        options = {"encodings": ["tight"], "quality": quality}
        yield Entry(f"tigervnc-jpeg{quality}", xtigervnc, options, conversation.soft_patches, lossless=False)
    options = {"encodings": ["tight"], "quality": 5, "pixel_format": "rgb565"}
    yield Entry("tigervnc-jpeg5-rgb565", xtigervnc, options, conversation.soft_patches, TIGERVNC, lossless=False)
    small = {"geometry": "64x48"}
    for security, password in (("None", False), ("VncAuth", True)):
        for version, more in (("3.8", ()), ("3.3", ("-Protocol3.3=1",))):
            server = partial(xtigervnc, "-SecurityTypes", security, *more, **small)
            name = f"{'password' if password else 'none'}-{version}"
            yield Entry(name, server, script=conversation.frame, password=password)
    yield Entry("drawing", partial(xtigervnc, **small), {"encodings": ["copyrect", "raw"]}, conversation.drawing)
    yield Entry("resize", partial(xtigervnc, **small), script=conversation.resize)


def _tightvnc() -> Iterator[Entry]:
    for name in ("raw", "rre", "hextile", "zlib", "tight"):
        for form in FORMATS:
            options = {"encodings": [name], "pixel_format": form, "compression": 6}
            yield Entry(f"tightvnc-{name}-{form}", xtightvnc, options, reduction=TIGHTVNC)
        for form in ("bgrx", "colour-map"):
            server = partial(xtightvnc, 8)
            yield Entry(f"tightvnc8-{name}-{form}", server, {"encodings": [name], "pixel_format": form})
    options = {"encodings": ["tight"], "quality": 5}
    yield Entry("tightvnc-jpeg5", xtightvnc, options, conversation.soft_patches, lossless=False)


def _x11vnc() -> Iterator[Entry]:
    for name in ("raw", "rre", "hextile", "zlib", "tight", "zrle"):
        yield Entry(f"x11vnc-{name}", x11vnc, {"encodings": [name]})
    for name in ("hextile", "tight", "zrle"):
        options = {"encodings": [name]}
        yield Entry(f"x11vnc-8to24-{name}", partial(x11vnc, "-8to24", depth=8), options)
        yield Entry(f"x11vnc-rotate-{name}", partial(x11vnc, "-rotate", "90", turned=partial(np.rot90, k=-1)), options)
        yield Entry(f"x11vnc-scale-{name}", partial(x11vnc, "-scale", "1/2:nb", turned=lambda shown: shown[::2, ::2]), options)
        yield Entry(f"x11vnc-rawfb-{name}", rawfb, options)
    for name in ("hextile", "zrle"):
        options = {"encodings": [name], "pixel_format": "colour-map"}
        yield Entry(f"x11vnc8-{name}-colour-map", partial(x11vnc, depth=8), options, reduction=LIBVNCSERVER_MAP)


def _libvncserver() -> Iterator[Entry]:
    for name in ("raw", "rre", "hextile", "zlib", "tight", "zrle"):
        for form in FORMATS:
            options = {"encodings": [name], "pixel_format": form}
            yield Entry(f"libvncserver-{name}-{form}", partial(libvncserver, "rgb888"), options, reduction=LIBVNCSERVER)
        options = {"encodings": [name]}
        yield Entry(f"libvncserver555-{name}-bgrx", partial(libvncserver, "rgb555"), options)
        for form in ("bgrx", "colour-map"):
            options = {"encodings": [name], "pixel_format": form}
            yield Entry(f"libvncserver8-{name}-{form}", partial(libvncserver, "map"), options, reduction=LIBVNCSERVER_MAP)

    for quality in (1, 5, 9):
        options = {"encodings": ["tight"], "quality": quality}
        server = partial(libvncserver, "rgb888")
        yield Entry(f"libvncserver-jpeg{quality}", server, options, conversation.soft_patches, lossless=False)


def _qemu() -> Iterator[Entry]:
    for name in ("raw", "hextile", "zlib", "tight", "tight-png", "zrle"):
        for form in FORMATS:
            if (name, form) == ("tight-png", "rgb565"):
                continue  # QEMU then sends some rectangles in more colours than it was asked for
            yield Entry(f"qemu-{name}-{form}", qemu, {"encodings": [name], "pixel_format": form}, reduction=QEMU)
    lossy = partial(qemu, lossy=True)
    for form in ("bgrx", "rgb565"):
        options = {"encodings": ["tight"], "pixel_format": form, "compression": 6}
        yield Entry(f"qemu-gradient-{form}", lossy, options, reduction=QEMU)
    options = {"encodings": ["tight"], "quality": 1}
    yield Entry("qemu-jpeg1", lossy, options, conversation.soft_patches, lossless=False)


def _trle() -> Iterator[Entry]:
    for form in FORMATS:
        yield Entry(f"trle-{form}", trle_server, {"encodings": ["trle"], "pixel_format": form}, reduction=LIBVNCSERVER)


ENTRIES = (*_tigervnc(), *_tightvnc(), *_x11vnc(), *_libvncserver(), *_qemu(), *_trle())
