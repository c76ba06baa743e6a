"""The chord that pastes is found out anew once the focus may have moved."""

from __future__ import annotations

import time

import pytest

from screenagent.desktop import vnc
from screenagent.desktop.keys import keysym
from screenagent.desktop.text import sight
from screenagent.domain.actions import Click, Drag, Key, KeyDown, KeyUp, MouseDown, Move, Scroll, TypeText, Wait
from screenagent.domain.geometry import Box, Point
from screenagent.domain.screen import Damage

CTRL_V, IN_TERMINAL = ["Control_L", "v"], ["Control_L", "Shift_L", "V"]
HERE = Point(20, 20)


class Clipboard:
    def __init__(self, url, token):
        self.content = ""

    def paste(self, cancel):
        return self.content

    def copy(self, text, cancel):
        self.content = text


@pytest.fixture
def terminal(make_vnc, link, token, monkeypatch):
    """A desktop whose program shows a text when Ctrl+Shift+V is pressed, and does not know Ctrl+V."""
    monkeypatch.setattr(vnc, "ClipboardClient", Clipboard)
    for name in ("_PASTE_LEAST", "_PASTE_QUIET", "_PASTE_MOST"):
        monkeypatch.setattr(sight, name, 0.01)
    desktop = make_vnc(clipboard_url="http://127.0.0.1:1", paste_chord=("auto",))

    def show(event):
        if event == ("key", ord("V"), True):
            link.frame = link.frame.copy()
            link.frame[40:60, 10:190] += 1
            link.listeners.damage([Damage(Box(10, 40, 190, 60), time.monotonic())])

    link.on_send = show
    desktop.perform(TypeText("早上好"), token)
    return desktop


def first_chord(desktop, link, token):
    """The keys of the chord that is pressed first for a text."""
    link.sent.clear()
    desktop.perform(TypeText("早上好"), token)
    pressed = [event[1] for event in link.sent if event[0] == "key" and event[2]]
    return IN_TERMINAL if pressed[:3] == [keysym(name) for name in IN_TERMINAL] else CTRL_V


@pytest.mark.parametrize("action", [Key(("Return",)), Move(HERE), Scroll(HERE, dy=1), Wait(0), TypeText("ls")])
def test_what_leaves_the_focus_where_it_is_leaves_the_chord(terminal, link, token, action):
    terminal.perform(action, token)
    assert first_chord(terminal, link, token) == IN_TERMINAL


@pytest.mark.parametrize(
    "action",
    [Click(HERE), MouseDown("left", HERE), Drag((HERE, Point(30, 30))), Key(("alt", "Tab")), KeyDown("super"), KeyUp("super")],
)
def test_what_may_move_the_focus_makes_it_find_out_anew(terminal, link, token, action):
    terminal.perform(action, token)
    terminal.release()
    assert first_chord(terminal, link, token) == CTRL_V


def test_so_does_what_a_person_does(terminal, link, token):
    terminal.pointer_event(HERE, 1)
    terminal.pointer_event(HERE, 0)
    assert first_chord(terminal, link, token) == CTRL_V
