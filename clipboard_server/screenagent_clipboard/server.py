"""The clipboard over HTTP: `POST /clipboard` sets it, `GET /clipboard` reads it, `GET /health` tells how it is reached.

Start-up order: read the token from the environment and refuse a weak one, find the way to the clipboard, bind the port, serve,
and with `--announce` print the address as one JSON line. Every answer is JSON with `success` and a sentence in `message`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from screenagent_clipboard import __version__, mechanism, tokens
from screenagent_clipboard.mechanism import ClipboardUnavailable, Mechanism

MAX_BODY_BYTES = 10 * 1024 * 1024
_READ_AND_DROPPED = 64 * 1024 * 1024
_READ_SECONDS = 60.0
_TAKEN_SECONDS = 3.0


class Refused(Exception):
    """A request that is answered with `status` and the sentence given."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def create_app(token: str, clipboard: Mechanism) -> FastAPI:
    """Build the service around one way to the clipboard; callers must know `token`."""
    app = FastAPI(title="ScreenAgent clipboard service", version=__version__, docs_url=None, redoc_url=None)

    @app.exception_handler(Refused)
    async def refused(_: Request, problem: Refused) -> JSONResponse:
        return _failure(problem.status, str(problem))

    @app.exception_handler(ClipboardUnavailable)
    async def unavailable(_: Request, problem: ClipboardUnavailable) -> JSONResponse:
        return _failure(503, f"The clipboard cannot be used: {problem}.")

    @app.get("/health")
    async def health() -> JSONResponse:
        about = {"mechanism": clipboard.name or None, "version": __version__}
        try:
            await run_in_threadpool(clipboard.check)
        except ClipboardUnavailable as problem:
            return JSONResponse({"status": "unavailable", "reason": str(problem), **about}, status_code=503)
        return JSONResponse({"status": "ready", **about})

    @app.post("/clipboard")
    async def write(request: Request) -> JSONResponse:
        body = _json_object(await _bounded_body(request))
        if not tokens.matches(token, body.get("token")):
            raise Refused(401, "The token is missing or wrong.")
        text = body.get("text")
        if not isinstance(text, str):
            raise Refused(422, 'The body must hold "text", a string.')
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise Refused(422, "The text holds half of a character (a lone surrogate), which no clipboard can carry.")
        await run_in_threadpool(_set, clipboard, text)
        return JSONResponse({"success": True, "message": "Text copied to clipboard"})

    @app.get("/clipboard")
    async def read(request: Request) -> JSONResponse:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not tokens.matches(token, given.strip()):
            raise Refused(401, 'The token is missing or wrong; send it as "Authorization: Bearer TOKEN".')
        return JSONResponse({"success": True, "text": await run_in_threadpool(clipboard.paste)})

    return app


def _set(clipboard: Mechanism, text: str) -> None:
    """Copy, then read back until the text is there: not every mechanism reports a failure, and xclip returns a moment early."""
    clipboard.copy(text)
    limit = time.monotonic() + _TAKEN_SECONDS
    while clipboard.paste() != text:
        if time.monotonic() > limit:
            raise ClipboardUnavailable("it did not keep the text; another program may have taken it over")
        time.sleep(0.01)


def _failure(status: int, message: str) -> JSONResponse:
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return JSONResponse({"success": False, "message": message}, status_code=status, headers=headers)


async def _bounded_body(request: Request) -> bytes:
    """Return the body; beyond the bound, drop what still comes so that the sender lives to read the refusal."""

    async def collect() -> bytes:
        kept = bytearray()
        total = 0
        async for chunk in request.stream():
            total += len(chunk)
            if total > _READ_AND_DROPPED:
                break
            if total <= MAX_BODY_BYTES:
                kept += chunk
            else:
                kept.clear()
        if total > MAX_BODY_BYTES:
            raise Refused(413, f"The request is too large; at most {MAX_BODY_BYTES} bytes are taken.")
        return bytes(kept)

    try:
        return await asyncio.wait_for(collect(), _READ_SECONDS)
    except asyncio.TimeoutError:
        raise Refused(408, f"The request did not arrive within {_READ_SECONDS:g} seconds.") from None
    except ClientDisconnect:
        raise Refused(400, "The request broke off.") from None


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "The body is not valid JSON.") from None
    if not isinstance(value, dict):
        raise Refused(422, 'The body must be a JSON object with "text" and "token".')
    return value


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


def main(argv: Sequence[str] | None = None) -> None:
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

    config = uvicorn.Config(
        create_app(token, mechanism.find()), log_level="warning", access_log=False, timeout_graceful_shutdown=3
    )
    # uvicorn raises the signal again after its orderly end; this makes that end the whole story.
    signal.signal(signal.SIGTERM, _ignore)
    signal.signal(signal.SIGINT, _ignore)
    with listener:
        _Announcing(config, announce).run(sockets=[listener])


def _ignore(_number: int, _frame: FrameType | None) -> None:
    pass


def _give_up(sentence: str) -> None:
    sys.stderr.write(f"screenagent-clipboard: {sentence}\n")
    raise SystemExit(2)


if __name__ == "__main__":
    main()
