"""Who answers at a port where a VNC server was expected and nothing was said: servers that wait for the caller's first words."""

from __future__ import annotations

import contextlib
import socket

from screenagent.ports import Cancel

_KNOWN_PORTS = {
    3389: "Windows Remote Desktop (RDP)",
    5985: "Windows Remote Management",
    5800: "a VNC viewer for browsers",
    6080: "noVNC, a VNC viewer for browsers",
    8443: "a web server",
}


def greet(host: str, port: int, seconds: float, cancel: Cancel) -> str:
    """Say hello as a web browser does and name what answers, empty when nothing known does in time. Raises Cancelled."""
    answer = b""
    with contextlib.suppress(OSError), socket.create_connection((host, port), seconds) as link:
        link.settimeout(seconds)
        with cancel.on_cancel(lambda: _shut(link)):
            link.sendall(b"GET / HTTP/1.0\r\n\r\n")
            while len(answer) < 4096 and (piece := link.recv(4096)):
                answer += piece
    cancel.check()
    return _name(answer, port)


def _name(answer: bytes, port: int) -> str:
    if answer.startswith(b"HTTP/"):
        head = answer.partition(b"\r\n\r\n")[0].decode("latin-1")
        server = next((line.partition(":")[2].strip() for line in head.splitlines() if line.lower().startswith("server:")), "")
        kind = _KNOWN_PORTS.get(port, "a web server")
        return f"{kind} ({server[:60]})" if server else kind
    if answer.startswith(b"\x15\x03"):
        return "a server that speaks TLS only (such as https, or x11vnc with -ssl)"
    return _KNOWN_PORTS.get(port, "")


def _shut(link: socket.socket) -> None:
    with contextlib.suppress(OSError):
        link.shutdown(socket.SHUT_RDWR)
