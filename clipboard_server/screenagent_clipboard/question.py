"""From the bytes of a body to the agreed JSON, at a cost that its size bounds."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from screenagent_clipboard.refusals import Refused

_AGREED = 'The body must be a JSON object with "text" and "token"'
_STRUCTURE = 64 * 1024
"""Characters outside of strings. Three bytes of `[],` become 64 in memory, so ten megabytes of those are not parsed."""


def fields(body: bytearray) -> dict[str, Any]:
    """Return what the JSON object in `body` holds, and empty `body`; raise Refused. Numbers come as floats."""
    try:
        document = body.decode().removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise Refused(400, "The body is not UTF-8.") from None
    body.clear()
    try:
        if _structure(document) > _STRUCTURE:
            raise Refused(422, f"{_AGREED}, and little else.")
        # int() refuses long numbers, which are good JSON; no number matters here.
        value = json.loads(document, parse_int=float, parse_constant=_not_json, object_pairs_hook=_each_once)
    except (ValueError, RecursionError):
        raise Refused(400, "The body is not valid JSON.") from None
    if not isinstance(value, dict):
        raise Refused(422, f"{_AGREED}.")
    return value


def _structure(document: str) -> int:
    """Count the characters outside of strings; the count ends early beyond the bound."""
    decoder = json.JSONDecoder()
    count = position = 0
    while count <= _STRUCTURE:
        start = document.find('"', position)
        if start < 0:
            return count + len(document) - position
        count += start - position + 2
        _, position = decoder.raw_decode(document, start)
    return count


def _not_json(constant: str) -> NoReturn:
    raise ValueError(constant)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Refused(422, "The body holds a name twice, so that it can be read in two ways.")
    return found
