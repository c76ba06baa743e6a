"""The stage of the stop tests with settings of its own, and what every run has to show once it is over."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from contract.stop.stage import LAST, Stage
from contract.stop.wire import held
from screenagent.domain import events as ev
from screenagent.domain.machine import State
from screenagent.recording.session import read_events

QUICK = {"llm_api.timeout": 5, "llm_api.connect_timeout": 5, "llm_api.retries": 2, "automaton.limits.unreadable": 2}


class Scene(Stage):
    """`changes` maps dotted settings to values."""

    def __init__(self, folder: Path, server: Any, backend: str = "rfb") -> None:
        super().__init__(folder, server, backend)
        self.mark_the_end = False
        self.changes: dict[str, Any] = dict(QUICK)

    def settings_file(self, url: str = "", evaluator: bool = True, clipboard_port: int = 0) -> Path:
        """Write the settings down."""
        file = super().settings_file(url, evaluator, clipboard_port)
        tree = json.loads(file.read_text())
        for dotted, value in self.changes.items():
            *sections, name = dotted.split(".")
            spot = tree
            for section in sections:
                spot = spot.setdefault(section, {})
            spot[name] = value
        file.write_text(json.dumps(tree))
        return file

    def run(self, **settings: Any) -> ev.RunEnded:
        """Run the task to its end."""
        self.start(**settings)
        return self.end()

    def prompts(self, role: str) -> list[str]:
        """The texts that this role's model was sent."""
        return [event.prompt.text for event in self.of(ev.PromptSent) if event.prompt.role.value == role]

    def retries(self) -> list[str]:
        """Why calls were made again, in order."""
        return [event.reason for event in self.of(ev.CallRetried)]

    def check_end(self, state: State, exit_status: int, *words: str) -> None:
        """The run ended so, said why in one go, holds nothing, wrote everything down, and its thread is over."""
        ended = self.end()
        assert (ended.state, ended.exit_status) == (state, exit_status), ended
        for word in words:
            assert word in ended.reason, ended.reason
        check_sentence(ended.reason)
        self.mark(LAST)
        assert held(self.seen(LAST)) == set()
        assert not self.handle.running
        self.check_recording(ended)

    def check_recording(self, ended: ev.RunEnded) -> None:
        """The session holds every event to the last but a reply's growth, and the last says what the run said."""
        lines = list(read_events(self.handle.session))
        told = [(number, type(event).__name__) for number, event in enumerate(self.told, 1)]
        assert [(line["number"], line["event"]["type"]) for line in lines] == [one for one in told if one[1] != "ReplyGrew"]
        last = lines[-1]["event"]
        assert last["type"] == "RunEnded"
        assert (last["state"], last["reason"], last["exit_status"]) == (ended.state.value, ended.reason, ended.exit_status)


def check_sentence(text: str) -> None:
    """A reason fit to show: it does not begin in mid-sentence, no sentence is there twice, no traceback, no class name."""
    assert not text[:1].islower() or text == "every sub-task is done", text
    parts = [part.strip() for part in re.split(r"[\n;]|(?<=[.!?]) ", text) if len(part.strip()) > 12]
    assert len(parts) == len(set(parts)), f"said twice: {text}"
    for odd in ("Traceback", "Error(", "Exception", "Errno", " 0x", "<class", "None"):
        assert odd not in text, text
