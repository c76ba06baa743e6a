"""Just enough of the X protocol to ask whether the desktop has been painted: connect, read a property, take a picture.

Source: X Window System Protocol, version 11, encoding appendix. Little-endian requests, 32 bits a pixel.
"""

from __future__ import annotations

import socket
import struct
from types import TracebackType

from screenagent.desktop.xfce.xserver import COOKIE_NAME, SOCKETS


class XError(Exception):
    """The X server refused a request or went away."""


class XClient:
    """One connection to the X server of `display` (`:N`) on this machine."""

    def __init__(self, display: str, cookie: bytes, timeout: float = 5.0) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(timeout)
        self._atoms: dict[str, int] = {}
        try:
            self._socket.connect(str(SOCKETS / f"X{display.lstrip(':')}"))
            self._greet(cookie)
        except OSError as error:
            self._socket.close()
            raise XError(f"no connection to the X server: {error}") from error
        except XError:
            self._socket.close()
            raise

    def __enter__(self) -> XClient:
        return self

    def __exit__(self, _type: type[BaseException] | None, _value: BaseException | None, _trace: TracebackType | None) -> None:
        self._socket.close()

    def has_property(self, name: str) -> bool:
        """Tell whether the root window has the property `name`."""
        atom = self._atom(name)
        if not atom:
            return False
        reply = self._ask(20, 0, struct.pack("<5I", self._root, atom, 0, 0, 1))
        return bool(struct.unpack_from("<I", reply, 8)[0])

    def has_owner(self, selection: str) -> bool:
        """Tell whether a program owns the selection of that name."""
        atom = self._atom(selection)
        return bool(atom and struct.unpack_from("<I", self._ask(23, 0, struct.pack("<I", atom)), 8)[0])

    def picture(self, x: int, y: int, width: int, height: int) -> bytes:
        """Return a part of the root window with everything on it: BGRX, 4 bytes a pixel, row by row."""
        body = struct.pack("<IhhHHI", self._root, x, y, width, height, 0xFFFFFFFF)
        return self._ask(73, 2, body)[32 : 32 + width * height * 4]

    def _atom(self, name: str) -> int:
        """Return the number of a name, 0 for one that nobody has used yet."""
        if not self._atoms.get(name):
            text = name.encode()
            body = struct.pack("<HH", len(text), 0) + text + bytes(-len(text) % 4)
            self._atoms[name] = struct.unpack_from("<I", self._ask(16, 1, body), 8)[0]
        return self._atoms[name]

    def _greet(self, cookie: bytes) -> None:
        name = COOKIE_NAME + bytes(-len(COOKIE_NAME) % 4)
        self._socket.sendall(struct.pack("<BxHHHHxx", ord("l"), 11, 0, len(COOKIE_NAME), len(cookie)) + name + cookie)
        accepted, _, _, _, length = struct.unpack("<BBHHH", self._receive(8))
        setup = self._receive(length * 4)
        if accepted != 1:
            raise XError(f"the X server refused the connection: {setup.decode('latin-1').strip()}")
        vendor_length, formats = struct.unpack_from("<H", setup, 16)[0], setup[21]
        self._root = struct.unpack_from("<I", setup, 32 + vendor_length + (-vendor_length % 4) + formats * 8)[0]

    def _ask(self, opcode: int, detail: int, body: bytes) -> bytes:
        try:
            self._socket.sendall(struct.pack("<BBH", opcode, detail, 1 + len(body) // 4) + body)
            while True:
                head = self._receive(32)
                if head[0] == 0:
                    raise XError(f"the X server answered with error {head[1]}")
                if head[0] == 1:
                    return head + self._receive(struct.unpack_from("<I", head, 4)[0] * 4)
        except OSError as error:
            raise XError(f"the X server went away: {error}") from error

    def _receive(self, count: int) -> bytes:
        received = bytearray()
        while len(received) < count:
            part = self._socket.recv(count - len(received))
            if not part:
                raise XError("the X server closed the connection")
            received += part
        return bytes(received)


def painted(client: XClient, size: tuple[int, int], bar: int = 30) -> bool:
    """Tell whether the window manager runs, the bar at the top shows text, and the background is not the server's black."""
    if not client.has_property("_NET_SUPPORTING_WM_CHECK"):
        return False
    width, height = size
    button = client.picture(0, 0, min(160, width), bar)
    colours = {button[at : at + 3] for at in range(0, len(button), 4)}
    ground = client.picture(width // 2, height // 2, 1, 1)
    return len(colours) >= 8 and any(ground[:3])
