"""The part of a run that looks: it takes pictures of a screen at rest, and new ones where the screen answered only after them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from screenagent.domain import events as ev
from screenagent.domain.actions import InputAction, KeyUp, Move, Wait
from screenagent.domain.exchange import Role
from screenagent.domain.geometry import Box, Size
from screenagent.domain.screen import Damage, Screenshot
from screenagent.errors import LinkLost
from screenagent.flow import settle
from screenagent.flow.cancel import CancelToken
from screenagent.flow.control import Control
from screenagent.flow.response import Response, Weight
from screenagent.flow.restless import Restless, without
from screenagent.flow.settle import Known, SettleRule
from screenagent.flow.stuck import Watch
from screenagent.flow.work import Work
from screenagent.ports import Desktop, DesktopChange

_MOST_ANEW = 2
"""So many pictures at most are taken anew after one input: a page that goes on loading is judged as it is."""
_BEFORE_THE_RUN = 10.0
"""Seconds. What was painted in them tells where the screen is restless."""


class Eye:
    """For the run's thread, but `disturbed` and `blinked` may be called from any."""

    def __init__(self, desktop: Desktop, control: Control, emit: Callable[[ev.Event], None], work: Work, watch: Watch) -> None:
        self._desktop = desktop
        self._control = control
        self._emit = emit
        self._work = work
        self._watch = watch
        self._restless = Restless()
        self._ticking: tuple[Box, ...] = ()
        self._response = Response()
        self._rule: SettleRule = settle.NONE
        self._first_input = self._seen_until = time.monotonic()
        self._learned = self._seen_until - _BEFORE_THE_RUN
        self._seen_size = Size(0, 0)
        self._disturbed = False
        self._at_rest = True
        self._anew = _MOST_ANEW  # before the first input there is no answer

    @property
    def known(self) -> Known:
        """What is known of the desktop now."""
        return Known(self._ticking, self._response.awaited_until, self._response.point)

    # -- while acting -------------------------------------------------------------------------------------------------

    def before_acting(self) -> None:
        """A list of actions begins. Raises LinkLost."""
        self._learn(idle=not self._answered_late())
        self._first_input = time.monotonic()
        self._watch.acts_on(self._desktop.screenshot(), self._ticking)

    def acting(self, action: InputAction) -> None:
        """This action begins."""
        if not isinstance(action, Move | Wait | KeyUp):
            self._response.begin(action, self._desktop.pointer, time.monotonic())
            self._anew = 0

    def between(self, action: InputAction, token: CancelToken) -> None:
        """Wait for what the next action may need. Raises Cancelled, LinkLost."""
        rule = settle.rule_between(action)
        if rule is not settle.NONE and self._work.touched is not None:
            settle.await_quiet(self._desktop, self._work.touched, rule, token, known=Known(self._ticking))

    def disturbed(self) -> None:
        """Somebody else had a hand in it."""
        self._disturbed = True
        self._watch.forget()
        self.blinked()

    def blinked(self) -> None:
        """The link went or came: all is painted anew now, which answers nothing."""
        self._response.drop()
        self._anew = _MOST_ANEW

    # -- looking ------------------------------------------------------------------------------------------------------

    def look(self, role: Role) -> Screenshot:
        """Wait for the screen to settle and take the picture that `role` is to see. Raises LinkLost, Cancelled."""
        work = self._work
        if work.touched is None:
            if late := self._answered_late():
                self._watch.answered()
            return self._take(role, self._seen_until, self._rule if late else settle.NONE, idle=not late)
        self._rule = settle.rule_for(work.performed)
        return self._take(role, work.touched, self._rule, idle=False, performed=work.performed)

    def look_anew(self, role: Role, certainly: bool = False) -> Screenshot | None:
        """Return a new picture where the latest has been overtaken, or `certainly`, else None. Raises LinkLost, Cancelled."""
        if not certainly and not self._overtaken:
            return None
        self._emit(ev.Warned(f"The screen has changed since the picture was taken; the {role.value} is asked with a new one."))
        self._anew += 1
        idle = not self._answered_late()
        picture = self._take(role, self._seen_until, self._rule, idle=idle)
        self._watch.answered()
        return picture

    @property
    def doubtful(self) -> bool:
        """Whether the last click has brought nothing at all so far."""
        return self._response.clicked and self._response.weight is Weight.NOTHING

    def look_longer(self, role: Role) -> Screenshot | None:
        """Give a screen that has not answered yet its time; return a new picture if it does, else None.

        Raises:
            LinkLost, Cancelled
        """
        while self._steady and not self._overtaken:
            left = self._response.doubted_until - time.monotonic()
            if left <= 0:
                self._response.in_vain()
                break
            parts = self._desktop.damage(self._seen_until)
            self._desktop.wait_damage(parts[-1].time if parts else self._seen_until, left, self._control.token)
        return self.look_anew(role)

    def look_after_waiting(self, role: Role, before: Screenshot, since: float) -> Screenshot:
        """Return a new picture if the screen has changed while a person was waited for, else `before`.

        So also while there is no link, or what the person wrote would be lost with it. Raises Cancelled.
        """
        try:
            if parts := self._desktop.damage(since):
                settle.await_quiet(self._desktop, since, settle.BETWEEN, self._control.token, known=self.known)
                parts = self._desktop.damage(since)
            now = self._desktop.screenshot()
        except LinkLost:
            return before
        self._seen_until = parts[-1].time if parts else self._seen_until
        if np.array_equal(now.pixels, before.pixels):
            return before
        self._emit(ev.ScreenshotTaken(now, role))
        self._hand_over(role, now)
        return now

    @contextmanager
    def thinking(self) -> Iterator[CancelToken]:
        """While the context is open, a model is asked about the latest picture.

        The token is cancelled with the run's own, and as soon as the picture is overtaken.
        """
        call, fresh = CancelToken(), list(self._since(self._seen_until))

        def hear(change: DesktopChange) -> None:
            fresh.extend(without(change.damage, self._ticking))
            if fresh and self._overtaken_by(fresh):
                call.cancel()

        unsubscribe = self._desktop.subscribe(hear)
        try:
            with self._control.token.on_cancel(call.cancel):
                yield call
        finally:
            unsubscribe()

    # -- what they share ----------------------------------------------------------------------------------------------

    @property
    def _overtaken(self) -> bool:
        """Whether nothing should be concluded from the latest picture any more."""
        return self._overtaken_by(self._since(self._seen_until))

    def _overtaken_by(self, parts: Sequence[Damage]) -> bool:
        return self._steady and self._response.overtakes(parts)

    @property
    def _steady(self) -> bool:
        """Whether an answer that comes after the latest picture could be told from what else is going on."""
        return self._at_rest and self._anew < _MOST_ANEW and self._desktop.size == self._seen_size

    def _answered_late(self) -> bool:
        """Whether the answer awaited has come since the latest picture; the desktop is slow, then."""
        parts = self._since(self._seen_until)
        if self._response.weight is Weight.FULL or not self._response.overtakes(parts):
            return False
        self._response.came_late(parts[0].time)
        return True

    def _take(
        self, role: Role, since: float, rule: SettleRule, *, idle: bool, performed: Sequence[InputAction] = ()
    ) -> Screenshot:
        """Settle by `rule`, take the picture and show it; `idle`: nothing was to be painted for an action's sake."""
        response = self._response
        response.add(self._since(response.began))
        known = self.known
        settled = settle.settle(self._desktop, since, rule, self._control.token, known=known)
        response.add(self._since(response.began))
        if time.monotonic() >= known.awaited_until > since:
            response.in_vain()
        self._work.touched = None
        self._seen_until, self._at_rest = settled.complete_until, settled.quiet
        self._seen_size = settled.screenshot.size
        self._learn(idle=idle)
        self._emit(ev.ScreenshotTaken(settled.screenshot, role, settled.quiet))
        if performed:
            self._watch.judge(settled.screenshot, performed, self._desktop.damage(self._first_input), known.restless)
        self._hand_over(role, settled.screenshot)
        return settled.screenshot

    def _hand_over(self, role: Role, screenshot: Screenshot) -> None:
        if role is Role.ACTOR:
            self._watch.saw(screenshot, self._ticking)

    def _learn(self, *, idle: bool) -> None:
        """Learn from what was painted since the last time where the screen is restless, as counts until the next."""
        parts = self._desktop.damage(self._learned)
        if parts:
            self._restless.note(parts, self._desktop.size, idle=idle and not self._disturbed)
            self._learned = parts[-1].time
        self._ticking, self._disturbed = self._restless.boxes(time.monotonic()), False

    def _since(self, moment: float) -> tuple[Damage, ...]:
        """Return what was painted after `moment` where the screen is not restless."""
        return without(self._desktop.damage(moment), self._ticking)
