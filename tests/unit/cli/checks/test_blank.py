"""A picture without a desktop is told from one with little on it."""

import numpy as np
import pytest

from screenagent.cli.checks.blank import Blank, blank, colour_name

WEAVE = np.array([[1, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 1]], np.uint8) * 255


def plain(value=40):
    return np.full((200, 300, 3), value, np.uint8)


def stipple():
    return np.repeat(np.tile(WEAVE, (50, 75))[:, :, None], 3, axis=2)


@pytest.mark.parametrize(("picture", "seen"), [(plain(), Blank.COLOUR), (stipple(), Blank.STIPPLE)])
def test_an_empty_picture_stays_empty_with_a_pointer_on_it(picture, seen):
    assert blank(picture) is seen
    picture[90:114, 150:166] = (250, 20, 20)
    assert blank(picture) is seen


@pytest.mark.parametrize("picture", [plain(), stipple()])
def test_a_bar_across_the_screen_is_a_desktop(picture):
    picture[0:6, :] = (90, 90, 90)
    assert blank(picture) is None


def test_a_few_icons_are_a_desktop():
    picture = plain()
    picture[10:40, 10:40] = picture[150:180, 10:40] = 200
    assert blank(picture) is None


def test_a_photograph_is_a_desktop():
    assert blank(np.random.default_rng(1).integers(0, 255, (200, 300, 3), np.uint8)) is None


def test_a_tiny_screen_is_no_stipple():
    assert blank(stipple()[:8, :8]) is Blank.COLOUR


@pytest.mark.parametrize(("value", "name"), [(0, "black"), (255, "white"), (0x21, "#212121")])
def test_a_colour_has_a_name(value, name):
    assert colour_name(plain(value)) == name
