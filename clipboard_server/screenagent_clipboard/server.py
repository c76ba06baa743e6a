"""`screenagent-clipboard`: from the command line to a service that listens, and to its end.

Start-up order: read the token from the environment and refuse a weak one, bind the port, find the way to the clipboard, serve,
and with `--announce` print the address as one JSON line.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import FrameType

import uvicorn

from screenagent_clipboard import __version__, mechanism, tokens
from screenagent_clipboard.connection import connection
from screenagent_clipboard.limits import Limits, raise_file_limit
from screenagent_clipboard.web import create_app

_OTHER_FILES = 100
"""Open files that are no connections: the listener, the loop's, those of a call of xclip, libraries on their way in."""


class _Announcing(uvicorn.Server):
    """A server that calls back once it accepts connections."""

    def __init__(self, config: uvicorn.Config, when_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._when_ready = when_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._when_ready()


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(64)
    except (OSError, OverflowError):
        listener.close()
        raise
    return listener


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="screenagent-clipboard",
        description="Let a controller set and read the clipboard of this desktop over HTTP.",
        epilog=f"The token that callers must send is read from the environment variable {tokens.VARIABLE}.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8001, help="port to listen on, 0 for any (default: %(default)s)")
    parser.add_argument("--announce", action="store_true", help="print the address as a line of JSON when listening")
    parser.add_argument("--version", action="version", version=__version__)
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None, limits: Limits | None = None) -> None:
    """Run the service until SIGTERM or SIGINT; a start that cannot succeed exits with status 2 and a sentence."""
    options = _arguments(argv)
    try:
        token = tokens.from_environment(os.environ)
        listener = _bind(options.host, options.port)
    except tokens.TokenRefused as problem:
        hint = "Set a long random one, for example: python -c 'import secrets; print(secrets.token_urlsafe(24))'"
        _give_up(f"{problem}.\n  {hint}")
    except (OSError, OverflowError) as problem:
        _give_up(f"Cannot listen on {options.host} port {options.port}: {getattr(problem, 'strerror', '') or problem}.")

    address = f"[{options.host}]" if ":" in options.host else options.host
    url = f"http://{address}:{listener.getsockname()[1]}"

    def announce() -> None:
        if options.announce:
            sys.stdout.write(json.dumps({"url": url}) + "\n")
            sys.stdout.flush()

    config = _config(token, limits or Limits())
    # uvicorn raises the signal again after its orderly end; this makes that end the whole story.
    signal.signal(signal.SIGTERM, _ignore)
    signal.signal(signal.SIGINT, _ignore)
    with listener:
        _Announcing(config, announce).run(sockets=[listener])


def _config(token: str, limits: Limits) -> uvicorn.Config:
    files = raise_file_limit(limits.connections + _OTHER_FILES)
    limits = replace(limits, connections=max(1, min(limits.connections, files - _OTHER_FILES)))
    return uvicorn.Config(
        create_app(token, mechanism.find(limits), limits),
        http=connection(limits),
        ws="none",
        lifespan="off",
        # What is wrong with a request is told to its sender; at the level of warnings anybody could fill the log.
        log_level="error",
        access_log=False,
        use_colors=False,  # asking whether there is a terminal fails under pythonw, which has no streams
        timeout_graceful_shutdown=math.ceil(limits.stop_time) + 1,
    )


def _ignore(_number: int, _frame: FrameType | None) -> None:
    pass


def _give_up(sentence: str) -> None:
    if sys.stderr:
        sys.stderr.write(f"screenagent-clipboard: {sentence}\n")
    raise SystemExit(2)


if __name__ == "__main__":
    main()
