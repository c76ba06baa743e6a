from __future__ import annotations

import numpy as np

from screenagent.desktop.vncdotool_canvas import Canvas
from screenagent.domain.geometry import Size

PIXEL = b"\x01\x02\x03\x00"


def test_what_is_painted_is_seen_once_the_update_is_over():
    canvas = Canvas()
    canvas.reset(4, 3)
    canvas.commit()
    canvas.paint(2, 1, 2, 2, PIXEL * 4)
    assert not canvas.picture().any()
    canvas.commit()
    expected = np.zeros((3, 4, 4), np.uint8)
    expected[1:3, 2:4] = (1, 2, 3, 0)
    assert np.array_equal(canvas.picture(), expected)


def test_a_picture_is_complete_once_every_pixel_was_painted():
    canvas = Canvas()
    canvas.reset(2, 2)
    canvas.paint(0, 0, 2, 1, PIXEL * 2)
    assert not canvas.complete
    canvas.paint(0, 1, 2, 1, PIXEL * 2)
    assert canvas.complete


def test_a_resize_keeps_what_both_sizes_share():
    canvas = Canvas()
    canvas.reset(2, 2)
    canvas.paint(0, 0, 2, 2, PIXEL * 4)
    canvas.commit()
    canvas.resize(3, 1)
    canvas.commit()
    assert canvas.size == Size(3, 1)
    assert canvas.picture().any(axis=2).tolist() == [[True, True, False]]


def test_a_picture_handed_out_does_not_change():
    canvas = Canvas()
    canvas.reset(1, 1)
    canvas.commit()
    before = canvas.picture()
    canvas.paint(0, 0, 1, 1, PIXEL)
    canvas.commit()
    assert not before.any()
