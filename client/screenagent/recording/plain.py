"""Events as plain JSON values, secrets masked. Pictures are not inlined: `store` keeps them and says how they are named."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from screenagent.domain.exchange import Picture
from screenagent.domain.screen import Screenshot
from screenagent.log import redact

StorePicture = Callable[[Picture | Screenshot], dict[str, Any]]


def plain(value: object, store: StorePicture) -> Any:
    """Return `value` as JSON-able data; a dataclass becomes an object with its ``type``."""
    match value:
        case Picture() | Screenshot():
            return store(value)
        case Enum():
            return value.value
        case str():
            return redact(value)
        case float() if not math.isfinite(value):
            return str(value)
        case bool() | int() | float() | None:
            return value
        case Mapping():
            return {redact(str(key)): plain(item, store) for key, item in value.items()}
        case tuple() | list():
            return [plain(item, store) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        named = {field.name: plain(getattr(value, field.name), store) for field in fields(value)}
        return {"type": type(value).__name__, **named}
    return str(value)
