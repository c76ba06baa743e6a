"""Which actions are shown when."""

from __future__ import annotations

import itertools

from screenagent.domain import events as ev
from screenagent.domain.actions import Action, Click, PlanItem, TypeText
from screenagent.domain.exchange import Reading, Role
from screenagent.domain.geometry import Point
from screenagent.domain.machine import Signal, State
from screenagent.domain.story import ActionLine, Performed, Story
from screenagent.gui.trail import INTENDED, Trail

POINTER = Point(5, 6)
ONE, TWO, THREE = Click(Point(1, 1)), TypeText("two"), Click(Point(3, 3))


class Run:
    """A run that tells its events to a trail, at a time of its own."""

    def __init__(self) -> None:
        self.trail = Trail()
        self.story = Story()
        self.now = 100.0
        self._number = itertools.count(1)
        self.tell(ev.RunStarted("a task", {}, "desk"), ev.StateChanged(State.PLANNING, Signal.PLANNED, State.ACTING))

    def tell(self, *events: ev.Event, pointer: Point = POINTER) -> bool:
        """Several events at once are a burst."""
        for event in events:
            self.story = self.story.apply(ev.Stamped(next(self._number), self.now, event))
        return self.trail.follow(self.story, pointer, self.now)

    def read(self, *actions: Action) -> bool:
        return self.tell(ev.ReplyRead(1, Role.ACTOR, Reading(actions)))

    def shown(self) -> list[tuple[int, Performed]]:
        return [(each.mark.number, each.mark.progress) for each in self.trail.shown(self.now)]


def test_what_is_intended_is_shown_fainter_with_the_next_one_on_top() -> None:
    run = Run()
    assert run.read(ONE, TWO, THREE)
    assert run.shown() == [(3, Performed.QUEUED), (2, Performed.QUEUED), (1, Performed.QUEUED)]
    assert {each.strength for each in run.trail.shown(run.now)} == {INTENDED}
    assert not run.trail.fading(run.now)


def test_what_is_under_way_is_on_top_at_full_strength() -> None:
    run = Run()
    run.read(ONE, TWO)
    run.tell(ev.ActionsQueued((ONE, TWO)), ev.ActionStarted(0, ONE))
    assert run.shown() == [(2, Performed.QUEUED), (1, Performed.RUNNING)]
    assert run.trail.shown(run.now)[-1].strength == 1
    assert not run.trail.fading(run.now)


def test_what_is_done_fades_and_is_gone() -> None:
    run = Run()
    run.read(ONE)
    run.tell(ev.ActionsQueued((ONE,)), ev.ActionStarted(0, ONE), ev.ActionEnded(0, ONE, 0.1))
    strengths = []
    while run.trail.fading(run.now):
        (each,) = run.trail.shown(run.now)
        strengths.append(each.strength)
        run.now += 0.25
    assert strengths[0] == 1
    assert strengths == sorted(strengths, reverse=True)
    assert run.trail.shown(run.now) == ()
    assert not run.tell(ev.StateChanged(State.ACTING, Signal.ACTED, State.EVALUATING))


def test_what_was_done_goes_on_fading_when_the_next_reply_is_there() -> None:
    run = Run()
    run.read(ONE)
    run.tell(ev.ActionsQueued((ONE,)), ev.ActionStarted(0, ONE), ev.ActionEnded(0, ONE, 0.1))
    run.read(TWO, THREE)
    assert run.shown() == [(0, Performed.DONE), (2, Performed.QUEUED), (1, Performed.QUEUED)]


def test_the_same_actions_once_more_are_shown_once_more() -> None:
    run = Run()
    for _ in range(2):
        run.tell(ev.ActionsQueued((ONE,)), ev.ActionStarted(0, ONE))
        assert run.shown()[-1] == (0, Performed.RUNNING)
        run.tell(ev.ActionEnded(0, ONE, 0.1))
        run.now += 10


def test_a_failed_action_stays_longer_and_ends_its_list() -> None:
    run = Run()
    run.read(ONE, TWO)
    run.tell(ev.ActionsQueued((ONE, TWO)), ev.ActionStarted(0, ONE), ev.ActionEnded(0, ONE, 0.1, error="off the screen"))
    assert run.shown() == [(1, Performed.FAILED)]
    run.now += 2.5
    assert run.trail.shown(run.now)[0].strength == 1
    run.now += 5
    assert run.shown() == []


def test_what_was_intended_goes_when_the_run_ends_jumps_or_is_taken_over() -> None:
    for event in (
        ev.RunEnded(State.STOPPED, "", 1, 1.0),
        ev.StateChanged(State.ACTING, Signal.REPLAN, State.PLANNING),
        ev.StateChanged(State.ACTING, Signal.JUMP, State.ACTING, "the person took over"),
    ):
        run = Run()
        run.read(ONE, TWO)
        assert run.tell(event)
        assert run.shown() == []


def test_what_is_intended_stays_through_a_pause_in_the_middle() -> None:
    run = Run()
    run.read(ONE, TWO)
    run.tell(ev.ActionsQueued((ONE, TWO)), ev.ActionStarted(0, ONE), ev.ActionEnded(0, ONE, 0.1), ev.Paused("a pause"))
    assert (2, Performed.QUEUED) in run.shown()


def test_what_a_person_runs_while_the_run_waits_is_shown_in_any_state() -> None:
    run = Run()
    run.tell(ev.StateChanged(State.ACTING, Signal.REPLAN, State.PLANNING), ev.Paused("held", "prompt"))
    run.tell(ev.ActionsQueued((ONE, TWO)), ev.ActionStarted(0, ONE))
    assert run.shown() == [(2, Performed.QUEUED), (1, Performed.RUNNING)]


def test_a_plan_is_not_drawn() -> None:
    run = Run()
    assert not run.read(PlanItem("open it"))
    assert run.shown() == []


def test_a_list_begins_where_the_pointer_is_when_it_is_read() -> None:
    run = Run()
    here = Click()
    run.tell(ev.ReplyRead(1, Role.ACTOR, Reading((here,))), pointer=Point(40, 50))
    run.tell(ev.ActionsQueued((here,)), ev.ActionStarted(0, here), pointer=Point(90, 90))
    assert run.trail.shown(run.now)[0].mark.points == (Point(40, 50),)


def test_what_a_person_has_in_hand_is_shown_in_place_of_what_the_run_intends() -> None:
    run = Run()
    run.read(ONE, TWO)
    corrected = Click(Point(7, 7))
    assert run.trail.preview((ActionLine(corrected),), POINTER)
    assert [each.mark.points for each in run.trail.shown(run.now)] == [(Point(7, 7),)]
    assert not run.trail.preview((ActionLine(corrected),), POINTER)
    assert run.trail.preview((), POINTER)
    assert run.shown() == []
    assert run.trail.preview(None, POINTER)
    assert run.shown() == [(2, Performed.QUEUED), (1, Performed.QUEUED)]
