"""The X server of the desktop: its command line, its authority file and its socket."""

from __future__ import annotations

import os
import socket
import struct
from pathlib import Path

from screenagent.desktop.xfce.order import Doors

_FAMILY_WILD = 0xFFFF
COOKIE_NAME = b"MIT-MAGIC-COOKIE-1"
SOCKETS = Path("/tmp/.X11-unix")


def authority(cookie: bytes) -> bytes:
    """Return an Xauthority file with one entry, valid for every display: its number is not known before the server runs."""

    def counted(value: bytes) -> bytes:
        return struct.pack(">H", len(value)) + value

    return struct.pack(">H", _FAMILY_WILD) + counted(b"") + counted(b"") + counted(COOKIE_NAME) + counted(cookie)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that nobody else can read, not even for a moment."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(
    size: tuple[int, int], port: int, password_file: Path, authority_file: Path, display_fd: int, doors: Doors
) -> list[str]:
    """Return the command line: any free display, VNC as `doors` says, X on a unix socket and with the cookie alone.

    On 127.0.0.1 the blacklist is off: it counts every connection that ends before the password, a health check's too, and all
    come from the same address, so it would lock out the owner; the random password withstands guessing without it.
    """
    width, height = size
    within = [] if doors.public else ["-localhost", "-UseIPv6=0", "-UseBlacklist=0"]
    certified = ["-X509Cert", doors.certificate, "-X509Key", doors.key] if doors.certificate else []
    return [
        *("Xtigervnc", "-displayfd", str(display_fd)),
        *("-geometry", f"{width}x{height}", "-depth", "24"),
        *within,
        *("-rfbport", str(port), "-rfbauth", str(password_file), "-SecurityTypes", ",".join(doors.security)),
        *certified,
        *("-nolisten", "tcp", "-auth", str(authority_file)),
        *("-AlwaysShared", "-MaxCutText", "10000000", "-desktop", "ScreenAgent"),
        *("-noreset", "-s", "0", "-br"),
    ]


def sockets_problem() -> tuple[str, str] | None:
    """Return what keeps an X server from making its socket, with the way out; None when nothing is known to."""
    fix = f"sudo mkdir -p -m 1777 {SOCKETS} && sudo chmod 1777 {SOCKETS}"
    if not SOCKETS.exists():
        if os.geteuid() != 0 and not os.access(SOCKETS.parent, os.W_OK):
            return f"The folder {SOCKETS} is missing and cannot be made.", fix
        return None
    if not SOCKETS.is_dir():
        return f"{SOCKETS} is not a folder, so no X server can start.", f"sudo rm {SOCKETS}"
    if not os.access(SOCKETS, os.W_OK | os.X_OK):
        return f"The folder {SOCKETS} is not writable, so no X server can start.", fix
    return None


def remove_traces(display: str) -> None:
    """Remove the socket of an X server that was killed; one that somebody answers at belongs to a new server.

    There is no lock file to remove: a server that chooses its own display makes none.
    """
    path = SOCKETS / f"X{display.lstrip(':')}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink(missing_ok=True)
        except OSError:
            pass
