"""The chord that pastes: what a person names, and what `auto` finds out."""

from __future__ import annotations

import pytest

from contract.text import places
from screenagent.domain.actions import Key, TypeText

pytestmark = pytest.mark.end2end

AUTO = ("auto",)
IN_TERMINALS = ("ctrl", "shift", "v")
XFCE_TERMINAL = ("xfce4-terminal", "--disable-server", "-x")
TEXT = "早上好, Grüße 🙂"


def enter(desktop, place, text):
    return desktop.perform(TypeText(text), place.token)


def test_the_terminals_own_chord_brings_many_lines_without_a_question(xtigervnc):
    """It asks before it takes several lines at once, so they go one by one."""
    text = "\n".join(f"第{number}行" for number in range(12))
    with (
        xtigervnc.connected(**xtigervnc.with_service, paste_chord=IN_TERMINALS) as desktop,
        places.terminal(xtigervnc, desktop, *XFCE_TERMINAL) as program,
    ):
        assert enter(desktop, xtigervnc, text) == "clipboard service"
        assert program.received(text) == text


@pytest.mark.parametrize("target", [places.editor, places.terminal])
def test_auto_needs_no_trial_where_both_selections_hold_the_text(xtigervnc, target):
    """Not even a program that reads every key sees anything but the text. As xterm is by itself: it pastes PRIMARY alone."""
    plain = () if target is places.editor else ("xterm", "-e")
    with xtigervnc.connected(paste_chord=AUTO) as desktop, target(xtigervnc, desktop, *plain) as program:
        assert enter(desktop, xtigervnc, TEXT) == "server clipboard"
        assert program.received(TEXT) == TEXT


def test_auto_finds_the_chord_of_an_editor(xtigervnc):
    with (
        xtigervnc.connected(**xtigervnc.with_service, paste_chord=AUTO) as desktop,
        places.editor(xtigervnc, desktop) as program,
    ):
        enter(desktop, xtigervnc, TEXT)
        assert program.received(TEXT) == TEXT


def test_auto_finds_the_chord_of_a_terminal_and_leaves_no_trace_in_its_shell(xtigervnc):
    """A shell quotes the key that follows Ctrl+V, and brackets what is pasted."""
    out = xtigervnc.folder / "out"
    with (
        xtigervnc.connected(**xtigervnc.with_service, paste_chord=AUTO) as desktop,
        places.shell(xtigervnc, desktop, *XFCE_TERMINAL),
    ):
        for word in ("早上好", "晚上好"):
            enter(desktop, xtigervnc, f"printf %s {word} >> {out}\n")
        desktop.perform(Key(("Return",)), xtigervnc.token)
        assert places.content(out, "早上好晚上好", xtigervnc.token) == "早上好晚上好"
