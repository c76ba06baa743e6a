"""When which command makes sense."""

from __future__ import annotations

import pytest

from screenagent.gui.commands import COMMANDS, EVERYWHERE, Moment, available

CONTROLS = frozenset({"start", "pause", "step", "stop", "reconnect"})


@pytest.mark.parametrize(
    ("moment", "possible"),
    [
        (Moment("connecting", task=True), set()),
        (Moment("lost", task=True), {"reconnect"}),
        (Moment("reconnecting", task=True), {"reconnect"}),
        (Moment("connected"), {"reconnect"}),
        (Moment("connected", task=True), {"start", "reconnect"}),
        (Moment("connected", task=True, running=True), {"pause", "stop"}),
        (Moment("connected", task=True, running=True, paused=True), {"pause", "step", "stop"}),
        (Moment("connected", task=True, running=True, stopping=True), set()),
        (Moment("lost", task=True, running=True), {"pause", "stop", "reconnect"}),
        (Moment("connected", task=True, running=True, closing=True), set()),
    ],
)
def test_only_what_makes_sense_can_be_done(moment: Moment, possible: set[str]) -> None:
    assert available(moment) & CONTROLS == possible


def test_help_and_the_task_field_can_always_be_reached_but_at_the_end() -> None:
    assert {"help", "focus_task", "reload"} <= available(Moment("lost"))
    assert available(Moment(closing=True)) == frozenset()


def test_no_two_commands_share_a_key() -> None:
    keys = [key for command in COMMANDS for key in command.keys]
    assert len(keys) == len(set(keys))


def test_letters_with_ctrl_are_left_to_the_live_desktop() -> None:
    assert {"F5", "F6", "F7", "F8", "Ctrl+Shift+R"} <= EVERYWHERE
    assert not {"Ctrl+L", "Ctrl+R", "Ctrl+1", "Ctrl+0"} & EVERYWHERE


@pytest.mark.parametrize(
    ("moment", "at_work"),
    [
        (Moment(running=True), True),
        (Moment(running=True, paused=True), False),
        (Moment(running=True, paused=True, acting=True), True),
        (Moment(), False),
    ],
)
def test_the_agent_has_the_hands_until_its_action_is_over(moment: Moment, at_work: bool) -> None:
    assert moment.agent_at_work is at_work
