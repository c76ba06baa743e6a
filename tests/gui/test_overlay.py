"""The agent's actions painted on the live picture."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PyQt5.QtCore import QRect
from PyQt5.QtGui import QColor
from PyQt5.QtWidgets import QApplication

from screenagent.domain import events as ev
from screenagent.domain.actions import Action, Click, Drag, Key, Scroll, TypeText, Wait
from screenagent.domain.exchange import Reading, Role
from screenagent.domain.geometry import Point
from screenagent.domain.machine import Signal, State
from screenagent.domain.story import Performed, Story, tell
from screenagent.gui.canvas import Hands
from screenagent.gui.live_view import LiveView
from screenagent.gui.overlay import Overlay
from screenagent.gui.strokes import COLOURS


@pytest.fixture(params=[20, 128, 235], ids=["dark", "middling", "light"])
def live(qtbot: Any, desktop: Any, request: Any) -> LiveView:
    desktop.connected = True
    desktop.pixels[:] = request.param
    view = LiveView(desktop)
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.show()
    view.refresh()
    view.canvas.set_hands(Hands.AGENT)
    return view


def story(*actions: Action, under_way: int | None = None) -> Story:
    events: list[ev.Event] = [
        ev.RunStarted("a task", {}, "desk"),
        ev.StateChanged(State.PLANNING, Signal.PLANNED, State.ACTING),
        ev.ReplyRead(1, Role.ACTOR, Reading(actions)),
    ]
    if under_way is not None:
        events += [ev.ActionsQueued(actions), ev.ActionStarted(under_way, actions[under_way])]
    return tell(ev.Stamped(number, 1.0, event) for number, event in enumerate(events, start=1))


def painted(view: LiveView, colour: str, around: tuple[int, int], reach: int = 16) -> int:
    """How many pixels near `around` (canvas pixels) have exactly this colour."""
    place = QRect(around[0] - reach, around[1] - reach, 2 * reach + 1, 2 * reach + 1)
    image = view.canvas.grab(place.intersected(view.canvas.rect())).toImage()
    wanted = QColor(colour).rgb()
    return sum(image.pixel(x, y) == wanted for x, y in itertools.product(range(image.width()), range(image.height())))


@pytest.mark.parametrize("fitting", [True, False])
@pytest.mark.parametrize("size", [(500, 400), (340, 260), (1300, 700)])
@pytest.mark.parametrize("point", [Point(20, 30), Point(320, 240), Point(630, 400)])
def test_a_click_under_way_is_lit_where_it_goes(live: LiveView, fitting: bool, size: tuple[int, int], point: Point) -> None:
    live.resize(*size)
    live.set_fitting(fitting)
    QApplication.processEvents()
    lit = COLOURS[Performed.RUNNING]
    assert live.canvas.placement is not None
    where = live.canvas.placement.to_view(point)
    assert painted(live, lit, where) == 0
    live.show_story(story(Click(point), under_way=0))
    assert painted(live, lit, where) > 20
    live.set_marks(False)
    assert painted(live, lit, where) == 0
    live.set_marks(True)
    assert painted(live, lit, where) > 20


def test_captions_stand_at_the_lower_edge_of_what_can_be_seen(live: LiveView) -> None:
    live.set_fitting(False)
    QApplication.processEvents()
    live.show_story(story(TypeText("hello"), under_way=0))
    for scrolled in (0, live.verticalScrollBar().maximum()):
        live.verticalScrollBar().setValue(scrolled)
        QApplication.processEvents()
        seen = live.canvas.visibleRegion().boundingRect()
        assert painted(live, COLOURS[Performed.RUNNING], (seen.center().x(), seen.bottom() - 20)) > 100


def test_every_kind_of_mark_can_be_painted_in_every_state(live: LiveView) -> None:
    actions = (Drag((Point(10, 10), Point(90, 90))), Scroll(Point(5, 5), 1, -9), Wait(1), Key(("Return",)), Click(count=3))
    for under_way in (None, 0, 1, 2, 3, 4):
        live.show_story(story(*actions, under_way=under_way))
        assert not live.canvas.grab().isNull()


def test_nothing_of_it_is_in_the_desktops_picture(live: LiveView, desktop: Any) -> None:
    before = desktop.pixels.copy()
    live.show_story(story(Click(Point(100, 100)), TypeText("hello"), under_way=0))
    live.canvas.grab()
    assert np.array_equal(desktop.screenshot().pixels, before)


class Watch:
    """A clock that is set by hand, and a count of the repaintings."""

    def __init__(self) -> None:
        self.now = 50.0
        self.repainted = 0

    def repaint(self) -> None:
        self.repainted += 1


@pytest.fixture
def watch(qapp: Any) -> Watch:
    return Watch()


@pytest.fixture
def overlay(watch: Watch) -> Overlay:
    return Overlay(watch.repaint, clock=lambda: watch.now)


@pytest.fixture
def done() -> Callable[[], Story]:
    click = Click(Point(9, 9))

    def make() -> Story:
        return story(click, under_way=0).apply(ev.Stamped(9, 2.0, ev.ActionEnded(0, click, 0.1)))

    return make


def test_no_timer_runs_while_nothing_fades(overlay: Overlay, watch: Watch) -> None:
    told = story(Click(Point(9, 9)), under_way=0)
    overlay.follow(told, Point(0, 0))
    assert watch.repainted == 1
    assert not overlay.busy
    overlay.follow(told, Point(0, 0))
    assert watch.repainted == 1


def test_the_timer_ends_with_the_fading(overlay: Overlay, watch: Watch, done: Callable[[], Story], qtbot: Any) -> None:
    overlay.follow(done(), Point(0, 0))
    assert overlay.busy
    watch.now += 60
    qtbot.waitUntil(lambda: not overlay.busy)
    count = watch.repainted
    assert count == 2


def test_switched_off_nothing_ticks_and_switched_on_it_goes_on_fading(
    overlay: Overlay, watch: Watch, done: Callable[[], Story]
) -> None:
    overlay.set_on(False)
    overlay.follow(done(), Point(0, 0))
    assert not overlay.busy
    assert watch.repainted == 1
    overlay.set_on(True)
    assert overlay.busy
    overlay.stop()
    assert not overlay.busy
