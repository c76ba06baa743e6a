"""One model call from the screen to actions: look, ask, read."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from screenagent.domain import events as ev
from screenagent.domain.exchange import Price, Prompt, Reading, Reply, Role, Usage
from screenagent.flow.control import Control
from screenagent.flow.settle import rule_for, settle
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
        waiting: Callable[[str, ev.Gate | None], None],
        going: Callable[[], None],
        use: Callable[[Prompt, Reply, Price | None], Usage],
    ) -> None:
        self._speakers = speakers
        self._desktop = desktop
        self._control = control
        self._emit = emit
        self._waiting = waiting
        self._going = going
        self._use = use
        self.step = 0

    def think(self, role: Role, work: Work) -> Reading:
        """Wait for the screen to settle, ask the role's model, and read its reply.

        Raises:
            ModelError, LinkLost, Cancelled
        """
        speaker = self._speakers[role]
        token = self._control.token
        since = time.monotonic() if work.touched is None else work.touched
        settled = settle(self._desktop, since, rule_for(work.performed if work.touched is not None else ()), token)
        work.touched = None
        self._emit(ev.ScreenshotTaken(settled.screenshot, role, settled.quiet))

        prompt = speaker.dialect.prompt(work.situation(role, settled.screenshot))
        prompt = replace(prompt, text=self._gate("prompt", prompt.text))
        self.step += 1
        self._emit(ev.PromptSent(self.step, prompt))
        reply = speaker.model.complete(prompt, self._control.token, self._emit, speaker.dialect.finished)
        token.check()
        self._emit(ev.ReplyReceived(self.step, role, reply, self._use(prompt, reply, speaker.price)))

        reading = speaker.dialect.read(self._gate("reply", reply.text), prompt)
        self._emit(ev.ReplyRead(self.step, role, reading))
        return reading

    def _gate(self, gate: ev.Gate, text: str) -> str:
        passed = self._control.gate(gate, text, lambda why: self._waiting(why, gate), self._going)
        if passed != text:
            self._emit(ev.Edited(gate, text, passed))
        return passed
