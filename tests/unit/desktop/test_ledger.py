from __future__ import annotations

from screenagent.desktop.ledger import Held, Ledger

CTRL = Held("agent", "key", 0xFFE3)
LEFT = Held("agent", "button", 0)
RIGHT = Held("person", "button", 2)


def test_what_is_down_stands_in_the_order_of_pressing():
    ledger = Ledger()
    for held in (CTRL, LEFT, RIGHT, CTRL):
        ledger.press(held)
    assert ledger.down == (CTRL, LEFT, RIGHT)
    assert ledger.buttons == 0b101
    assert [held.name for held in ledger.down] == ["Control_L", "left button", "right button"]


def test_what_was_let_go_is_up_for_everybody():
    ledger = Ledger()
    ledger.press(Held("agent", "button", 0))
    ledger.press(Held("person", "button", 0))
    ledger.lift("button", 0)
    ledger.lift("key", 0x61)
    assert ledger.down == ()


def test_what_is_down_when_the_link_goes_is_owed_an_up():
    ledger = Ledger()
    ledger.press(CTRL)
    ledger.postpone()
    ledger.press(LEFT)
    ledger.postpone()
    ledger.postpone()
    assert ledger.down == ()
    assert ledger.buttons == 0
    assert ledger.owed == (CTRL, LEFT)
    ledger.settled(CTRL)
    assert ledger.owed == (LEFT,)


def test_what_was_let_go_of_before_the_link_went_is_in_doubt():
    ledger = Ledger()
    for held in (CTRL, LEFT):
        ledger.press(held)
        ledger.lift(held.kind, held.code)
    ledger.lift("key", 0x61)
    assert ledger.doubtful == ()
    ledger.postpone()
    assert ledger.owed == ()
    assert ledger.doubtful == (CTRL.code,)
    ledger.certain(CTRL.code)
    ledger.postpone()
    assert ledger.doubtful == ()


def test_only_so_many_keys_are_in_doubt_those_let_go_of_last():
    ledger = Ledger()
    for code in (*range(300), 5):
        ledger.press(Held("agent", "key", code))
        ledger.lift("key", code)
    ledger.postpone()
    assert ledger.doubtful == (*range(45, 300), 5)


def test_what_was_never_sent_is_forgotten_for_its_owner_alone():
    ledger = Ledger()
    ledger.press(Held("agent", "button", 8))
    ledger.press(Held("person", "button", 8))
    ledger.forget(Held("agent", "button", 8))
    assert ledger.down == (Held("person", "button", 8),)
    assert ledger.down[0].name == "forward button"
