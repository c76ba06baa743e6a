"""One model call from the screen to actions: look, ask, read."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from screenagent.domain import events as ev
from screenagent.domain.actions import InputAction
from screenagent.domain.exchange import Price, Problem, Prompt, Reading, Reply, Role, Usage
from screenagent.domain.screen import Screenshot
from screenagent.errors import LinkLost
from screenagent.flow.control import Control
from screenagent.flow.hand import Hand
from screenagent.flow.settle import BETWEEN, await_quiet, rule_for, settle
from screenagent.flow.stuck import Watch
from screenagent.flow.work import Work
from screenagent.ports import Desktop, Dialect, Model


@dataclass(frozen=True)
class Speaker:
    """Who plays a role: a model and the language it speaks."""

    model: Model
    dialect: Dialect
    price: Price | None = None


class Mind:
    """The part of a run that sees and asks."""

    def __init__(
        self,
        speakers: dict[Role, Speaker],
        desktop: Desktop,
        control: Control,
        emit: Callable[[ev.Event], None],
        work: Work,
        hand: Hand,
        watch: Watch,
        use: Callable[[Prompt, Reply, Price | None], Usage],
    ) -> None:
        self._speakers = speakers
        self._desktop = desktop
        self._control = control
        self._emit = emit
        self._work = work
        self._hand = hand
        self._watch = watch
        self._use = use
        self._latest: tuple[Dialect, Prompt] | None = None
        self.step = 0

    def look(self, role: Role) -> Screenshot:
        """Wait for the screen to settle and take the picture that `role` is to see. Raises LinkLost, Cancelled."""
        work = self._work
        since = time.monotonic() if work.touched is None else work.touched
        performed = work.performed if work.touched is not None else ()
        settled = settle(self._desktop, since, rule_for(performed), self._control.token)
        work.touched = None
        self._saw(role, settled.screenshot, settled.quiet, performed)
        return settled.screenshot

    def ask(self, role: Role, screenshot: Screenshot) -> Reading:
        """Ask the role's model about what is seen, and read its reply.

        Raises:
            ModelError, LinkLost, Cancelled
        """
        speaker = self._speakers[role]
        token = self._control.token
        prompt = self._reviewed(role, screenshot, speaker.dialect)
        self.step += 1
        self._latest = speaker.dialect, prompt
        self._emit(ev.PromptSent(self.step, prompt))
        reply = speaker.model.complete(prompt, token, self._emit, speaker.dialect.finished)
        token.check()
        self._emit(ev.ReplyReceived(self.step, role, reply, self._use(prompt, reply, speaker.price)))

        answer = self._hand.at_gate("reply", reply.text)
        text = reply.text if answer is None or answer.value is None else str(answer.value)
        self._tell_edit("reply", reply.text, text)
        reading = speaker.dialect.read(text, prompt)
        self._emit(ev.ReplyRead(self.step, role, reading))
        return reading

    def read(self, text: str) -> Reading:
        """Read `text` as a reply to the latest prompt. Any thread."""
        if self._latest is None:
            return Reading((), (Problem("Nothing has been asked yet"),))
        dialect, prompt = self._latest
        return dialect.read(text, prompt)

    def _reviewed(self, role: Role, screenshot: Screenshot, dialect: Dialect) -> Prompt:
        """Build the prompt and hold it if a person wants to see it; what they send shows the screen as it is then."""
        prompt = self._prompt(role, screenshot, dialect)
        held_from = time.monotonic()
        answer = self._hand.at_gate("prompt", prompt)
        if answer is None:
            return prompt
        edited = prompt.text if answer.value is None else str(answer.value)
        self._tell_edit("prompt", prompt.text, edited)
        current = self._look_again(role, screenshot, held_from)
        fresh = prompt if current is screenshot else self._prompt(role, current, dialect)
        return fresh if edited == prompt.text else replace(fresh, text=edited)

    def _look_again(self, role: Role, before: Screenshot, since: float) -> Screenshot:
        """Return a new picture if the screen has changed meanwhile, else the one from before; so also while there is no link.

        What a person wrote would else be lost with the link. Raises Cancelled.
        """
        try:
            if self._desktop.damage(since):
                await_quiet(self._desktop, since, BETWEEN, self._control.token)
            now = self._desktop.screenshot()
        except LinkLost:
            return before
        if np.array_equal(now.pixels, before.pixels):
            return before
        self._saw(role, now)
        return now

    def _saw(self, role: Role, screenshot: Screenshot, settled: bool = True, performed: Sequence[InputAction] = ()) -> None:
        self._emit(ev.ScreenshotTaken(screenshot, role, settled))
        if performed:
            self._watch.judge(screenshot, performed)
        if role is Role.ACTOR:
            self._watch.saw(screenshot)

    def _prompt(self, role: Role, screenshot: Screenshot, dialect: Dialect) -> Prompt:
        return dialect.prompt(self._work.situation(role, screenshot, self._watch.unchanged))

    def _tell_edit(self, gate: ev.Gate, before: str, after: str) -> None:
        if after != before:
            self._emit(ev.Edited(gate, before, after))
