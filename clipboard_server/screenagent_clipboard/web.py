"""The service's pages: `POST /clipboard` sets the text, `GET /clipboard` reads it, `GET /health` tells how it is reached."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import FastAPI, Request, Security
from fastapi.responses import JSONResponse, Response
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from screenagent_clipboard import __version__, question, schema, tokens
from screenagent_clipboard.budget import Budget
from screenagent_clipboard.incoming import Arrival
from screenagent_clipboard.limits import Limits
from screenagent_clipboard.mechanism import ClipboardUnavailable, Mechanism
from screenagent_clipboard.refusals import Refused, WrongToken
from screenagent_clipboard.sharing import Reading, SharedClipboard

_SENT_AT_ONCE = 64 * 1024
_BEARER = Security(HTTPBearer(scheme_name="token", auto_error=False))


def create_app(token: str, clipboard: Mechanism, limits: Limits | None = None) -> FastAPI:
    """Build the service around one way to the clipboard; callers must know `token`."""
    app = FastAPI(title="ScreenAgent clipboard service", version=__version__, docs_url=None, redoc_url=None)
    _pages(app, token, clipboard, limits or Limits())
    _failures(app)
    app.add_middleware(_AnswerAtStop)
    return app


def _pages(app: FastAPI, token: str, clipboard: Mechanism, limits: Limits) -> None:
    # Strangers can fill only the room of strangers.
    trusted, others = Budget(limits.room), Budget(limits.room)
    shared = SharedClipboard(clipboard, trusted, limits)

    @app.get(
        "/health",
        responses={**schema.answers(schema.Ready, "It works."), 503: {"model": schema.Unavailable, "description": "Why not."}},
    )
    async def health() -> Response:
        about = {"mechanism": shared.name or None, "version": __version__}
        try:
            await shared.check()
        except ClipboardUnavailable as problem:
            return JSONResponse({"status": "unavailable", "reason": str(problem), **about}, status_code=503)
        return JSONResponse({"status": "ready", **about})

    @app.post(
        "/clipboard",
        responses=schema.answers(schema.Copied, "The clipboard holds the text.", 400, 401, 408, 413, 422, 503),
        openapi_extra=schema.question(),
        dependencies=[_BEARER],
    )
    async def write(request: Request) -> Response:
        arrival = Arrival(request, limits)
        given = _bearer(request)
        if given is not None and not _matches_header(token, given):
            await arrival.drop()
            raise WrongToken("The token in the header is wrong.", close=arrival.unread)
        async with arrival.body(others if given is None else trusted) as body:
            text = _text(question.fields(body), token)
            await shared.set(text, request.is_disconnected)
        return JSONResponse({"success": True, "message": "Text copied to clipboard"})

    @app.get(
        "/clipboard",
        responses=schema.answers(schema.Text, "What the clipboard holds.", 401, 503),
        dependencies=[_BEARER],
    )
    async def read(request: Request) -> Response:
        given = _bearer(request)
        if given is None or not _matches_header(token, given):
            raise WrongToken('The token is missing or wrong; send it as "Authorization: Bearer TOKEN".')
        return _Sent(await shared.read())


def _bearer(request: Request) -> str | None:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    return given.strip() if scheme.lower() == "bearer" else None


def _matches_header(token: str, given: str) -> bool:
    """Headers come read as Latin-1 and may have been meant as UTF-8."""
    return tokens.matches(token, given) or tokens.matches(token, given.encode("latin-1").decode(errors="replace"))


def _text(fields: dict[str, Any], token: str) -> bytes:
    """Return the text as UTF-8, which is never longer than the JSON that it came in."""
    if not tokens.matches(token, fields.get("token")):
        raise WrongToken("The token is missing or wrong.")
    text = fields.get("text")
    if not isinstance(text, str):
        raise Refused(422, 'The body must hold "text", a string.')
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise Refused(422, "The text holds half of a character (a lone surrogate), which no clipboard can carry.") from None


def _failures(app: FastAPI) -> None:
    @app.exception_handler(Refused)
    async def refused(_: Request, problem: Refused) -> Response:
        return _failure(problem.status, str(problem), problem.headers)

    @app.exception_handler(ClipboardUnavailable)
    async def unavailable(_: Request, problem: ClipboardUnavailable) -> Response:
        return _failure(503, f"The clipboard cannot be used: {problem}.")

    @app.exception_handler(HTTPException)
    async def not_here(request: Request, problem: HTTPException) -> Response:
        if problem.status_code == 405:
            path = request.url.path
            routes = [route for route in app.routes if isinstance(route, Route) and route.path == path]
            allowed = ", ".join(sorted({method for route in routes for method in route.methods or ()}))
            return _failure(405, f"{path} takes {allowed} only.", {"Allow": allowed})
        return _failure(problem.status_code, "There is nothing at this address; there is /clipboard and /health.")

    @app.exception_handler(Exception)
    async def broken(_: Request, problem: Exception) -> Response:
        return _failure(500, f"The service broke: {type(problem).__name__}.")


def _failure(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"success": False, "message": message}, status_code=status, headers=headers)


class _Sent(Response):
    """An answer sent piece by piece, so that of a slow reader's only a piece waits in its connection."""

    media_type = "application/json"

    def __init__(self, reading: Reading) -> None:
        super().__init__(reading.answer)
        self._reading = reading

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._reading.answer
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            for start in range(0, len(answer), _SENT_AT_ONCE):
                piece = answer[start : start + _SENT_AT_ONCE]
                more = start + _SENT_AT_ONCE < len(answer)
                await send({"type": "http.response.body", "body": piece, "more_body": more})
        finally:
            self._reading.leave()


class _AnswerAtStop:
    """ASGI middleware: only the end of the service cancels requests, and they are told so instead of breaking off."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except asyncio.CancelledError:
            if scope["type"] == "http":
                await _failure(503, "The service is stopping.")(scope, receive, send)
