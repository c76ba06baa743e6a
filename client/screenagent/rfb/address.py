"""VNC addresses as people write them."""

from __future__ import annotations

import ipaddress

from screenagent.errors import SettingsError

BASE_PORT = 5900
_FORMS = "Write host, host:display, host::port, [IPv6 address]:display, or the path of a unix socket."
_UNIX = "unix:"


def parse_address(text: str) -> tuple[str, int]:
    """Return (host, port) of ``host``, ``host:display``, ``host::port``, ``[v6]:display``, ``[v6]::port`` or a socket's path.

    Display N means port 5900 + N; a number of 100 or more after one colon is taken as a port, as all viewers do. An empty
    host is the local machine. An IPv6 address needs brackets before a display or port, and where it would read as ``host::port``.
    A path begins with ``/``, with or without ``unix:`` before it; its port means nothing. Raises SettingsError.
    """
    address = text.strip()
    path = socket_path(address)
    if path:
        return path, BASE_PORT
    if address.startswith("["):
        host, bracket, rest = address[1:].partition("]")
        if not bracket or not host:
            raise SettingsError(f'"{text}" is not a VNC address: the bracket is not closed.', hint=_FORMS)
    elif _is_bare_v6(address):
        host, rest = address, ""
    else:
        host, colon, rest = address.partition(":")
        rest = colon + rest
    return host or "localhost", _port(rest, text)


def _is_bare_v6(address: str) -> bool:
    host, colons, number = address.rpartition("::")
    if colons and number.isdigit() and ":" not in host and address != "::1":
        return False
    try:
        ipaddress.IPv6Address(address)
    except ValueError:
        return False
    return True


def _port(rest: str, text: str) -> int:
    if not rest:
        return BASE_PORT
    digits = rest[2:] if rest.startswith("::") else rest[1:]
    if not rest.startswith(":") or not (digits.isascii() and digits.isdigit()) or len(digits) > 5:
        raise SettingsError(f'"{text}" is not a VNC address.', hint=_FORMS)
    number = int(digits)
    port = number if rest.startswith("::") or number >= 100 else BASE_PORT + number
    if not 0 < port < 65536:
        raise SettingsError(f'"{text}" is not a VNC address: there is no port {port}.', hint=_FORMS)
    return port


def socket_path(host: str) -> str:
    """Return the path of the unix socket that `host` names, ``/path`` or ``unix:/path``; empty when it names none."""
    path = host.removeprefix(_UNIX)
    return path if path.startswith("/") else ""


def host_of(peer: str) -> str:
    """Return the host of a shown address as a certificate would name it: no port, brackets or zone; a socket is on localhost."""
    return "localhost" if peer.startswith("/") else peer.rpartition(":")[0].strip("[]").partition("%")[0]


def is_this_machine(peer: str) -> bool:
    """Whether a shown address is one of the local machine's own."""
    host = host_of(peer)
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def show_address(host: str, port: int) -> str:
    """Return ``host:port`` for messages, with brackets around an IPv6 address; a unix socket's path stays as it is."""
    path = socket_path(host)
    if path:
        return path
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
