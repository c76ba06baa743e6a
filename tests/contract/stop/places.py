"""Everywhere that a run can be when somebody presses Stop: each function brings a run there and returns what proves it.

The proof is called when the run is over.
"""

from __future__ import annotations

from collections.abc import Callable

from contract.stop.stage import Stage
from contract.stop.worker import dripping, failing, half_a_body, key, mouse, plan, silence, typed, wait
from screenagent.domain import events as ev
from screenagent.domain.actions import Drag, TypeText, Wait
from screenagent.domain.exchange import Role
from screenagent.domain.machine import State

Proof = Callable[[], None]
PLACES: dict[str, Callable[[Stage], Proof]] = {}
LONG_TEXT = "\n".join("The quick brown fox jumps over the lazy dog. " * 4 for _ in range(8))


def place(arrive: Callable[[Stage], Proof]) -> Callable[[Stage], Proof]:
    PLACES[arrive.__name__.replace("_", " ")] = arrive
    return arrive


def _nothing() -> None:
    pass


@place
def while_the_screen_settles_for_the_evaluator(stage: Stage) -> Proof:
    stage.flicker()
    stage.start()
    stage.until_state(State.EVALUATING)

    def proof() -> None:
        assert [shot.role for shot in stage.of(ev.ScreenshotTaken)] == [Role.PLANNER, Role.ACTOR]

    return proof


@place
def while_the_screen_settles_for_the_actor(stage: Stage) -> Proof:
    stage.worker.lines["planner"] = [plan("first", "second")]
    stage.flicker()
    stage.start(evaluator=False)
    stage.until_state(State.ACTING, times=2)

    def proof() -> None:
        assert [shot.role for shot in stage.of(ev.ScreenshotTaken)] == [Role.PLANNER, Role.ACTOR]

    return proof


@place
def while_the_screen_settles_between_two_actions(stage: Stage) -> Proof:
    stage.worker.lines["actor"] = [[mouse("click", 300 + 2 * number, 200) for number in range(50)]]
    stage.flicker()
    stage.start()
    stage.until(ev.ActionEnded)

    def proof() -> None:
        assert len(stage.of(ev.ActionStarted)) < 50

    return proof


@place
def while_connecting_to_the_model(stage: Stage) -> Proof:
    house = stage.full_house()
    stage.start(url=house.url)
    house.until_knocking()
    return _nothing


def _calling(stage: Stage, role: str, behave: Callable[..., None]) -> Proof:
    stage.worker.lines[role] = [behave]
    stage.start()
    stage.worker.until_hanging()

    def proof() -> None:
        assert not [reply for reply in stage.of(ev.ReplyReceived) if reply.role.value == role]

    return proof


@place
def while_the_planner_is_silent(stage: Stage) -> Proof:
    return _calling(stage, "planner", silence)


@place
def while_the_actor_is_silent(stage: Stage) -> Proof:
    return _calling(stage, "actor", silence)


@place
def while_the_evaluator_is_silent(stage: Stage) -> Proof:
    return _calling(stage, "evaluator", silence)


@place
def while_the_answer_drips(stage: Stage) -> Proof:
    return _calling(stage, "actor", dripping)


@place
def while_half_the_answer_is_there(stage: Stage) -> Proof:
    return _calling(stage, "actor", half_a_body)


@place
def before_the_next_try_of_a_failed_call(stage: Stage) -> Proof:
    stage.worker.lines["actor"] = [failing(503, "50")]
    stage.start()
    stage.until(ev.CallRetried)

    def proof() -> None:
        assert stage.worker.asked == ["planner", "actor"]

    return proof


@place
def while_typing_a_long_text(stage: Stage) -> Proof:
    stage.worker.lines["actor"] = [[typed(LONG_TEXT)]]
    stage.start()
    stage.until(ev.ActionStarted, lambda event: isinstance(event.action, TypeText))
    stage.wire.until(lambda inputs: len([event for event in inputs if event.kind == "key" and event.down]) >= 20)

    def proof() -> None:
        pressed = len([event for event in stage.wire.inputs if event.kind == "key" and event.down])
        assert pressed < len(LONG_TEXT)
        assert stage.of(ev.ActionEnded)[-1].error

    return proof


@place
def while_pasting_a_long_text(stage: Stage) -> Proof:
    stage.worker.lines["actor"] = [[*[typed("0123456789 " * 100)] * 20]]
    stage.open()
    stage.wire.say(b"\3\0\0\0\0\0\0\3old")  # a server that has a clipboard (RFC 6143, section 7.6.4)
    stage.start()
    stage.wire.until(lambda inputs: any(event.code == ord("v") and not event.down for event in inputs))

    def proof() -> None:
        assert len(stage.of(ev.ActionStarted)) < 20

    return proof


@place
def while_the_clipboard_service_is_silent(stage: Stage) -> Proof:
    service = stage.silent_listener()
    stage.worker.lines["actor"] = [[typed("你好")]]
    stage.start(clipboard_port=service.port)
    service.until_asked()

    def proof() -> None:
        assert stage.of(ev.ActionEnded)[-1].error

    return proof


@place
def while_dragging(stage: Stage) -> Proof:
    stage.worker.lines["actor"] = [[mouse("move", 10, 10), *[mouse("drag", 1010, 750), mouse("drag", 10, 10)] * 10]]
    stage.start()
    stage.until(ev.ActionStarted, lambda event: isinstance(event.action, Drag))
    stage.wire.until(lambda inputs: len([event for event in inputs if event.kind == "pointer" and event.code == 1]) >= 5)

    def proof() -> None:
        assert "left button" in stage.of(ev.Released)[0].held

    return proof


@place
def while_typing_with_keys_held_down(stage: Stage) -> Proof:
    stage.worker.lines["actor"] = [[key("down", "Control_L"), key("down", "Alt_L"), typed(LONG_TEXT)]]
    stage.start()
    stage.until(ev.ActionStarted, lambda event: isinstance(event.action, TypeText))
    stage.wire.until(lambda inputs: len([event for event in inputs if event.kind == "key" and event.down]) >= 10)

    def proof() -> None:
        assert {"Control_L", "Alt_L"} <= set(stage.of(ev.Released)[0].held)

    return proof


@place
def while_waiting(stage: Stage) -> Proof:
    stage.worker.lines["actor"] = [[key("down", "Shift_L"), wait(50)]]
    stage.start()
    stage.until(ev.ActionStarted, lambda event: isinstance(event.action, Wait))

    def proof() -> None:
        assert "Shift_L" in stage.of(ev.Released)[0].held

    return proof


@place
def while_paused(stage: Stage) -> Proof:
    stage.worker.lines["actor"] = [[key("down", "Shift_L"), wait(0.05), *[mouse("click", 300, 200)] * 50]]

    def pause(event: ev.Event) -> None:
        if isinstance(event, ev.ActionEnded) and event.index == 2:
            stage.control.pause()

    stage.on_event = pause
    stage.start()
    stage.until(ev.Paused)

    def proof() -> None:
        assert len(stage.of(ev.ActionStarted)) == 3
        assert not stage.of(ev.Resumed)

    return proof


def _holding(stage: Stage, gate: ev.Gate) -> Proof:
    def hold(event: ev.Event) -> None:
        if isinstance(event, ev.RunStarted):
            stage.control.hold(gate)

    stage.on_event = hold
    stage.start()
    assert stage.until(ev.Paused).gate == gate

    def proof() -> None:
        assert not stage.of(ev.Resumed)
        assert not stage.of(ev.ActionStarted)

    return proof


@place
def while_the_prompt_is_held(stage: Stage) -> Proof:
    return _holding(stage, "prompt")


@place
def while_the_reply_is_held(stage: Stage) -> Proof:
    return _holding(stage, "reply")


@place
def while_the_actions_are_held(stage: Stage) -> Proof:
    return _holding(stage, "actions")
