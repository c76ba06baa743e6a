"""Changed parts of a screen are found, noise is not."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image

from screenagent_workers.reading.changes import bounding_box, changed_blocks, regions, touches
from screenagent_workers.screen import Line


def label(text: str, left: int, top: int, right: int, bottom: int) -> Line:
    return Line(text, left, top, right, bottom, 1.0, ())


def as_jpeg(picture: Any) -> Any:
    buffer = io.BytesIO(picture.file("JPEG"))
    with Image.open(buffer) as image:
        return np.ascontiguousarray(np.asarray(image.convert("RGB"), dtype=np.uint8)[:, :, ::-1])


def page(canvas: Any) -> Any:
    drawn = canvas(403, 301).text(20, 20, "The quick brown fox").text(20, 60, "jumps over the lazy dog", fill="#c01020")
    return drawn.box(200, 100, 300, 200, "#3584e4").text(20, 260, "grey and faint", fill="#929595")


def test_a_jpeg_of_the_same_screen_has_not_changed(canvas: Any) -> None:
    picture = page(canvas)
    assert not changed_blocks(picture.pixels(), as_jpeg(picture)).any()


def test_one_more_letter_is_a_change_where_it_stands(canvas: Any) -> None:
    before = page(canvas)
    after = before.copy().text(120, 150, "l")
    box = bounding_box(changed_blocks(as_jpeg(before), as_jpeg(after)), 403, 301)
    assert box is not None
    assert box[0] <= 121 < box[2]
    assert box[1] <= 160 < box[3]
    assert (box[2] - box[0]) * (box[3] - box[1]) <= 40 * 40


def test_a_faint_letter_is_a_change_too(canvas: Any) -> None:
    before = page(canvas)
    after = before.copy().text(220, 260, "o", fill="#929595")
    assert changed_blocks(before.pixels(), after.pixels()).any()


def test_the_box_ends_with_the_picture(canvas: Any) -> None:
    before = page(canvas)
    after = before.copy().box(390, 290, 403, 301, "black")
    assert bounding_box(changed_blocks(before.pixels(), after.pixels()), 403, 301) == (384, 288, 403, 301)


def test_a_region_holds_the_whole_line_it_touches_and_no_other() -> None:
    lines = [label("first", 10, 10, 200, 32), label("second", 10, 29, 200, 51), label("third", 10, 80, 200, 100)]
    blocks = np.zeros((20, 50), np.bool_)
    blocks[4:6, 20:22] = True
    (region,) = regions(blocks, lines, 400, 160)
    assert region[0] == 10
    assert region[2] >= 200
    assert not touches(region, lines[0])
    assert not touches(region, lines[2])


def test_changes_far_apart_are_regions_of_their_own() -> None:
    blocks = np.zeros((96, 128), np.bool_)
    blocks[2, 2] = blocks[90, 120] = True
    assert regions(blocks, [], 1024, 768) == [(16, 16, 24, 24), (960, 720, 968, 728)]


def test_no_change_is_no_region() -> None:
    assert regions(np.zeros((96, 128), np.bool_), [label("a", 0, 0, 9, 9)], 1024, 768) == []
