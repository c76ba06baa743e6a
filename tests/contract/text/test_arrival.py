"""Two hundred strings, exactly, by every way, into an editor and into a terminal, on two servers."""

from __future__ import annotations

import itertools

import pytest

from contract.text import places, strings
from screenagent.domain.actions import TypeText

pytestmark = pytest.mark.end2end

ALONE, GROUP = 3, 12
"""A text of more lines than ten is pasted whole."""


@pytest.fixture(scope="module", params=["xtigervnc", "x11vnc"])
def place(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(params=["editor", "terminal"])
def target(request):
    return getattr(places, request.param)


def grouped(texts):
    """Some texts by themselves, first and last, and the others in groups that are long enough to be pasted whole."""
    grouped = range(ALONE, len(texts) - ALONE, GROUP)
    return [*texts[:ALONE], *("\n".join(texts[at : at + GROUP][: len(texts) - ALONE - at]) for at in grouped), *texts[-ALONE:]]


def copied_and_heard(place, desktop, text):
    """Copy `text`, and wait until the server has told that it did: x11vnc passes on the bytes as if they were Latin-1."""
    # x11vnc tells of clipboards 15 seconds after a connection, or once a cut buffer was written.
    place.x("xprop", "-root", "-f", "CUT_BUFFER0", "8s", "-set", "CUT_BUFFER0", "anything")
    place.copy(text)
    while desktop._text._server._holds not in (text, text.encode().decode("latin-1")):
        place.token.wait(0.02)


def first_difference(received, written):
    """What arrived and what should have, from the first character on that differs; None when nothing does."""
    if received == written:
        return None
    pairs = itertools.zip_longest(received, written)
    first = max(0, next(place for place, (one, other) in enumerate(pairs) if one != other) - 20)
    return received[first : first + 60], written[first : first + 60]


class Pen:
    """Enters texts, a line break behind each, and remembers them."""

    def __init__(self, token):
        self._token = token
        self.written = ""

    def write(self, desktop, texts, way):
        for text in texts:
            told = desktop.perform(TypeText(text + "\n"), self._token)
            assert told in (way, "keysyms", f"{way}, keysyms", f"keysyms, {way}"), (text, told)
            self.written += text + "\n"


def test_there_are_two_hundred_of_them():
    alike = {*strings.TYPED, *strings.KEYED, *strings.LATIN, *strings.ANY, *strings.LINES, strings.LONG}
    assert len(alike) >= 200
    assert len(strings.LONG) == 10_000


def test_every_string_arrives_exactly_and_the_clipboard_is_what_it_was(place, target):
    before = f"copied beside the {target.__name__} by a person: é 早"
    with place.connected(**place.with_service) as desktop, target(place, desktop) as program:
        pen = Pen(place.token)
        pen.write(desktop, strings.TYPED, "keysyms")
        with place.connected(use_cut_text=False) as other:
            pen.write(other, strings.KEYED, "Unicode keysyms")
        with place.connected() as other:
            copied_and_heard(place, other, before)
            pen.write(other, [strings.ASCII], "server clipboard")
            rest = grouped((*strings.LATIN, *strings.ANY, "\n".join(strings.LINES), strings.LONG))
            if other._link.unicode_cut_text:
                pen.write(other, rest[::2], "server clipboard")
                rest = rest[1::2]
            assert place.clipboard == before
        place.copy(before)
        pen.write(desktop, rest, "clipboard service")
        assert place.clipboard == before
        assert first_difference(program.received(pen.written), pen.written) is None
