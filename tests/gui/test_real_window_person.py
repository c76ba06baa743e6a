"""A person at the real window: mouse and keys of an X display, a real desktop in it, a model that answers over HTTP."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from contract.stop.wire import READABLE, Input, Wire, held
from contract.stop.worker import Worker, key, mouse, plan, silence, wait
from support import real_window
from support.real_window import Screen, Window

MISSING = [name for name in real_window.NEEDED if shutil.which(name) is None]

pytestmark = [
    pytest.mark.end2end,
    pytest.mark.timeout(120),
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]

LEFT = 1


class Person:
    """At a window whose desktop is `server`; `wire` knows what reached the desktop, `worker` what the model was asked."""

    def __init__(self, screen: Screen, server: Any, folder: Path, closing: ExitStack, person_input: str) -> None:
        self.screen = screen
        self.folder = folder
        self.worker = Worker()
        closing.callback(self.worker.close)
        self.wire = Wire(server.host, server.port)
        closing.callback(self.wire.close)
        self.window: Window = closing.enter_context(real_window.started(screen, folder, *self._options(server, person_input)))
        self.window.until("window.bench.moment.link == 'connected' and window.desktop.live.canvas.placement")

    def _options(self, server: Any, person_input: str) -> tuple[str, ...]:
        model = {"protocol": "worker_generate", "target_url": self.worker.url, "send_context": True}
        desktop = {"host": "127.0.0.1", "port": self.wire.port, "password": server.password, "use_remote_clipboard": False}
        tree = {
            "llm_api": {"use": "Scripted", "Scripted": model, "timeout": 60},
            "automaton": {"person_input": person_input},
            "remote_vnc_server": desktop,
            "recording": {"folder": str(self.folder / "sessions")},
        }
        file = self.folder / "config.yml"
        file.write_text(json.dumps(tree))
        return ("-c", str(file), "--task", "the task")

    def click(self, widget: str) -> None:
        """Click a part of the window, once it can be clicked."""
        self.screen.click(self.window.until(f"window.{widget}.isEnabled() and spot(window.{widget})"))

    def click_on_desktop(self, x: int, y: int) -> None:
        """Click where the live view shows this pixel."""
        self.screen.click(self.window.until(f"pixel({x}, {y})"))

    def start(self) -> None:
        """Start the task with the mouse."""
        self.click("start")

    def until_ended(self, state: str) -> None:
        """Wait until the run has ended like this, and the window says so."""
        self.window.until("window.bench.ended is not None and not window.bench.moment.running")
        assert self.window.ask("[window.bench.ended.state.value, window.bench.ended.reason]")[0] == state

    def until_on_wire(self, condition: Callable[[list[Input]], object]) -> None:
        """Wait until this is true of what has reached the desktop."""
        self.wire.until(condition)

    @property
    def clicks(self) -> list[tuple[int, int]]:
        """Where the left button was pressed on the desktop."""
        return clicks(self.wire.inputs)

    def events(self, kind: str) -> list[dict[str, Any]]:
        """The events of this kind in the only session's recording, once the process has ended."""
        (file,) = self.folder.glob("sessions/*/events.jsonl")
        lines = [json.loads(line)["event"] for line in file.read_text(encoding="utf-8").splitlines()]
        assert lines[-1]["type"] == "RunEnded"
        return [line for line in lines if line["type"] == kind]

    def close(self) -> None:
        """Close the window, and see that everything is gone."""
        self.screen.close_window(self.window.ask("int(window.winId())"))
        assert self.window.end() == 0
        assert self.window.alive == []
        assert held(self.wire.inputs) == set()
        assert "Traceback" not in (self.folder / "stderr.txt").read_text()


def clicks(inputs: list[Input]) -> list[tuple[int, int]]:
    found, before = [], 0
    for event in inputs:
        if event.kind == "pointer":
            if event.code & LEFT and not before & LEFT:
                found.append((event.x, event.y))
            before = event.code
    return found


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    with real_window.xvfb() as made:
        yield made


@pytest.fixture(scope="module")
def server(start_xtigervnc: Any) -> Any:
    return start_xtigervnc((1024, 768), *READABLE)


@pytest.fixture
def person(screen: Screen, server: Any, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Person]:
    """A parameter says what a person's mouse and keys do to a run (`automaton.person_input`)."""
    with ExitStack() as closing:
        yield Person(screen, server, tmp_path, closing, getattr(request, "param", "pause"))


def test_a_wrong_click_is_put_right_in_the_reply_before_it_is_performed(person: Person) -> None:
    person.worker.lines["actor"] = [[mouse("click", 300, 200)]]
    person.click("reply.switch")
    person.start()
    person.window.until("window.bench.moment.gate == 'reply' and window.bench.story.role.value == 'planner'")
    person.click("reply.send")
    person.window.until("window.bench.moment.gate == 'reply' and window.bench.story.role.value == 'actor'")
    person.screen.double_click(person.window.until("word(window.reply.text, '300')"))
    person.window.until("window.reply.text.textCursor().selectedText() == '300'")
    person.screen.type("420")
    person.window.until("window.actions.sheet and window.actions.sheet.lines[0].text == 'click left at (420, 200)'")
    assert person.window.ask("[one.mark.points[0].x for one in window.desktop.live.canvas.overlay.shown]") == [420]
    person.click("reply.send")
    person.window.until("window.bench.moment.gate == 'reply' and window.bench.story.role.value == 'evaluator'")
    person.screen.keys("ctrl+Return")
    person.until_ended("finished")
    assert person.clicks == [(420, 200)]
    person.close()
    (edited,) = person.events("Edited")
    assert edited["gate"] == "reply"
    assert '"width": 420' in edited["after"].replace('"width":420', '"width": 420')


def test_a_held_click_is_pointed_elsewhere_on_the_live_desktop(person: Person) -> None:
    person.worker.lines["actor"] = [[mouse("click", 300, 200, "right"), mouse("click", 40, 50)]]
    person.click("actions.switch")
    person.start()
    person.window.until("window.bench.moment.gate == 'actions'")
    person.screen.click(person.window.until("row(window.actions.lines, 1)"))
    person.click("actions.point")
    person.window.until("window.desktop.keyboard.text() == window._words('live.pick')")
    person.click_on_desktop(640, 480)
    chosen = person.window.until("window.actions.changed and window.actions.sheet.lines[1].action.point")
    x, y = map(int, chosen.strip("()").split(", "))
    assert max(abs(x - 640), abs(y - 480)) <= 1
    person.click("actions.run")
    person.until_ended("finished")
    assert person.clicks == [(x, y)]
    person.close()
    (edited,) = person.events("Edited")
    assert edited["after"] == f"click right at (300, 200)\nclick left at ({x}, {y})"
    assert person.events("PersonInput") == []


def test_a_click_on_the_planning_state_plans_anew(person: Person) -> None:
    person.worker.lines["planner"] = [plan("first thought"), plan("second thought")]
    person.worker.lines["actor"] = [[wait(60), mouse("click", 700, 600)], [mouse("click", 300, 200)]]
    person.start()
    person.window.until("window.bench.moment.acting")
    person.click("strip.chips[__import__('screenagent.domain.machine', fromlist=['State']).State.PLANNING]")
    person.until_ended("finished")
    assert person.worker.asked == ["planner", "actor", "planner", "actor", "evaluator"]
    assert person.window.ask("[item.text for item in window.bench.story.plan.sub_tasks]") == ["second thought"]
    assert person.clicks == [(300, 200)]
    person.close()


def test_a_person_takes_over_works_and_gives_back(person: Person) -> None:
    person.worker.lines["actor"] = [
        [mouse("click", 300, 200), wait(60), mouse("click", 700, 600)],
        [mouse("click", 500, 400)],
    ]
    person.start()
    person.window.until("window.bench.moment.acting and 'wait 60 s' in [one.text for one in window.bench.story.actions]")
    person.until_on_wire(lambda inputs: (300, 200) in clicks(inputs))
    person.window.until("window.bench.story.actions[1].progress.value == 'running'")
    person.click_on_desktop(640, 480)
    person.window.until("window.bench.moment.waiting and window.desktop.live.canvas.hands.value == 'person'")
    person.click_on_desktop(100, 90)
    person.until_on_wire(lambda inputs: len(clicks(inputs)) == 2)
    person.screen.type("hi")
    person.until_on_wire(lambda inputs: [event.down for event in inputs if event.code == ord("i")] == [True, False])
    person.click("pause")
    person.until_ended("finished")
    first, own, last = person.clicks
    assert (first, last) == ((300, 200), (500, 400))
    assert abs(own[0] - 100) <= 1
    assert abs(own[1] - 90) <= 1
    person.close()
    inputs = person.events("PersonInput")
    assert [one["keysym"] for one in inputs if one["keysym"] and one["down"]] == [ord("h"), ord("i")]
    assert [one["buttons"] for one in inputs if not one["keysym"]] == [1, 0]


@pytest.mark.parametrize("person", ["ignore"], indirect=True)
def test_a_person_works_beside_the_agent_where_the_settings_say_so(person: Person) -> None:
    person.worker.lines["actor"] = [[mouse("click", 300, 200), wait(60)]]
    person.start()
    person.window.until("window.bench.story.actions[-1:] and window.bench.story.actions[-1].text == 'wait 60 s'")
    person.window.until("window.bench.story.actions[-1].progress.value == 'running'")
    person.click_on_desktop(640, 480)
    person.until_on_wire(lambda inputs: len(clicks(inputs)) == 2)
    assert not person.window.ask("window.bench.moment.paused or window.bench.moment.stopping")
    person.close()
    assert [one["buttons"] for one in person.events("PersonInput")] == [1, 0]


@pytest.mark.parametrize("person", ["stop"], indirect=True)
def test_a_persons_click_stops_the_run_where_the_settings_say_so(person: Person) -> None:
    person.worker.lines["actor"] = [[wait(60), mouse("click", 300, 200)]]
    person.start()
    person.window.until("window.bench.moment.acting")
    person.click_on_desktop(640, 480)
    person.until_ended("stopped")
    assert person.clicks == []
    person.close()


def test_stop_and_esc_esc_end_a_run_whose_model_never_answers(person: Person) -> None:
    person.worker.lines["planner"] = [silence]
    for stop in (lambda: person.click("stop"), lambda: person.screen.keys("Escape", "Escape")):
        person.start()
        person.worker.until_hanging()
        person.window.until("window.bench.moment.running")
        stop()
        person.until_ended("stopped")
    person.close()


def test_the_window_closes_in_the_middle_of_a_run(person: Person) -> None:
    person.worker.lines["actor"] = [[mouse("down", 300, 200), key("down", "shift"), wait(60)]]
    person.start()
    person.window.until("window.bench.story.actions[-1:] and window.bench.story.actions[-1].progress.value == 'running'")
    person.window.until("window.bench.story.actions[-1].text == 'wait 60 s'")
    assert held(person.wire.inputs) != set()
    person.close()
    (ended,) = person.events("RunEnded")
    assert ended["state"] == "stopped"
    assert "evaluator" not in person.worker.asked
