"""The token that callers must send: where it is read from, and whether it protects anything."""

from __future__ import annotations

from collections.abc import Mapping

VARIABLE = "SCREENAGENT_WORKER_TOKEN"
FILE_VARIABLE = f"{VARIABLE}_FILE"
MINIMUM_LENGTH = 8
ADVICE = "set a long random one: python3 -c 'import secrets; print(secrets.token_urlsafe(24))'"

_LONGEST_FILE = 4096
_LEFT_IN = frozenset(
    {"changeme", "changethis", "default", "example", "letmein", "ocrworker", "passw0rd", "password", "password1", "placeholder"}
    | {"replaceme", "screenagent", "screenagentworker", "screenagentworkertoken", "secret", "secretkey", "secrettoken"}
    | {"mysecret", "mysecrettoken", "mytoken", "test", "testtest", "testtoken", "token", "tokentoken", "worker", "workertoken"}
    | {"yoursecret", "yoursecrettoken", "yoursecrettokenhere", "yourtoken", "yourtokenhere", "yourworkertoken"}
    | {"abcdefgh", "qwertyui", "qwertyuiop"}
)


class TokenRefused(ValueError):
    """The environment's token cannot be used; the message says why."""


def from_environment(environment: Mapping[str, str]) -> str:
    """Return the token that is set, or that stands in the file that is named; empty when there is none. Raises TokenRefused."""
    token, file = environment.get(VARIABLE, "").strip(), environment.get(FILE_VARIABLE, "").strip()
    if token and file:
        raise TokenRefused(f"{VARIABLE} and {FILE_VARIABLE} are both set; give one of them")
    return _content(file) if file else token


def weakness(token: str) -> str:
    """Say why `token` protects nothing, as the rest of a sentence about it; empty when it does protect."""
    plain = "".join(character for character in token.lower() if character.isalnum())
    if not token:
        return "is not set"
    if token.startswith(("<", "${")) or token.endswith(">"):
        return "still holds a placeholder"
    if plain in _LEFT_IN or (plain.isdigit() and plain in "01234567890123456789"):
        return "is one that anybody would try first"
    if len(token) < MINIMUM_LENGTH:
        return f"is shorter than {MINIMUM_LENGTH} characters"
    if len(set(token)) < 4:
        return "repeats the same few characters"
    if not (token.isascii() and token.isprintable()):
        return "holds characters that no caller can send"
    return ""


def _content(file: str) -> str:
    try:
        with open(file, encoding="utf-8") as opened:
            token = opened.read(_LONGEST_FILE + 1)
    except (OSError, ValueError) as problem:
        raise TokenRefused(f"{FILE_VARIABLE} names {file}, which cannot be read: {_reason(problem)}") from problem
    if len(token) > _LONGEST_FILE:
        raise TokenRefused(f"{FILE_VARIABLE} names {file}, which holds more than {_LONGEST_FILE} characters")
    if not token.strip():
        raise TokenRefused(f"{FILE_VARIABLE} names {file}, which is empty")
    return token.strip()


def _reason(problem: OSError | ValueError) -> str:
    if isinstance(problem, OSError):
        return problem.strerror or str(problem)
    return "it is no text"
