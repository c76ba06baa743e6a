"""Errors that are kept for later, without what was at hand when they arose."""

from __future__ import annotations

from typing import TypeVar

ErrorT = TypeVar("ErrorT", bound=BaseException)


def without_trace(error: ErrorT) -> ErrorT:
    """Return the error without the functions it has come through: what they hold can be large, and would live as long as it."""
    if error.__cause__ is not None:
        without_trace(error.__cause__)
    return error.with_traceback(None)
