"""Errors are sentences with a hint and an exit status by cause."""

import pytest

from screenagent import errors

GROUPS = {
    errors.SettingsError: range(2, 3),
    errors.DesktopError: range(10, 20),
    errors.ModelError: range(20, 30),
    errors.TaskFailed: range(30, 40),
    errors.LimitReached: range(40, 50),
    errors.Cancelled: range(130, 131),
}


def kinds(kind):
    yield kind
    for inner in kind.__subclasses__():
        yield from kinds(inner)


@pytest.mark.parametrize("group", GROUPS)
def test_every_kind_lies_in_its_groups_range_of_exit_statuses(group):
    assert {kind.exit_status for kind in kinds(group)} <= set(GROUPS[group])


def test_no_two_kinds_of_ours_share_a_status():
    ours = [kind for kind in kinds(errors.ScreenAgentError) if kind.__module__ == "screenagent.errors"]

    assert len({kind.exit_status for kind in ours}) == len(ours)


def test_the_hint_stands_below_the_sentence():
    assert str(errors.LinkLost("The link is gone.", hint="Plug it in.")) == "The link is gone.\n  Plug it in."
    assert str(errors.LinkLost("The link is gone.")) == "The link is gone."


def test_a_near_word_is_suggested_and_a_far_one_is_not():
    assert errors.did_you_mean("hots", ["host", "port"]) == ' (did you mean "host"?)'
    assert errors.did_you_mean("xyzzy", ["host", "port"]) == ""
