"""Input and its ledger on a link that breaks, refuses or fails at the worst moment."""

from __future__ import annotations

import pytest

from screenagent.desktop.input import LEFT, Input
from screenagent.errors import ActionRefused, LinkLost

CTRL, A = 0xFFE3, 0x61


@pytest.fixture
def hand(link):
    made = Input(link)
    link.connected = True
    return made


def failing(error, at):
    """Raise `error` once, as this event is sent."""
    raised = []

    def fail(event):
        if event == at and not raised:
            raised.append(event)
            raise error

    return fail


def lose(hand, link):
    link.connected = False
    hand.link_lost()


def come_back(hand, link):
    link.connected = True
    link.sent.clear()
    return hand.link_back()


def test_a_press_that_the_loss_swallowed_is_not_pressed_anew(hand, link, token):
    link.connected = False
    with pytest.raises(LinkLost):
        hand.press_key(CTRL, token)
    with pytest.raises(LinkLost):
        hand.press_button(LEFT, token)
    assert come_back(hand, link) == ("left button", "Control_L")
    assert link.sent == [("pointer", 100, 50, 0), ("pointer", 100, 50, 0), ("key", CTRL, False)]


def test_ups_that_may_be_lost_with_the_link_are_sent_again_but_not_named(hand, link, token):
    for key in (CTRL, A):
        hand.press_key(key, token)
    hand.release()
    lose(hand, link)
    assert come_back(hand, link) == ()
    assert link.sent[1:] == [("key", A, False), ("key", CTRL, False)]
    lose(hand, link)
    come_back(hand, link)
    assert link.sent[1:] == []


def test_a_link_that_is_lost_again_while_ups_are_sent_leaves_the_rest_for_the_next_time(hand, link, token):
    hand.press_key(A, token)
    hand.lift_key(A)
    hand.press_key(CTRL, token)
    lose(hand, link)
    link.on_send = failing(LinkLost("again"), ("key", A, False))
    with pytest.raises(LinkLost):
        come_back(hand, link)
    lose(hand, link)
    come_back(hand, link)
    assert ("key", A, False) in link.sent


def test_a_button_that_the_server_does_not_have_is_not_held(hand, link):
    link.on_send = failing(ActionRefused("no such button"), ("pointer", 5, 6, 0x100))
    with pytest.raises(ActionRefused):
        hand.person_pointer(5, 6, 0x100)
    assert hand.held == ()
    hand.person_pointer(7, 8, 0)
    assert link.sent[-1] == ("pointer", 7, 8, 0)


def test_a_defect_met_with_one_key_keeps_no_other_down(hand, link, token, caplog):
    for key in (CTRL, A):
        hand.press_key(key, token)
    link.on_send = failing(RuntimeError("a defect"), ("key", A, False))
    hand.release()
    assert ("key", CTRL, False) in link.sent
    assert hand.held == ("a",)
    assert "a could not be released" in caplog.text
    hand.release()
    assert hand.held == ()


def test_once_closed_nothing_is_pressed_or_moved_by_anybody(hand, link, token):
    hand.press_key(CTRL, token)
    hand.press_button(LEFT, token)
    assert hand.close() == ("left button", "Control_L")
    link.sent.clear()
    for press in (
        lambda: hand.press_key(A, token),
        lambda: hand.press_button(LEFT, token),
        lambda: hand.move(5, 6),
        lambda: hand.person_key(A, True),
        lambda: hand.person_pointer(5, 6, 1),
    ):
        with pytest.raises(LinkLost, match="closed"):
            press()
    assert link.sent == []
