"""VNC addresses as people write them."""

from __future__ import annotations

import ipaddress

from screenagent.errors import SettingsError

BASE_PORT = 5900
_FORMS = "Write host, host:display, host::port, or [IPv6 address]:display."


def parse_address(text: str) -> tuple[str, int]:
    """Return (host, port) of ``host``, ``host:display``, ``host::port``, ``[v6]:display`` or ``[v6]::port``.

    Display N means port 5900 + N; a number of 100 or more after one colon is taken as a port, as all viewers do. An empty
    host is the local machine. Raises SettingsError.
    """
    address = text.strip()
    if address.startswith("["):
        host, bracket, rest = address[1:].partition("]")
        if not bracket or not host:
            raise SettingsError(f'"{text}" is not a VNC address: the bracket is not closed.', hint=_FORMS)
    elif address.count(":") >= 2 and "::" not in address.rstrip("0123456789")[-2:]:
        host, rest = address, ""
    else:
        host, colon, rest = address.partition(":")
        rest = colon + rest
    return host or "localhost", _port(rest, text)


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


def is_this_machine(peer: str) -> bool:
    """Whether a shown address is one of the local machine's own."""
    if peer.startswith("/"):
        return True
    host = peer.rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def show_address(host: str, port: int) -> str:
    """Return ``host:port`` for messages, with brackets around an IPv6 address; a unix socket's path stays as it is."""
    if host.startswith("/"):
        return host
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
