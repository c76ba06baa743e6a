from __future__ import annotations

from itertools import pairwise

import pytest

from screenagent.desktop.gestures import pause, steps
from screenagent.domain.geometry import Point
from screenagent.errors import Cancelled


def test_a_long_way_is_made_in_small_strides_that_end_on_the_point():
    way = list(steps([Point(0, 0), Point(120, 0), Point(120, 6.9)]))
    assert (120, 0) in way
    assert way[-1] == (120, 6)
    assert all(b[0] - a[0] <= 12 and b[1] - a[1] <= 12 for a, b in pairwise(way))


def test_a_very_long_way_takes_no_more_than_a_hundred_strides():
    assert len(list(steps([Point(0, 0), Point(8000, 8000)]))) == 100


def test_standing_still_is_a_way_too():
    assert set(steps([Point(5, 5), Point(5, 5)])) == {(5, 5)}


def test_a_pause_is_over_at_once_when_stopped(token):
    token.cancel()
    with pytest.raises(Cancelled):
        pause(3600, token)
