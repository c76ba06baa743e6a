"""Many clients at once, on bare sockets: what they send may be anything, and every one of them tells what it got."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

_PIECE = 256 * 1024


@dataclass(frozen=True)
class Answer:
    """What came back; status 0: the connection ended without an answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def head(method: str, path: str, length: int | None = None, token: str | None = None, *more: str) -> bytes:
    """The head of a request that is the last one of its connection."""
    lines = [f"{method} {path} HTTP/1.1", "Host: desktop", "Connection: close", *more]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    if token is not None:
        lines.append(f"Authorization: Bearer {token}")
    return "\r\n".join([*lines, "", ""]).encode()


def setting(text: str, token: str, header: str | None = None) -> bytes:
    """A request that sets the clipboard."""
    body = json.dumps({"text": text, "token": token}, ensure_ascii=False).encode()
    return head("POST", "/clipboard", len(body), header) + body


def getting(token: str) -> bytes:
    """A request that reads it."""
    return head("GET", "/clipboard", token=token)


def ask(url: str, requests: Sequence[bytes], patience: float = 100.0) -> list[Answer]:
    """Send each request on a connection of its own, all at once, and return the answers in the same order."""

    async def all_of_them() -> list[Answer]:
        return await asyncio.wait_for(asyncio.gather(*(_ask(url, request) for request in requests)), patience)

    return asyncio.run(all_of_them())


async def _ask(url: str, request: bytes) -> Answer:
    parts = urlsplit(url)
    assert parts.hostname == "127.0.0.1"
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        sending = asyncio.create_task(_send(writer, request))
        try:
            answer = await reader.read()
        except ConnectionError:
            answer = b""
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
    finally:
        writer.transport.abort()
    return parse(answer)


async def _send(writer: asyncio.StreamWriter, request: bytes) -> None:
    for piece in _pieces(request):
        writer.write(piece)
        await writer.drain()


def _pieces(request: bytes) -> Iterator[memoryview]:
    view = memoryview(request)
    return (view[start : start + _PIECE] for start in range(0, len(view), _PIECE))


def parse(answer: bytes) -> Answer:
    """Take an answer apart; the connection was closed after it."""
    start, _, body = answer.partition(b"\r\n\r\n")
    if not start:
        return Answer(0, {}, b"")
    first, *lines = start.decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return Answer(int(first.split()[1]), headers, body)


@contextmanager
def connected(url: str) -> Iterator[socket.socket]:
    """A connection to do as one likes with; what it waits for comes within a minute or not at all."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=60) as connection:
        yield connection


def last_words(connection: socket.socket) -> Answer:
    """What comes on a connection until its other end closes it."""
    heard = b""
    with suppress(ConnectionError):
        while piece := connection.recv(_PIECE):
            heard += piece
    return parse(heard)


def statuses(answers: Iterable[Answer]) -> set[int]:
    """The different statuses among `answers`."""
    return {answer.status for answer in answers}
