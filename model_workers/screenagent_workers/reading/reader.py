"""Reads screens and remembers the last few, so that only what changed is read again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from screenagent_workers.pictures import Pixels
from screenagent_workers.reading.changes import (
    BLOCK,
    Blocks,
    Box,
    area,
    bounding_box,
    changed_blocks,
    overlap,
    regions,
    touches,
    touches_box,
)
from screenagent_workers.reading.engine import Engine
from screenagent_workers.reading.lines import in_reading_order, to_lines
from screenagent_workers.screen import Line, ScreenText, Word

_KEPT_SCREENS = 6
_KEPT_BYTES = 96 * 2**20
_KEPT_SIZES = 4
_MARGIN = 16
"""Pixels read around a region, so that the detector sees text on its background."""
_CUT = 9
"""Pixels from the edge of what was read within which a line may go on."""
_WIDEN = 120
_LEAST_CROP = 48
"""Pixels; the engine enlarges what is smaller."""
_WHOLE_FROM = 0.6
"""Share of the screen from which one reading of everything is cheaper."""
_MOST_REGIONS = 12


@dataclass(frozen=True)
class Reading:
    """A screen's text, and which share of its pixels (0 to 1) had to be read for it."""

    screen: ScreenText
    read_fraction: float


@dataclass(frozen=True)
class _Seen:
    picture: Pixels
    lines: tuple[Line, ...]


class Reader:
    """One engine and a memory of recent screens. One caller at a time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._seen: list[_Seen] = []
        """Least recently used first."""
        self._answered: dict[tuple[int, int], _Seen] = {}
        """By (height, width): the screen that `changed` compares with."""

    def read(self, picture: Pixels, *, answering: bool = True) -> Reading:
        """Read a whole screen; `changed` compares with the last reading of this size that was `answering`.

        Raises EngineFailed.
        """
        height, width = picture.shape[:2]
        seen, fraction = self._known_or_read(picture)
        before = self._answered.get((height, width))
        changed = None
        if before is not None and before is not seen:
            changed = bounding_box(changed_blocks(before.picture, picture), width, height)
        if answering:
            self._answered.pop((height, width), None)
            self._answered[height, width] = seen
            if len(self._answered) > _KEPT_SIZES:
                self._answered.pop(next(iter(self._answered)))
        return Reading(ScreenText(seen.lines, width, height, changed), fraction)

    def read_part(self, picture: Pixels, box: Box) -> Reading:
        """Read only `box` of a picture and remember nothing; the lines are in the picture's pixels. Raises EngineFailed."""
        height, width = picture.shape[:2]
        crop = _crop_box(box, width, height)
        lines = [line for line in self._read_box(picture, crop, box) if box[1] <= line.centre[1] < box[3]]
        lines = [line for line in lines if box[0] <= line.centre[0] < box[2]]
        return Reading(ScreenText(tuple(lines), width, height), area(crop) / (width * height))

    def _known_or_read(self, picture: Pixels) -> tuple[_Seen, float]:
        height, width = picture.shape[:2]
        alike = [(entry, changed_blocks(entry.picture, picture)) for entry in self._seen if _same(entry, picture)]
        if not alike:
            return self._remember(_Seen(picture, tuple(to_lines(self._engine.read(picture), picture)))), 1.0
        nearest, blocks = min(reversed(alike), key=lambda pair: int(pair[1].sum()))
        boxes = regions(blocks, nearest.lines, width, height)
        if not boxes:
            return self._remember(nearest), 0.0
        lines = [line for line in nearest.lines if not any(touches(box, line) for box in boxes)]
        unread: list[Box] = []
        for box in boxes:
            donor = next((entry for entry, other in alike if entry is not nearest and _clean(other, box)), None)
            if donor is None:
                unread.append(box)
            else:
                lines.extend(line for line in donor.lines if touches(box, line) and not _covered(line, lines))
        crops = [_crop_box(box, width, height) for box in unread]
        share = sum(area(crop) for crop in crops) / (width * height)
        if share > _WHOLE_FROM or len(crops) > _MOST_REGIONS:
            return self._remember(_Seen(picture, tuple(to_lines(self._engine.read(picture), picture)))), 1.0
        pixels = 0
        for box in unread:
            fresh, cost = self._read_region(picture, box)
            pixels += cost
            lines = [line for line in lines if not _covered(line, fresh)] + fresh
        return self._remember(_Seen(picture, tuple(in_reading_order(lines)))), min(1.0, pixels / (width * height))

    def _read_region(self, picture: Pixels, box: Box) -> tuple[list[Line], int]:
        """Return the lines that `box` touches and the pixels read for them; a line that runs out of it is read whole."""
        height, width = picture.shape[:2]
        pixels = 0
        while True:
            crop = _crop_box(box, width, height)
            pixels += area(crop)
            fresh = [line for line in self._read_box(picture, crop, box) if touches(box, line)]
            left = crop[0] > 0 and any(line.left <= crop[0] + _CUT for line in fresh)
            right = crop[2] < width and any(line.right >= crop[2] - _CUT for line in fresh)
            if not left and not right:
                return fresh, pixels
            wider = box[2] - box[0] + _WIDEN
            box = (max(0, box[0] - wider * left), box[1], min(width, box[2] + wider * right), box[3])

    def _read_box(self, picture: Pixels, crop: Box, box: Box) -> list[Line]:
        """Return the lines found in `crop` that `box` touches, and perhaps some beside them."""
        left, top, right, bottom = crop
        part = picture[top:bottom, left:right].copy()
        inner = (box[0] - left, box[1] - top, box[2] - left, box[3] - top)
        found = self._engine.read(part, lambda *text: touches_box(inner, text))
        return [_moved(line, left, top) for line in to_lines(found, part)]

    def _remember(self, seen: _Seen) -> _Seen:
        self._seen = [entry for entry in self._seen if entry is not seen]
        self._seen.append(seen)
        while len(self._seen) > _KEPT_SCREENS or (
            len(self._seen) > 1 and sum(entry.picture.nbytes for entry in self._seen) > _KEPT_BYTES
        ):
            self._seen.pop(0)
        return seen


def _same(entry: _Seen, picture: Pixels) -> bool:
    return entry.picture.shape == picture.shape


def _clean(blocks: Blocks, box: Box) -> bool:
    """Tell whether nothing differs in `box` and a little around it."""
    top, left = max(0, box[1] // BLOCK - 1), max(0, box[0] // BLOCK - 1)
    return not blocks[top : -(-box[3] // BLOCK) + 1, left : -(-box[2] // BLOCK) + 1].any()


def _covered(line: Line, others: list[Line]) -> bool:
    """Tell whether another line already stands on most of this one: the same text, seen in two readings."""
    box = (line.left, line.top, line.right, line.bottom)
    return any(2 * overlap(box, (o.left, o.top, o.right, o.bottom)) > area(box) for o in others)


def _crop_box(box: Box, width: int, height: int) -> Box:
    """`box` with its margin, at least _LEAST_CROP on each side where the picture allows, inside the picture."""
    more_x = max(_MARGIN, -(-(_LEAST_CROP - (box[2] - box[0])) // 2))
    more_y = max(_MARGIN, -(-(_LEAST_CROP - (box[3] - box[1])) // 2))
    return (
        max(0, box[0] - more_x),
        max(0, box[1] - more_y),
        min(width, box[2] + more_x),
        min(height, box[3] + more_y),
    )


def _moved(line: Line, dx: int, dy: int) -> Line:
    def at(word: Word) -> Word:
        return replace(word, left=word.left + dx, right=word.right + dx, top=word.top + dy, bottom=word.bottom + dy)

    words = tuple(at(word) for word in line.words)
    return replace(line, left=line.left + dx, right=line.right + dx, top=line.top + dy, bottom=line.bottom + dy, words=words)
