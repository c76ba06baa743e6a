"""What the engine found becomes labels: split at wide gaps, words put where their ink is, junk marked or left out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np

from screenagent_workers.pictures import Pixels
from screenagent_workers.reading.engine import Found, Piece
from screenagent_workers.screen import Line, Word

_WIDE_ADVANCES = 1.85
"""Mean character widths of empty columns that part two labels; a space in proportional text has 0.8, in monospace up to 1.7."""
_WIDE_HEIGHTS = 0.45
"""Line heights that such a gap has at least; alone it decides beside scripts that write without spaces."""
_WIDE_BOX_GAP = 0.9
"""Line heights between two words' boxes that part two labels even when an icon stands between them."""
_SPACE = 0.4
"""Line heights of gap that make two Latin words of what the engine wrote without a space."""
_FLAT = 40
"""Grey levels; a column of pixels that varies less has no ink."""
_LEAST_SCORE = 0.5
_JUNK_SCORE = 0.4
"""The highest score given to what may be an icon's outline."""


def to_lines(found: Iterable[Found], picture: Pixels) -> list[Line]:
    """Return the labels of `picture` in reading order, in its pixels; scores are the engine's, lowered for likely junk."""
    lines: list[Line] = []
    for run in found:
        if run.score < _LEAST_SCORE or not run.text.strip():
            continue
        lines.extend(_split(run, picture))
    return in_reading_order(lines)


def in_reading_order(lines: Iterable[Line]) -> list[Line]:
    """Sort into rows from the top, each from the left. Lines share a row when their middles are within half a height."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.top + line.bottom, line.left)):
        row = rows[-1] if rows else None
        if row and line.centre[1] - row[0].centre[1] <= min(line.height, row[0].height) / 2:
            row.append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.left)]


@dataclass(frozen=True)
class _Seam:
    """What parts two neighbouring pieces of a run: nothing, no more than a word's end, a space, or a label's end."""

    kind: Literal["none", "word", "space", "label"]
    ink: tuple[int, int] | None
    """x of the empty stretch between the pieces, where it tells their edges."""


def _split(run: Found, picture: Pixels) -> list[Line]:
    """Cut a run at the ends of its labels; joins the engine's pieces into words."""
    upright = run.bottom - run.top > 2 * (run.right - run.left) and len(run.text) > 1
    if upright or len(run.pieces) < 2:
        word = Word(run.text.strip(), run.left, run.top, run.right, run.bottom)
        return [_line(run, [word], [""])]
    groups: list[tuple[list[Word], list[str]]] = [([_word(run.pieces[0], run)], [""])]
    for piece, seam in zip(run.pieces[1:], _seams(run, picture), strict=True):
        words, separators = groups[-1]
        if seam.ink:
            words[-1] = replace(words[-1], right=max(words[-1].left + 1, seam.ink[0]))
            piece = replace(piece, left=seam.ink[1], right=max(piece.right, seam.ink[1] + 1))
        word = _word(piece, run)
        if seam.kind == "label":
            groups.append(([word], [""]))
        elif seam.kind == "none":
            words[-1] = replace(words[-1], text=words[-1].text + word.text, right=max(words[-1].right, word.right))
        else:
            words.append(word)
            separators.append(" " if seam.kind == "space" else "")
    return [_line(run, words, separators) for words, separators in groups]


def _seams(run: Found, picture: Pixels) -> list[_Seam]:
    """Judge each pair of neighbouring pieces by the text, their boxes and the ink between them."""
    height = run.bottom - run.top
    advance = sum(piece.right - piece.left for piece in run.pieces) / sum(len(piece.text) for piece in run.pieces)
    free = _empty_columns(picture, run)
    seams: list[_Seam] = []
    position = 0
    for before, after in pairwise(run.pieces):
        position = _end_of(before.text, run.text, position)
        spaced = run.text[position : position + 1].isspace()
        scripts = {_ideographic(before.text[-1]), _ideographic(after.text[0])}
        gap, start, end = _gap(free, run, before, after)
        wide = gap >= max(_WIDE_HEIGHTS * height, _WIDE_ADVANCES * advance if scripts == {False} else 0)
        apart = after.left - before.right >= _WIDE_BOX_GAP * height
        kind: Literal["none", "word", "space", "label"]
        if wide or apart or _is_sign(before.text[-1]) or _is_sign(after.text[0]):
            kind = "label"
        elif spaced or (scripts == {False} and gap >= _SPACE * height):
            kind = "space"
        else:
            kind = "none" if len(scripts) == 1 else "word"
        seams.append(_Seam(kind, (start, end) if gap and (wide or not apart) else None))
    return seams


def _end_of(piece: str, text: str, position: int) -> int:
    start = text.find(piece, position)
    return start + len(piece) if start >= 0 else position


def _line(run: Found, words: list[Word], separators: list[str]) -> Line:
    text = "".join(separator + word.text for separator, word in zip(separators, words, strict=True))
    left, right = min(word.left for word in words), max(word.right for word in words)
    score = min(run.score, _JUNK_SCORE) if _looks_like_an_icon(text, run.score) else run.score
    return Line(text, left, run.top, right, run.bottom, round(score, 3), tuple(words))


def _word(piece: Piece, run: Found) -> Word:
    left = int(piece.left)
    return Word(piece.text, left, run.top, max(left + 1, round(piece.right)), run.bottom)


def _empty_columns(picture: Pixels, run: Found) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell for each pixel column of the run whether it is flat: background of any colour, also a highlighted entry's."""
    inset = (run.bottom - run.top) // 6
    band = picture[run.top + inset : run.bottom - inset, run.left : run.right].astype(np.int16)
    spread = (band.max(axis=0) - band.min(axis=0)).max(axis=1)
    empty: np.ndarray[tuple[int], np.dtype[np.bool_]] = spread < _FLAT
    return empty


def _gap(free: np.ndarray[tuple[int], np.dtype[np.bool_]], run: Found, before: Piece, after: Piece) -> tuple[int, int, int]:
    """Return width, start and end (x pixels) of the widest empty stretch between the middles of two pieces."""
    start = int((before.left + before.right) / 2) - run.left
    end = int((after.left + after.right) / 2) - run.left
    best = (0, 0, 0)
    length = 0
    for offset, empty in enumerate(free[start:end]):
        length = length + 1 if empty else 0
        if length > best[0]:
            right = run.left + start + offset + 1
            best = (length, right - length, right)
    return best


def _ideographic(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _is_sign(character: str) -> bool:
    """Tell a pictograph or a circled number, which no label holds: an icon was read as text."""
    return unicodedata.category(character) in ("So", "No")


def _looks_like_an_icon(text: str, score: float) -> bool:
    """Signs outside ASCII alone, or one character read without conviction: window buttons, check boxes, icons."""
    if text.isascii() or (any(character in "×÷−±√" for character in text) and len(text) == 1):
        return False
    if not any(character.isalnum() for character in text):
        return True
    if len(text) != 1:
        return False
    return unicodedata.category(text) == "No" or score < 0.9
