"""What a server says to a person."""

from __future__ import annotations


def readable(data: bytes) -> str:
    """Return text of a server's without the characters by which it could write anywhere on a terminal."""
    text = data.decode("utf-8", "replace")
    if text.isprintable():
        return text.strip()
    return "".join(character if character.isprintable() else " " for character in text).strip()
