"""What stands before every request: a bound on the body, and the token where one is set."""

from __future__ import annotations

import hmac
import json

from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 32 * 2**20
"""Bytes; a 4K screenshot as PNG in base64 stays under it."""


class Guard:
    """ASGI middleware that answers 413 to bodies over a bound and 401 to requests without the token.

    ``GET /health`` needs no token, so that whoever starts the worker can wait for it.
    """

    def __init__(self, app: ASGIApp, *, token: str = "", max_body: int = MAX_BODY) -> None:
        self._app = app
        self._expected = f"bearer {token}".encode() if token else b""
        self._max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its whole body read, or answer it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        if self._expected and scope["path"] != "/health" and not self._admits(headers.get(b"authorization", b"")):
            await _refuse(send, 401, "this worker needs its token: send Authorization: Bearer TOKEN")
            return
        body = await self._body(headers, receive)
        if body is None:
            await _refuse(send, 413, f"the request is larger than the {self._max_body // 2**20} MiB this worker takes")
            return
        await self._app(scope, _Replay(body, receive), send)

    def _admits(self, authorization: bytes) -> bool:
        scheme, _, token = authorization.partition(b" ")
        return hmac.compare_digest(scheme.lower() + b" " + token.strip(), self._expected)

    async def _body(self, headers: dict[bytes, bytes], receive: Receive) -> bytes | None:
        length = headers.get(b"content-length", b"")
        if length.isdigit() and int(length[:20]) > self._max_body:
            return None
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return b"".join(chunks)
            chunk: bytes = message.get("body", b"")
            size += len(chunk)
            if size > self._max_body:
                return None
            chunks.append(chunk)
            if not message.get("more_body", False):
                return b"".join(chunks)


class _Replay:
    """Gives the application the body that was read, then whatever comes after it (the disconnection)."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


async def _refuse(send: Send, status: int, sentence: str) -> None:
    body = json.dumps({"error": sentence}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    if status == 413:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
