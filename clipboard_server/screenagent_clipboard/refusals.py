"""Requests that are not done: the status and the sentence that the caller gets."""

from __future__ import annotations

from collections.abc import Mapping


class Refused(Exception):
    """A request that is answered with `status` and the sentence given; `close` ends the connection after it."""

    def __init__(self, status: int, message: str, *, headers: Mapping[str, str] | None = None, close: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.headers = {**(headers or {}), **({"Connection": "close"} if close else {})}


class Busy(Refused):
    """Too much is going on; the same request may succeed in a moment."""

    def __init__(self, message: str, *, close: bool = False) -> None:
        super().__init__(503, message, headers={"Retry-After": "2"}, close=close)


class WrongToken(Refused):
    """The caller did not show the token."""

    def __init__(self, message: str, *, close: bool = False) -> None:
        super().__init__(401, message, headers={"WWW-Authenticate": "Bearer"}, close=close)
