"""Runs on a desktop that answers late or not at all: when pictures are taken anew, and what a model's word on them is worth."""

from __future__ import annotations

import threading
import time

import pytest

from screenagent.desktop.audience import Change
from screenagent.desktop.memory import MemoryDesktop
from screenagent.domain import events as ev
from screenagent.domain.actions import Click, Judgement, PlanItem, TypeText, Verdict, Wait
from screenagent.domain.exchange import Role
from screenagent.domain.geometry import Box, Point
from screenagent.domain.limits import Limits
from screenagent.domain.machine import State
from screenagent.domain.screen import Damage
from screenagent.flow import response

CLICK = Click(Point(20, 20))
BUTTON, DIALOG, CLOCK = Box(10, 10, 60, 40), Box(100, 100, 300, 200), Box(240, 0, 320, 30)
ONLY, RETRY, SUCCESS = [PlanItem("only")], [Verdict(Judgement.RETRY, "once more")], [Verdict(Judgement.SUCCESS)]


class SlowDesktop(MemoryDesktop):
    """Actions paint `at_once`, or nothing; everything else is painted by `paint`."""

    at_once: Box | None = None

    def _repaint(self):
        if self.at_once:
            self.paint(self.at_once)

    def paint(self, box, seconds_ago=0.0):
        pixels = self._pixels.copy()
        pixels[int(box.top) : int(box.bottom), int(box.left) : int(box.right)] ^= 0xFF
        pixels.setflags(write=False)
        self._pixels = pixels
        damage = Damage(box, time.monotonic() - seconds_ago)
        with self._changed:
            self._damage = [*self._damage, damage]
            self._changed.notify_all()
        self._audience.tell(Change(damage=(damage,)))


@pytest.fixture
def stage(play, no_settling):
    """Make a run on a slow desktop."""

    def make(**given):
        scene = play(**given)
        scene.desktop = SlowDesktop()
        return scene

    return make


def shows(scene, role):
    """For each prompt of this role, whether the dialog was on its picture."""
    pictures = [situation.screenshot for situation in scene.script.situations if situation.role is role]
    return [bool(picture.pixels[150, 150, 0] != 96) for picture in pictures]


def painting(scene, *boxes, then=lambda cancel: None):
    """A model that takes long enough for something to be painted."""

    def think(cancel):
        for box in boxes:
            scene.desktop.paint(box)
        then(cancel)

    return think


def until_cancelled(cancel):
    assert cancel.wait(30)


@pytest.mark.parametrize("at_once", [None, BUTTON])
def test_a_call_is_broken_off_when_the_answer_shows_after_the_picture(stage, passed, at_once):
    scene = stage(planner=[ONLY], actor=[[CLICK]])
    scene.desktop.at_once = at_once
    scene.script._lines[Role.EVALUATOR] = [painting(scene, DIALOG, then=until_cancelled), passed]
    assert scene.run().state is State.FINISHED
    assert shows(scene, Role.EVALUATOR) == [False, True]
    assert scene.desktop.performed == [CLICK]
    assert [type(event) for event in scene.told].count(ev.PromptSent) == 4
    assert [event.role for event in scene.of(ev.ReplyReceived)] == [Role.PLANNER, Role.ACTOR, Role.EVALUATOR]
    assert "has changed" in scene.of(ev.Warned)[0].text


def test_the_actors_word_about_a_picture_that_was_overtaken_is_not_acted_on(stage, passed):
    scene = stage(planner=[[PlanItem("first"), PlanItem("second")]], evaluator=[passed, passed])
    scene.script._lines[Role.ACTOR] = [[CLICK], painting(scene, DIALOG), [TypeText("late")]]
    assert scene.run().state is State.FINISHED
    assert shows(scene, Role.ACTOR) == [False, False, True]
    assert scene.desktop.performed == [CLICK, TypeText("late")]


@pytest.mark.parametrize("box", [BUTTON, CLOCK], ids=["the button again", "a clock"])
def test_what_is_no_answer_breaks_nothing_off(stage, passed, box):
    scene = stage(planner=[ONLY], actor=[[CLICK]])
    scene.desktop.at_once = BUTTON
    for seconds_ago in (0.9, 0.6, 0.3):
        scene.desktop.paint(CLOCK, seconds_ago)
    scene.script._lines[Role.EVALUATOR] = [painting(scene, box), passed]
    assert scene.run().state is State.FINISHED
    assert len(scene.of(ev.PromptSent)) == 3
    assert not scene.of(ev.Warned)


def test_a_film_that_goes_on_through_a_long_call_breaks_nothing_off(stage, passed):
    scene = stage(planner=[ONLY], actor=[[CLICK]])
    for seconds_ago in (0.12, 0.08, 0.04):
        scene.desktop.paint(CLOCK, seconds_ago)

    def think(cancel):
        for _ in range(20):
            scene.desktop.paint(CLOCK)
            cancel.wait(0.04)

    scene.script._lines[Role.EVALUATOR] = [think, passed]
    assert scene.run().state is State.FINISHED
    assert len(scene.of(ev.PromptSent)) == 3


def test_a_screen_painted_anew_because_its_link_came_back_is_no_answer(stage, passed):
    scene = stage(planner=[ONLY], actor=[[CLICK]])

    def blink(cancel):
        scene.desktop.set_link(False)
        scene.desktop.set_link(True)
        scene.desktop.paint(DIALOG)

    scene.script._lines[Role.EVALUATOR] = [blink, passed]
    assert scene.run().state is State.FINISHED
    assert len(scene.of(ev.PromptSent)) == 3


def test_a_screen_that_was_resized_is_no_answer(stage, passed):
    scene = stage(planner=[ONLY], actor=[[CLICK]])

    def resize(cancel):
        scene.desktop._pixels = scene.desktop._pixels[:-40]
        scene.desktop.paint(DIALOG)

    scene.script._lines[Role.EVALUATOR] = [resize, passed]
    assert scene.run().state is State.FINISHED
    assert len(scene.of(ev.PromptSent)) == 3


def test_before_the_first_action_there_is_no_answer(stage, passed):
    scene = stage(actor=[[CLICK]], evaluator=[passed])
    scene.script._lines[Role.PLANNER] = [painting(scene, DIALOG), ONLY]
    assert scene.run().state is State.FINISHED
    assert len(scene.of(ev.PromptSent)) == 3


def test_a_screen_that_goes_on_changing_is_judged_as_it_is_after_two_more_pictures(stage, passed):
    scene = stage(planner=[ONLY], actor=[[CLICK]])
    scene.script._lines[Role.EVALUATOR] = [*[painting(scene, DIALOG)] * 3, passed]
    assert scene.run().state is State.FINISHED
    assert shows(scene, Role.EVALUATOR) == [False, True, False]


def test_what_was_painted_before_the_prompt_was_complete_is_on_its_picture(stage, passed):
    scene = stage(planner=[ONLY], actor=[[CLICK]], evaluator=[passed])
    scene.on_event = lambda event: (
        scene.desktop.paint(DIALOG)
        if isinstance(event, ev.ScreenshotTaken) and event.role is Role.EVALUATOR and len(scene.of(ev.ScreenshotTaken)) == 3
        else None
    )
    assert scene.run().state is State.FINISHED
    assert [event.prompt.role for event in scene.of(ev.PromptSent)] == [Role.PLANNER, Role.ACTOR, Role.EVALUATOR]
    assert shows(scene, Role.EVALUATOR)[-1]


@pytest.mark.parametrize("at_once", [None, BUTTON])
def test_a_no_to_a_screen_that_has_not_answered_yet_waits_for_the_answer(stage, passed, at_once):
    scene = stage(planner=[ONLY], actor=[[CLICK]], evaluator=[RETRY, passed])
    scene.desktop.at_once = at_once
    painters = []

    def paint_later(event):
        if isinstance(event, ev.ReplyRead) and event.role is Role.EVALUATOR and not painters:
            painters.append(threading.Timer(0.05, scene.desktop.paint, (DIALOG,)))
            painters[0].start()

    scene.on_event = paint_later
    assert scene.run().state is State.FINISHED
    painters[0].join()
    assert shows(scene, Role.EVALUATOR) == [False, True]
    assert scene.desktop.performed == [CLICK]
    assert [event.passed for event in scene.of(ev.Judged)] == [True]


def test_a_no_that_was_doubted_in_vain_counts(stage, passed, monkeypatch):
    monkeypatch.setattr(response, "PATIENCE", 0.05)
    scene = stage(planner=[ONLY], actor=[[CLICK], [CLICK]], evaluator=[RETRY, passed])
    assert scene.run().state is State.FINISHED
    assert scene.desktop.performed == [CLICK, CLICK]
    assert [event.passed for event in scene.of(ev.Judged)] == [False, True]


@pytest.mark.parametrize("lines", [{"evaluator": [RETRY, SUCCESS, SUCCESS]}, {"use_evaluator": False}])
def test_a_screen_that_has_answered_is_not_doubted(stage, lines, monkeypatch):
    monkeypatch.setattr(response, "PATIENCE", 3600.0)
    scene = stage(planner=[[PlanItem("first"), PlanItem("second")]], actor=[[CLICK]] * 3, **lines)
    scene.desktop.at_once = DIALOG
    assert scene.run().state is State.FINISHED
    assert scene.desktop.performed[:2] == [CLICK, CLICK]


def test_without_an_evaluator_an_unanswered_click_is_not_followed_by_another_at_once(stage):
    scene = stage(planner=[[PlanItem("first"), PlanItem("second")]], actor=[[CLICK], [CLICK], [Wait(0.0)]], use_evaluator=False)
    painters = []

    def paint_later(event):
        if isinstance(event, ev.ReplyRead) and len(scene.of(ev.ReplyRead)) == 3:
            painters.append(threading.Timer(0.05, scene.desktop.paint, (DIALOG,)))
            painters[0].start()

    scene.on_event = paint_later
    assert scene.run().state is State.FINISHED
    painters[0].join()
    assert scene.desktop.performed == [CLICK, Wait(0.0)]


def test_stop_ends_the_doubt_at_once(stage, monkeypatch):
    monkeypatch.setattr(response, "PATIENCE", 3600.0)
    scene = stage(planner=[ONLY], actor=[[CLICK]], evaluator=[RETRY])
    scene.on_event = lambda event: (
        threading.Timer(0.05, scene.control.stop).start()
        if isinstance(event, ev.ReplyRead) and event.role is Role.EVALUATOR
        else None
    )
    assert scene.run().state is State.STOPPED


def test_an_answer_that_came_late_takes_back_that_nothing_changed(stage, passed):
    scene = stage(planner=[ONLY], actor=[[CLICK]])
    scene.script._lines[Role.EVALUATOR] = [painting(scene, DIALOG), passed]
    scene.run()
    assert [event.in_a_row for event in scene.of(ev.NothingChanged)] == [1]
    assert [situation.unchanged for situation in scene.script.situations if situation.role is Role.EVALUATOR] == [1, 0]


def test_while_something_ticks_clicks_without_effect_are_known_as_such(stage, monkeypatch):
    monkeypatch.setattr(response, "PATIENCE", 0.0)
    scene = stage(limits=Limits(retries=99), planner=[ONLY] * 9, actor=[[CLICK]] * 9, evaluator=[RETRY] * 9)
    for seconds_ago in (0.9, 0.6, 0.3):
        scene.desktop.paint(CLOCK, seconds_ago)
    scene.desktop.at_once = CLOCK
    ended = scene.run()
    assert "5 steps changed nothing" in ended.reason


def test_a_clock_that_is_clicked_on_may_well_answer(stage, monkeypatch):
    monkeypatch.setattr(response, "PATIENCE", 0.0)
    scene = stage(limits=Limits(retries=2), planner=[ONLY], actor=[[Click(CLOCK.centre)]] * 9, evaluator=[RETRY] * 9)
    for seconds_ago in (0.9, 0.6, 0.3):
        scene.desktop.paint(CLOCK, seconds_ago)
    scene.desktop.at_once = CLOCK
    assert "limits.retries" in scene.run().reason
    assert not scene.of(ev.NothingChanged)
