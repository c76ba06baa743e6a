from __future__ import annotations

import pytest

from screenagent.desktop.gestures import Gestures
from screenagent.desktop.input import Input
from screenagent.desktop.keys import keysym
from screenagent.desktop.options import DesktopOptions
from screenagent.desktop.text import TextEntry
from screenagent.errors import ActionRefused, ClipboardServiceError, LinkLost, SettingsError

RETURN, CTRL, SHIFT = keysym("Return"), keysym("ctrl"), keysym("shift")


class FakeClipboard:
    def __init__(self, content=""):
        self.content = content
        self.history = []
        self.fails = False

    def paste(self, cancel):
        if self.fails:
            raise ClipboardServiceError("The clipboard is locked.", hint="Unlock it.")
        return self.content

    def copy(self, text, cancel):
        self.content = text
        self.history.append(text)


@pytest.fixture
def enter(link, token, no_pauses):
    link.connected = True

    def make(clipboard=None, server_text="", **options):
        link.sent.clear()
        settings = DesktopOptions(timing=no_pauses, **options)
        gestures = Gestures(Input(link), settings.timing)
        entry = TextEntry(gestures, settings, clipboard, link.cut_text, lambda since, cancel: None)
        entry.server_cut_text(server_text)
        return lambda text: entry.enter(text, token)

    return make


def pressed(link):
    """Keysyms pressed and cut texts sent, in order."""
    return [event[1] for event in link.sent if event[0] == "cut text" or event[2]]


PASTED = [CTRL, ord("v")]


def test_short_latin_text_is_typed_even_with_a_service(enter, link):
    clipboard = FakeClipboard()
    assert enter(clipboard)("aB é") == "keysyms"
    assert pressed(link) == [SHIFT, ord("a"), SHIFT, ord("B"), ord(" "), 0xE9]
    assert clipboard.history == []


def test_a_newline_is_return_however_it_is_written(enter, link):
    assert enter()("a\r\nb\rc\n") == "keysyms"
    assert pressed(link) == [ord("a"), RETURN, ord("b"), RETURN, ord("c"), RETURN]


def test_chinese_goes_through_the_service_and_the_clipboard_is_put_back(enter, link):
    clipboard = FakeClipboard("before")
    assert enter(clipboard)("你好") == "clipboard service"
    assert pressed(link) == PASTED
    assert clipboard.history == ["你好", "before"]


def test_lines_go_each_by_its_own_way(enter, link):
    clipboard = FakeClipboard()
    assert enter(clipboard)("你好\nab\n") == "clipboard service, keysyms"
    assert pressed(link) == [*PASTED, RETURN, ord("a"), ord("b"), RETURN]


def test_many_lines_are_pasted_whole(enter, link):
    clipboard = FakeClipboard()
    text = "行\n" * 20
    assert enter(clipboard)(text) == "clipboard service"
    assert clipboard.history == [text]
    assert pressed(link) == PASTED


def test_another_paste_chord_is_used(enter, link):
    enter(FakeClipboard(), paste_chord=("ctrl", "shift", "v"))("你")
    assert pressed(link) == [CTRL, SHIFT, ord("V")]


def test_a_service_that_fails_is_named_and_the_next_way_taken(enter, link):
    clipboard = FakeClipboard()
    clipboard.fails = True
    assert enter(clipboard)("你") == "Unicode keysyms\nThe clipboard is locked. The text is entered without it. Unlock it."
    assert pressed(link) == [SHIFT, 0x1004F60]


def test_a_service_that_failed_is_not_asked_again_for_every_line_nor_told_again(enter):
    clipboard = FakeClipboard()
    clipboard.fails = True
    enter_text = enter(clipboard)
    enter_text("你")
    clipboard.fails = False
    assert enter_text("好") == "Unicode keysyms"
    assert clipboard.history == []


def test_a_clipboard_that_is_not_put_back_is_told(enter, link):
    clipboard = FakeClipboard("before")

    def copy(text, cancel):
        if clipboard.history:
            raise ClipboardServiceError("The clipboard is gone.")
        clipboard.history.append(text)

    clipboard.copy = copy
    told = "clipboard service\nThe clipboard's old content was not put back. The clipboard is gone."
    assert enter(clipboard)("你") == told
    assert pressed(link) == PASTED


def test_a_link_lost_while_pasting_leaves_the_clipboard_as_it_was(enter, link, monkeypatch):
    clipboard = FakeClipboard("before")

    def lost(keysym, down):
        raise LinkLost("gone")

    monkeypatch.setattr(link, "key", lost)
    with pytest.raises(LinkLost):
        enter(clipboard)("你")
    assert clipboard.history == ["你", "before"]


def test_a_paste_chord_that_names_no_key_is_a_settings_error(enter):
    with pytest.raises(SettingsError, match="hyperspace"):
        enter(paste_chord=("ctrl", "hyperspace"))


def test_a_server_clipboard_that_lost_characters_is_not_put_back(enter, link):
    enter(server_text="caf? ??")("x" * 201)
    assert pressed(link)[-2:] == PASTED


def test_a_long_latin_text_goes_through_the_servers_clipboard_and_it_is_put_back(enter, link):
    text = "x" * 201
    assert enter(server_text="before")(text) == "server clipboard"
    assert pressed(link) == [text, *PASTED, "before"]


def test_the_servers_clipboard_can_be_ruled_out(enter, link):
    assert enter(use_cut_text=False)("x" * 201) == "keysyms"
    assert pressed(link) == [ord("x")] * 201


def test_a_long_chinese_text_without_a_service_is_typed(enter, link):
    assert enter()("你" * 300) == "Unicode keysyms"
    assert pressed(link)[1:] == [0x1004F60] * 300


def test_control_characters_are_refused_before_anything_is_sent(enter, link):
    with pytest.raises(ActionRefused):
        enter()("fine until\0here")
    assert link.sent == []


def test_nothing_to_type_is_fine(enter, link):
    assert enter()("") == "keysyms"
    assert link.sent == []
