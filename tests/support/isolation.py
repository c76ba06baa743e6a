"""Tests never see the person's home: neither its files nor what programs keep there."""

import os

import pytest

from screenagent import log

XDG = {f"XDG_{kind}_HOME": f".{kind.lower()}" for kind in ("STATE", "CONFIG", "CACHE", "DATA")}


def _point_to(home, setenv):
    setenv("HOME", str(home))
    for name, inside in XDG.items():
        setenv(name, str(home / inside))


@pytest.fixture(scope="session", autouse=True)
def session_home(tmp_path_factory):
    """A home for what lives longer than one test."""
    kept = {name: os.environ.get(name) for name in ("HOME", *XDG)}
    home = tmp_path_factory.mktemp("session-home")
    _point_to(home, os.environ.__setitem__)
    yield home
    for name, value in kept.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@pytest.fixture(autouse=True)
def home(session_home, tmp_path_factory):
    """A fresh home, with HOME and the XDG folders pointing into it."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        _point_to(folder, patch.setenv)
        yield folder


@pytest.fixture(autouse=True)
def no_secrets_from_elsewhere():
    """Forget the secrets that the test told the log to hide: they may be words of the next one."""
    before = set(log._secrets)
    yield
    log._secrets.clear()
    log._secrets.update(before)
