"""When which command makes sense."""

from __future__ import annotations

from dataclasses import replace

import pytest

from screenagent.gui.commands import COMMANDS, EVERYWHERE, JUMPS, SWITCHES, Moment, available

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


WAITING = Moment("connected", running=True, paused=True, waiting=True, told=True)
REVIEW = frozenset(
    {"send_on", "undo_changes", "restore_edit", "parse", "run_actions", "run_one", "pick_point", "go_held", "choose", "clear"}
)


@pytest.mark.parametrize(
    ("moment", "possible"),
    [
        (Moment("connected"), set()),
        (Moment("connected", told=True), {"clear"}),
        (Moment("connected", running=True, plan=True, reply=True), {"clear", "choose"}),
        (replace(WAITING, reply=True), {"clear", "parse"}),
        (replace(WAITING, reply=True, edited=True, runnable=True), {"clear", "parse", "undo_changes", "run_actions"}),
        (replace(WAITING, gate="prompt", reply=True), {"clear", "send_on", "go_held"}),
        (replace(WAITING, gate="reply", reply=True), {"clear", "send_on", "go_held", "parse", "run_actions"}),
        (replace(WAITING, gate="actions", chosen=True, pointing=True), {"clear", "send_on", "go_held", "run_one", "pick_point"}),
        (replace(WAITING, gate="actions", chosen=True, runnable=True, acting=True), {"clear"}),
        (replace(WAITING, question=True, kept=True), {"clear", "send_on", "go_held", "restore_edit"}),
        (replace(WAITING, gate="reply", reply=True, stopping=True), set()),
    ],
)
def test_what_waits_can_be_changed_and_nothing_else(moment: Moment, possible: set[str]) -> None:
    assert available(moment) & REVIEW == possible


def test_a_run_can_be_sent_elsewhere_until_it_stops_and_the_switches_can_always_be_turned() -> None:
    assert not set(JUMPS) & available(Moment("connected"))
    assert set(JUMPS) <= available(Moment("connected", running=True))
    assert set(SWITCHES) <= available(Moment("lost")) & available(WAITING)
    assert not {*JUMPS, *SWITCHES} & available(replace(WAITING, stopping=True))


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
