from __future__ import annotations

import numpy as np
import pytest

from screenagent.desktop import cursor
from screenagent.desktop.link import CursorImage
from screenagent.domain.geometry import Point

RED = np.zeros((2, 3, 4), np.uint8)
RED[:, :, 2:] = 255


def test_the_hotspot_lies_on_the_pointer_and_transparency_is_kept():
    picture = np.full((10, 10, 3), 7, np.uint8)
    shape = RED.copy()
    shape[0, 0, 3] = 0
    cursor.draw(picture, CursorImage(shape, 1, 1), Point(5, 5))
    assert tuple(picture[4, 4]) == (7, 7, 7)
    assert tuple(picture[5, 4]) == tuple(picture[4, 6]) == (255, 0, 0)
    assert (picture == (255, 0, 0)).all(axis=2).sum() == 5


@pytest.mark.parametrize("point", [Point(0, 0), Point(9, 9), Point(0, 9), Point(-50, 3), Point(500, 500)])
def test_what_hangs_over_the_edge_is_cut_off(point):
    picture = np.zeros((10, 10, 3), np.uint8)
    cursor.draw(picture, CursorImage(RED, 1, 1), point)
    cursor.draw(picture, cursor.ARROW, point)
    assert picture.shape == (10, 10, 3)


def test_a_hidden_pointer_is_not_drawn():
    picture = np.zeros((10, 10, 3), np.uint8)
    cursor.draw(picture, CursorImage(np.zeros((0, 0, 4), np.uint8), 0, 0), Point(5, 5))
    assert not picture.any()


@pytest.mark.parametrize("point", [Point(0, 0), Point(9, 9), Point(4, 5), Point(-1, 3)])
def test_what_was_there_before_is_kept(point):
    picture = np.random.default_rng(7).integers(0, 255, (10, 10, 3), np.uint8)
    before = picture.copy()
    patch = cursor.draw(picture, cursor.ARROW, point)
    assert (picture != before).any()
    height, width = patch.pixels.shape[:2]
    picture[patch.top : patch.top + height, patch.left : patch.left + width] = patch.pixels
    assert (picture == before).all()


def test_nothing_is_kept_where_nothing_was_drawn():
    assert cursor.draw(np.zeros((10, 10, 3), np.uint8), cursor.ARROW, Point(500, 500)) is None
