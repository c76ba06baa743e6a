"""Points in the picture become points on the screen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from screenagent.dialects.space import Space
from screenagent.domain.geometry import Box, Point, Size

SIDES = st.integers(1, 4000)
SIZES = st.builds(Size, SIDES, SIDES)


def test_a_full_hd_screen_sent_at_1120_pixels():
    space = Space(Size(1120, 630), Size(1920, 1080))
    assert space.to_screen(Point(559.5, 314.5)) == Point(959.5, 539.5)
    assert space.box_to_screen(Box(0, 0, 560, 315)) == Box(0, 0, 960, 540)


@given(SIZES, st.data())
def test_equal_sizes_change_nothing(size, data):
    point = Point(data.draw(st.integers(0, size.width - 1)), data.draw(st.integers(0, size.height - 1)))
    assert Space(size, size).to_screen(point) == point


@given(SIZES, SIZES, st.data())
def test_every_point_of_the_picture_lands_on_the_screen_where_it_shows(picture, screen, data):
    x, y = data.draw(st.integers(0, picture.width - 1)), data.draw(st.integers(0, picture.height - 1))
    space = Space(picture, screen)
    assert space.contains(Point(x, y))
    there = space.to_screen(Point(x, y))
    assert screen.contains(there)
    assert abs((there.x + 0.5) / screen.width - (x + 0.5) / picture.width) <= 0.5 / screen.width + 1e-9
    assert abs((there.y + 0.5) / screen.height - (y + 0.5) / picture.height) <= 0.5 / screen.height + 1e-9


@given(SIZES, SIZES)
def test_what_is_off_the_picture_is_told_apart(picture, screen):
    space = Space(picture, screen)
    assert not space.contains(Point(picture.width, 0))
    assert not space.contains(Point(-1, 0))
