"""The clients that are compared, each in a process of its own that is driven over a pipe (see `talk`)."""

from __future__ import annotations

import functools
import importlib.util
import json
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from vnclab.servers import Server

FOLDER = Path(__file__).parent
OURS, LIBVNCCLIENT = "ours", "libvncclient"
CLIENTS = (OURS, LIBVNCCLIENT, "vncdotool", "asyncvnc")
LIBVNCCLIENT_PACKAGES = "gcc libc6-dev libvncserver-dev"
_PATIENCE = 120.0
_QUIET = 0.05
_COMPRESSION = 2


class ClientFailed(Exception):
    """A client's process said that something went wrong, or nothing at all."""


@dataclass(frozen=True)
class Encoding:
    """A way to send the screen: encodings, best first (empty: the client's own choice), and what is asked of Tight and Zlib."""

    name: str
    encodings: tuple[str, ...]
    quality: int | None = None
    compression: int | None = None

    @property
    def command(self) -> str:
        """The words after "connect HOST PORT"."""
        levels = [-1 if level is None else level for level in (self.quality, self.compression)]
        return f"{','.join(self.encodings) or 'auto'} {levels[0]} {levels[1]}"


ENCODINGS = {
    encoding.name: encoding
    for encoding in (
        Encoding("raw", ("raw",)),
        Encoding("hextile", ("hextile", "raw")),
        Encoding("zrle", ("zrle", "raw")),
        Encoding("tight", ("tight", "raw"), compression=_COMPRESSION),
        Encoding("tight+jpeg", ("tight", "raw"), quality=8, compression=_COMPRESSION),
        Encoding("zlib", ("zlib", "raw"), compression=_COMPRESSION),
        Encoding("rre", ("rre", "raw")),
    )
}


class Client:
    """A client's process, from `with` to its end."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._process = subprocess.Popen(
            _command(name),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        try:
            self._answer(_PATIENCE)
        except BaseException:
            self._process.kill()
            self._process.communicate()
            raise

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is not None:
            self._process.kill()
        try:
            self._process.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()

    def connect(self, server: Server, encoding: Encoding) -> float:
        """Connect; return the milliseconds until the first full frame was there."""
        return self.ask(f"connect 127.0.0.1 {server.port} {encoding.command}")["wall"]

    def settle(self) -> None:
        """Return when no more updates come, such as those with which a server improves what it sent as JPEG."""
        before = None
        for _ in range(100):
            now = self.ask("counts").get("bytes")
            if now == before:
                return
            before = now
            time.sleep(_QUIET)

    def ask(self, command: str) -> dict[str, float]:
        """Return the answer to a command. Raises ClientFailed."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(command + "\n")
            self._process.stdin.flush()
        except OSError:
            raise ClientFailed(f"{self.name} has ended") from None
        return self._answer(_PATIENCE)

    def _answer(self, patience: float) -> dict[str, float]:
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], patience)
        line = self._process.stdout.readline() if ready else ""
        if not line:
            raise ClientFailed(f"{self.name} {'has ended' if ready else f'did not answer within {patience:g} s'}")
        answer: dict[str, float] = json.loads(line)
        if "error" in answer:
            raise ClientFailed(f"{self.name}: {answer['error']}")
        return answer


def missing(name: str) -> str:
    """Say what must be installed for this client, or nothing."""
    return _MISSING[name]() if name in _MISSING else ""


def speaks(name: str, encoding: str, server: str) -> bool:
    """Whether this server sends the encoding, and the client can take it."""
    if encoding == "zlib" and server == "Xtigervnc":
        return False
    if name == "vncdotool":
        return encoding in ("raw", "hextile")
    if name == "asyncvnc":
        return encoding == {"Xtigervnc": "raw", "x11vnc": "zlib"}[server]
    return True


def _missing_libvncclient() -> str:
    if shutil.which("gcc") and Path("/usr/include/rfb/rfbclient.h").exists():
        return ""
    return f"apt install {LIBVNCCLIENT_PACKAGES}"


def _missing_module(name: str) -> Callable[[], str]:
    return lambda: "" if importlib.util.find_spec(name) else f"pip install {name}"


_MISSING: dict[str, Callable[[], str]] = {
    LIBVNCCLIENT: _missing_libvncclient,
    "vncdotool": _missing_module("vncdotool"),
    "asyncvnc": _missing_module("asyncvnc"),
}


def _command(name: str) -> list[str]:
    return [_built()] if name == LIBVNCCLIENT else [sys.executable, str(FOLDER / f"client_{name}.py")]


@functools.cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="screenagent-benchmark-")


@functools.cache
def _built() -> str:
    """Compile the C program, once a run."""
    program = Path(_folder().name) / "client"
    source = FOLDER / "client_libvncclient.c"
    done = subprocess.run(
        ["gcc", "-O2", "-o", str(program), str(source), "-lvncclient"], check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{source} cannot be compiled (apt install {LIBVNCCLIENT_PACKAGES}):\n{done.stderr}")
    return str(program)
