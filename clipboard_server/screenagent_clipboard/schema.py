"""The JSON that goes in and out, for the description in /openapi.json."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Question(BaseModel):
    """Names besides these two are ignored."""

    text: str = Field(description="What the clipboard is to hold, exactly.")
    token: str = Field(description="The secret that the service was started with.")


class Copied(_Answer):
    success: Literal[True]
    message: str


class Text(_Answer):
    success: Literal[True]
    text: str


class Failure(_Answer):
    success: Literal[False]
    message: str = Field(min_length=1, description="A sentence for the person who called.")


class Ready(_Answer):
    status: Literal["ready"]
    mechanism: str
    version: str


class Unavailable(_Answer):
    status: Literal["unavailable"]
    reason: str = Field(min_length=1)
    mechanism: str | None
    version: str


_FAILURES = {
    400: "The body is broken: not UTF-8, not JSON, or cut off.",
    401: "The token is missing or wrong.",
    408: "The body arrived too slowly.",
    413: "The body is too large.",
    422: "The JSON is not what was agreed.",
    503: "The clipboard cannot be used, with the reason; or too much is going on, then with Retry-After.",
}
_HEADERS = {401: "WWW-Authenticate", 503: "Retry-After"}


def answers(ok: type[BaseModel], about: str, *failures: int) -> dict[int | str, dict[str, Any]]:
    """Describe the answers of a path for FastAPI."""
    found: dict[int | str, dict[str, Any]] = {200: {"model": ok, "description": about}}
    for status in failures:
        found[status] = {"model": Failure, "description": _FAILURES[status]}
        if status in _HEADERS:
            found[status]["headers"] = {_HEADERS[status]: {"schema": {"type": "string"}, "required": status == 401}}
    return found


def question() -> dict[str, Any]:
    """Describe the body of POST /clipboard for FastAPI, which does not read it; with a token in the header or without one."""
    content = {"application/json": {"schema": Question.model_json_schema()}}
    return {"requestBody": {"required": True, "content": content}, "security": [{}]}
