"""Lines as a terminal wrote them: reading cuts a line where its script changes, and orders the pieces by their tops."""

from __future__ import annotations

from dataclasses import replace

from ..screen import Line

_GAP = 3.0
"""Widest gap between two pieces of one line, in heights of the line."""


def rows(lines: tuple[Line, ...]) -> list[Line]:
    """`lines` with the neighbouring pieces of one row joined by a space, top to bottom."""
    out: list[Line] = []
    for line in sorted(lines, key=lambda line: line.left):
        for at in range(len(out) - 1, -1, -1):
            if _goes_on(out[at], line):
                out[at] = _joined(out[at], line)
                break
        else:
            out.append(line)
    return sorted(out, key=lambda line: (line.top, line.left))


def _goes_on(row: Line, piece: Line) -> bool:
    height = max(row.height, piece.height)
    level = abs(row.centre[1] - piece.centre[1]) * 3 <= height
    return level and -height <= piece.left - row.right <= _GAP * height


def _joined(row: Line, piece: Line) -> Line:
    return replace(
        row,
        text=f"{row.text} {piece.text}",
        top=min(row.top, piece.top),
        right=max(row.right, piece.right),
        bottom=max(row.bottom, piece.bottom),
        words=row.words + piece.words,
    )
