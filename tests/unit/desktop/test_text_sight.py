"""What is seen of a text while it is entered: pixels that changed, and a caret that only blinks."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from screenagent.desktop.damage import DamageLog
from screenagent.desktop.text.sight import Sight
from screenagent.domain.geometry import Box
from screenagent.domain.screen import Damage
from screenagent.errors import LinkLost

WIDTH, HEIGHT = 120, 80


class Painter:
    """A screen that can be painted on: the pixels change, and the damage is told."""

    def __init__(self):
        self.frame = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
        self.log = DamageLog()
        self.log.link_changed("")
        self.sight = Sight(lambda: self.frame.copy(), self.log)
        self.sight.look()

    def paint(self, left, top, right, bottom, value=255, told=None):
        """Fill a part; `told` is the damage that the server makes of it."""
        self.frame[top:bottom, left:right] = value
        self.log.add([Damage(Box(*(told or (left, top, right, bottom))), time.monotonic())])


@pytest.fixture
def painter():
    return Painter()


@given(
    left=st.integers(0, WIDTH - 8),
    top=st.integers(0, HEIGHT - 1),
    width=st.integers(8, WIDTH),
    height=st.integers(1, 40),
    more=st.integers(0, 50),
)
def test_the_pixels_that_differ_are_enclosed_exactly_however_much_more_the_server_sends(left, top, width, height, more):
    painter = Painter()
    box = (left, top, min(left + width, WIDTH), min(top + height, HEIGHT))
    painter.paint(*box, told=(max(0, box[0] - more), max(0, box[1] - more), box[2] + more, box[3] + more))
    assert painter.sight.changed() == Box(*box)


def test_nothing_has_changed_where_the_same_pixels_were_painted_again(painter):
    painter.paint(0, 0, WIDTH, HEIGHT, value=0)
    assert painter.sight.changed() is None


@pytest.mark.parametrize(("width", "height"), [(1, 17), (2, 20), (3, 20), (5, 32)])
def test_a_caret_is_no_change(painter, width, height):
    painter.paint(10, 10, 10 + width, 10 + height, told=(0, 0, 64, 64))
    assert painter.sight.changed() is None


@pytest.mark.parametrize(("width", "height"), [(4, 5), (5, 17), (8, 16)])
def test_a_narrow_letter_is_one(painter, width, height):
    painter.paint(10, 10, 10 + width, 10 + height)
    assert painter.sight.changed() == Box(10, 10, 10 + width, 10 + height)


def test_what_was_painted_before_the_look_does_not_count(painter):
    painter.paint(10, 10, 40, 20)
    painter.sight.look()
    assert painter.sight.changed() is None


def test_a_screen_of_another_size_has_changed_altogether(painter):
    painter.frame = np.zeros((10, 20, 4), np.uint8)
    painter.log.add([Damage(Box(0, 0, 20, 10), time.monotonic())])
    assert painter.sight.changed() == Box(0, 0, 20, 10)


def test_a_change_is_awaited(painter, token):
    timer = threading.Timer(0.05, painter.paint, (10, 10, 40, 20))
    timer.start()
    assert painter.sight.await_change(30.0, token)
    timer.join()


def test_a_caret_does_not_end_the_wait_for_a_change(painter, token):
    painter.paint(10, 10, 12, 27)
    assert not painter.sight.await_change(0.05, token)


def test_a_link_that_goes_ends_the_wait(painter, token):
    timer = threading.Timer(0.05, painter.log.link_changed, ("gone",))
    timer.start()
    with pytest.raises(LinkLost):
        painter.sight.await_change(30.0, token)
    timer.join()


def test_a_part_is_a_screenshot_in_rgb(painter):
    painter.frame[5, 7] = (1, 2, 3, 0)
    part = painter.sight.part(Box(6, 4, 9, 8))
    assert part.pixels.shape == (4, 3, 3)
    assert part.pixels[1, 1].tolist() == [3, 2, 1]
    assert not part.pixels.flags.writeable


def test_a_part_ends_where_the_screen_does(painter):
    assert painter.sight.part(Box(-6, -6, 9, HEIGHT + 6)).pixels.shape == (HEIGHT, 9, 3)
