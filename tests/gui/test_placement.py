"""Where the screen lies in the view."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screenagent.domain.geometry import Point, Size
from screenagent.gui.placement import Placement

SIDES = st.integers(2, 3000)


def corners(size: Size) -> list[Point]:
    return [Point(x, y) for x in (0, size.width - 1) for y in (0, size.height - 1)]


@given(SIDES, SIDES, SIDES, SIDES)
def test_every_corner_is_hit_at_every_scale(width: int, height: int, view_width: int, view_height: int) -> None:
    screen = Size(width, height)
    for place in (Placement.fit, Placement.actual):
        placement = place(screen, Size(view_width, view_height))
        if placement.width < 2 or placement.height < 2:
            continue
        for corner in corners(screen):
            assert placement.to_screen(*placement.to_view(corner)) == corner


@given(st.integers(1, 400), st.integers(1, 4), st.integers(0, 3))
def test_at_one_to_one_and_above_every_pixel_is_hit(width: int, scale: int, extra: int) -> None:
    placement = Placement(Size(width, 10), 7, 0, width * scale + extra, 10)
    for x in range(width):
        assert placement.to_screen(placement.to_view(Point(x, 0))[0], 0).x == x


def test_one_to_one_is_the_identity_shifted_by_the_margin() -> None:
    placement = Placement.actual(Size(100, 80), Size(300, 200))
    assert (placement.left, placement.top) == (100, 0)
    assert all(placement.to_screen(100 + x, 0) == Point(x, 0) for x in range(100))


def test_the_picture_stays_where_it_is_when_the_view_loses_spare_height() -> None:
    screen = Size(1024, 768)
    assert Placement.fit(screen, Size(650, 700)) == Placement.fit(screen, Size(650, 560))


@given(SIDES, SIDES, SIDES, SIDES)
def test_the_fitted_picture_lies_in_the_view_and_touches_it(width: int, height: int, view_width: int, view_height: int) -> None:
    placement = Placement.fit(Size(width, height), Size(view_width, view_height))
    assert placement.width <= view_width
    assert placement.height <= view_height
    assert placement.width == view_width or placement.height == view_height


@pytest.mark.parametrize(("x", "y", "hit"), [(9, 20, False), (10, 20, True), (109, 99, True), (110, 99, False)])
def test_only_the_picture_is_covered(x: int, y: int, hit: bool) -> None:
    assert Placement(Size(200, 160), 10, 20, 100, 80).covers(x, y) is hit


def test_points_beyond_the_picture_go_to_its_edge() -> None:
    placement = Placement.actual(Size(100, 80), Size(300, 200))
    assert placement.to_screen(-50, 500) == Point(0, 79)
