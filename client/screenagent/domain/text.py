"""Texts cut to a length that fits where they are shown or sent."""

from __future__ import annotations


def shortened(text: str, longest: int) -> str:
    """Return `text`, cut to `longest` characters with a mark where it was cut."""
    return text if len(text) <= longest else text[: longest - 1] + "…"
