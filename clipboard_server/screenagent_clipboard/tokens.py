"""The secret that a caller must know: read from the environment, and refused when it protects nothing."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

VARIABLE = "CLIPBOARD_SERVER_SECRET_TOKEN"
MINIMUM_LENGTH = 8

_LEFT_IN = frozenset(
    {
        "clipboardserversecrettoken",
        "changeme",
        "changethis",
        "clipboard",
        "clipboardtoken",
        "default",
        "example",
        "mysecret",
        "mysecrettoken",
        "mytoken",
        "password",
        "password1",
        "passw0rd",
        "placeholder",
        "qwertyui",
        "qwertyuiop",
        "replaceme",
        "screenagent",
        "secret",
        "secretkey",
        "secrettoken",
        "test",
        "testtest",
        "testtoken",
        "token",
        "tokentoken",
        "yoursecret",
        "yoursecrettoken",
        "yourtoken",
        "yourtokenhere",
        "yoursecrettokenhere",
    }
)


class TokenRefused(ValueError):
    """The token in the environment would let anybody in; the message says why."""


def from_environment(environment: Mapping[str, str]) -> str:
    """Return the token set in `environment`; raise TokenRefused with the reason when it is missing or well known."""
    token = environment.get(VARIABLE, "").strip()
    reason = weakness(token)
    if reason:
        raise TokenRefused(f"{VARIABLE} {reason}")
    return token


def matches(expected: str, given: object) -> bool:
    """Tell whether `given` is the token, in a time that does not depend on where they differ."""
    if not isinstance(given, str):
        return False
    return hmac.compare_digest(expected.encode(), given.encode(errors="surrogatepass"))


def weakness(token: str, minimum: int = MINIMUM_LENGTH) -> str:
    """Say why `token` protects nothing, as the rest of a sentence about it; empty when it does protect."""
    plain = "".join(character for character in token.lower() if character.isalnum())
    if not token:
        return "is empty"
    if token.startswith(("<", "${")) or token.endswith(">"):
        return "still holds a placeholder"
    if plain in _LEFT_IN or (plain.isdigit() and plain in "01234567890123456789"):
        return "is one that anybody would try first"
    if len(token) < minimum:
        return f"is shorter than {minimum} characters"
    if len(set(token)) < 4:
        return "repeats the same few characters"
    return ""
