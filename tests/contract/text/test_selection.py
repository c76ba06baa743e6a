"""A pasted text replaces what is selected, and nothing pasted stays on the clipboard."""

from __future__ import annotations

import pytest

from contract.text import places
from screenagent.domain.actions import Key, TypeText

pytestmark = pytest.mark.end2end


@pytest.fixture
def keeps_primary(tmp_path):
    """An Xtigervnc that leaves PRIMARY, and so what is selected in GTK programs, as it is."""
    with places.xtigervnc(tmp_path, "-SetPrimary=0") as place:
        yield place


@pytest.mark.parametrize("text", ["标题", "Überschrift", "Title – 标题"])
def test_a_server_that_leaves_the_primary_selection_alone_lets_any_text_replace_what_is_selected(keeps_primary, text):
    place = keeps_primary
    with place.connected() as desktop, places.editor(place, desktop) as program:
        desktop.perform(TypeText("Untitled"), place.token)
        desktop.perform(Key(("ctrl", "a")), place.token)
        assert desktop.perform(TypeText(text), place.token) == "server clipboard"
        assert program.received(text) == text
