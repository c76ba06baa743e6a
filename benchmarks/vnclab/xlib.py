"""A small X client over libX11: what has to be painted on a server's root window."""

from __future__ import annotations

import ctypes
import ctypes.util
from ctypes import c_char_p, c_int, c_uint, c_ulong, c_void_p

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
_ZPIXMAP, _FILL_SOLID, _FILL_TILED, _DEPTH = 2, 0, 1, 24
_PIXMAP_HEIGHT = 32000
_SIGNATURES: dict[str, tuple[object, list[object]]] = {
    "XOpenDisplay": (c_void_p, [c_char_p]),
    "XCloseDisplay": (c_int, [c_void_p]),
    "XDefaultRootWindow": (c_ulong, [c_void_p]),
    "XDefaultVisual": (c_void_p, [c_void_p, c_int]),
    "XDefaultDepth": (c_int, [c_void_p, c_int]),
    "XDefaultGC": (c_void_p, [c_void_p, c_int]),
    "XCreatePixmap": (c_ulong, [c_void_p, c_ulong, c_uint, c_uint, c_uint]),
    "XFreePixmap": (c_int, [c_void_p, c_ulong]),
    "XCreateImage": (
        c_void_p,
        [c_void_p, c_void_p, c_uint, c_int, c_int, c_void_p, c_uint, c_uint, c_int, c_int],
    ),
    "XPutImage": (c_int, [c_void_p, c_ulong, c_void_p, c_void_p, *[c_int] * 4, c_uint, c_uint]),
    "XFree": (c_int, [c_void_p]),
    "XSetWindowBackgroundPixmap": (c_int, [c_void_p, c_ulong, c_ulong]),
    "XClearWindow": (c_int, [c_void_p, c_ulong]),
    "XSetTile": (c_int, [c_void_p, c_void_p, c_ulong]),
    "XSetFillStyle": (c_int, [c_void_p, c_void_p, c_int]),
    "XFillRectangle": (c_int, [c_void_p, c_ulong, c_void_p, c_int, c_int, c_uint, c_uint]),
    "XCopyArea": (c_int, [c_void_p, c_ulong, c_ulong, c_void_p, c_int, c_int, c_uint, c_uint, c_int, c_int]),
    "XSetGraphicsExposures": (c_int, [c_void_p, c_void_p, c_int]),
    "XCreateBitmapFromData": (c_ulong, [c_void_p, c_ulong, c_char_p, c_uint, c_uint]),
    "XCreatePixmapCursor": (c_ulong, [c_void_p, c_ulong, c_ulong, c_void_p, c_void_p, c_uint, c_uint]),
    "XDefineCursor": (c_int, [c_void_p, c_ulong, c_ulong]),
    "XFlush": (c_int, [c_void_p]),
    "XSync": (c_int, [c_void_p, c_int]),
}


def _library() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL(ctypes.util.find_library("X11") or "libX11.so.6")
    except OSError:
        raise SystemExit("libX11 is missing: apt install libx11-6") from None
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


class Display:
    """A connection to an X server of depth 24, for one thread at a time."""

    def __init__(self, name: str) -> None:
        self._x = _library()
        self._display = self._x.XOpenDisplay(name.encode())
        if not self._display:
            raise SystemExit(f"The X server {name} cannot be reached.")
        if self._x.XDefaultDepth(self._display, 0) != _DEPTH:
            raise SystemExit(f"The X server {name} does not have the depth {_DEPTH}.")
        self.root = int(self._x.XDefaultRootWindow(self._display))
        self._context = self._x.XDefaultGC(self._display, 0)
        self._x.XSetGraphicsExposures(self._display, self._context, 0)

    def show(self, pixels: Pixels) -> None:
        """Make the picture the root window's background."""
        pixmap = self.pixmap(pixels)
        self._x.XSetWindowBackgroundPixmap(self._display, self.root, pixmap)
        self._x.XClearWindow(self._display, self.root)
        self._x.XFreePixmap(self._display, pixmap)
        self.sync()

    def pixmap(self, pixels: Pixels) -> int:
        """Return a new pixmap of (height, width, 4) BGRX pixels."""
        height, width = pixels.shape[:2]
        if height > _PIXMAP_HEIGHT:
            raise ValueError(f"a pixmap has at most {_PIXMAP_HEIGHT} rows")
        data = np.ascontiguousarray(pixels)
        pixmap = int(self._x.XCreatePixmap(self._display, self.root, width, height, _DEPTH))
        visual = self._x.XDefaultVisual(self._display, 0)
        image = self._x.XCreateImage(self._display, visual, _DEPTH, _ZPIXMAP, 0, data.ctypes.data, width, height, 32, 4 * width)
        self._x.XPutImage(self._display, pixmap, self._context, image, 0, 0, 0, 0, width, height)
        self._x.XFree(image)
        return pixmap

    def copy(self, source: int, x: int, y: int, width: int, height: int, to_x: int, to_y: int) -> None:
        """Copy an area of a pixmap, or of the root window, to the root window."""
        self._x.XCopyArea(self._display, source, self.root, self._context, x, y, width, height, to_x, to_y)

    def tile(self, pixmap: int, width: int, height: int) -> None:
        """Paint the root window's upper left (width, height) with a pixmap, again and again, in one request."""
        self._x.XSetTile(self._display, self._context, pixmap)
        self._x.XSetFillStyle(self._display, self._context, _FILL_TILED)
        self._x.XFillRectangle(self._display, self.root, self._context, 0, 0, width, height)
        self._x.XSetFillStyle(self._display, self._context, _FILL_SOLID)

    def hide_pointer(self) -> None:
        """Give the root window a pointer of which nothing is seen."""
        nothing = self._x.XCreateBitmapFromData(self._display, self.root, b"\0", 1, 1)
        black = (ctypes.c_byte * 16)()  # an XColor
        cursor = self._x.XCreatePixmapCursor(self._display, nothing, nothing, black, black, 0, 0)
        self._x.XDefineCursor(self._display, self.root, cursor)
        self.sync()

    def flush(self) -> None:
        """Send what was asked for."""
        self._x.XFlush(self._display)

    def sync(self) -> None:
        """Wait until everything asked for was done."""
        self._x.XSync(self._display, 0)

    def close(self) -> None:
        """Close the connection; pixmaps go with it."""
        self._x.XCloseDisplay(self._display)
