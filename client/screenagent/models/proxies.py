"""Which model servers are reached directly, whatever proxies the environment names."""

from __future__ import annotations

import ipaddress

import requests


def is_here(host: str) -> bool:
    """Whether `host` is this machine, which no proxy stands before."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def session_to(host: str) -> requests.Session:
    """Return a session that goes to `host` the way a model's calls do."""
    session = requests.Session()
    session.trust_env = not is_here(host)
    return session
