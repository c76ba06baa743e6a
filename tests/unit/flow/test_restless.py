"""Which places are restless, learned from what was painted when; times are seconds of any clock."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screenagent.domain.geometry import Box, Size
from screenagent.domain.screen import Damage
from screenagent.flow.restless import Restless, without

SCREEN = Size(1024, 768)
CLOCK, CARET = Box(800, 20, 900, 60), Box(300, 300, 303, 321)


def learned(*times, box=CLOCK, idle=True):
    """What is known after a place was painted at these times."""
    restless = Restless()
    restless.note([Damage(box, time) for time in times], SCREEN, idle=idle)
    return restless


def covers(restless, now, box=CLOCK):
    return not without([Damage(box, now)], restless.boxes(now))


def test_what_was_painted_three_times_while_nobody_acted_is_restless():
    assert not covers(learned(1.0, 2.0), 2.5)
    assert covers(learned(1.0, 2.0, 3.0), 3.5)
    assert not covers(learned(1.0, 2.0, 3.0), 3.5, CARET)


def test_parts_painted_at_one_moment_count_once():
    assert not covers(learned(1.0, 1.01, 1.02), 1.1)


def test_what_an_action_brought_makes_nothing_restless():
    assert not covers(learned(1.0, 2.0, 3.0, idle=False), 3.5)


@pytest.mark.parametrize(("times", "still", "over"), [((1.0, 1.04, 1.08), 1.3, 1.6), ((1.0, 2.0, 3.0), 5.9, 6.1)])
def test_a_place_that_has_missed_its_moments_has_come_to_rest(times, still, over):
    assert covers(learned(*times), still)
    assert not covers(learned(*times), over)


def test_a_known_place_stays_known_while_the_agent_acts_as_long_as_it_goes_on():
    restless = learned(1.0, 2.0, 3.0)
    restless.note([Damage(CLOCK, time) for time in (4.0, 5.0, 6.0)], SCREEN, idle=False)
    assert covers(restless, 6.5)


def test_after_a_rest_a_place_is_learned_anew():
    restless = learned(1.0, 2.0, 3.0)
    restless.note([Damage(CLOCK, 60.0)], SCREEN, idle=True)
    assert not covers(restless, 60.1)
    restless.note([Damage(CLOCK, 61.0), Damage(CLOCK, 62.0)], SCREEN, idle=True)
    assert covers(restless, 62.1)


def test_what_comes_now_and_then_is_not_restless():
    assert not covers(learned(0.0, 60.0, 120.0), 120.5)


def test_digits_of_different_width_are_one_place():
    restless = Restless()
    boxes = [Box(870, 20, 900, 60), Box(860, 20, 900, 60), Box(866, 20, 902, 58)]
    restless.note([Damage(box, float(second)) for second, box in enumerate(boxes)], SCREEN, idle=True)
    assert covers(restless, 2.5, Box(860, 20, 902, 60))


def test_something_larger_over_a_restless_place_counts():
    restless = learned(1.0, 2.0, 3.0)
    window = Damage(Box(600, 0, 1000, 400), 3.2)
    assert without([window], restless.boxes(3.2)) == (window,)
    restless.note([window], SCREEN, idle=False)
    assert covers(restless, 3.5)


def test_a_page_is_too_large_to_be_restless():
    page = Box(0, 0, 600, 400)
    assert not covers(learned(1.0, 2.0, 3.0, 4.0, box=page), 4.1, page)


def test_pointer_images_and_empty_parts_teach_nothing():
    restless = Restless()
    empty = Box(5, 5, 5, 5)
    restless.note([Damage(CLOCK, float(n), cursor=True) for n in range(5)], SCREEN, idle=True)
    restless.note([Damage(empty, float(n)) for n in range(5)], SCREEN, idle=True)
    assert restless.boxes(5.0) == ()


parts = st.builds(
    lambda left, top, width, height, time: Damage(Box(left, top, left + width, top + height), time),
    st.integers(0, 900),
    st.integers(0, 700),
    st.integers(0, 124),
    st.integers(0, 68),
    st.floats(0, 20),
)


@given(st.lists(st.tuples(st.lists(parts, max_size=20), st.booleans()), max_size=6), st.floats(0, 25))
def test_whatever_is_painted_restless_places_stay_small_and_few(history, now):
    restless = Restless()
    for painted, idle in history:
        restless.note(sorted(painted, key=lambda part: part.time), SCREEN, idle=idle)
    boxes = restless.boxes(now)
    assert len(boxes) <= 64
    assert all(box.grown(-8).area <= 1024 * 768 / 16 for box in boxes)
