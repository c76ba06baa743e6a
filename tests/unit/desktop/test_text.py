from __future__ import annotations

import numpy as np
import pytest

from screenagent.desktop.gestures import Gestures
from screenagent.desktop.input import Input
from screenagent.desktop.keys import keysym
from screenagent.desktop.options import DesktopOptions
from screenagent.desktop.text import TextEntry, lent
from screenagent.domain.geometry import Box
from screenagent.domain.screen import Screenshot
from screenagent.errors import ActionRefused, Cancelled, ClipboardServiceError, LinkLost, ModelUnreachable, SettingsError

RETURN, CTRL, SHIFT, INSERT = keysym("Return"), keysym("ctrl"), keysym("shift"), keysym("Insert")
PASTED = [CTRL, ord("v")]
IN_TERMINAL = [CTRL, SHIFT, ord("V")]
BY_BOTH = [SHIFT, INSERT]
UNQUOTED = [ord("a"), keysym("BackSpace")]


class FakeClipboard:
    def __init__(self, content=""):
        self.content = content
        self.history = []
        self.fails = False

    def paste(self, cancel):
        cancel.check()
        if self.fails:
            raise ClipboardServiceError("The clipboard is locked.", hint="Unlock it.")
        return self.content

    def copy(self, text, cancel):
        cancel.check()
        self.content = text
        self.history.append(text)


class Screen:
    """A screen on which a program shows what its `understands` knows of the keys pressed since the last look."""

    def __init__(self, link):
        self._link = link
        self._looked = 0
        self.understands = lambda keys: bool(keys)
        self.box = Box(0, 0, 200, 20)
        self.on_paste = lambda cancel: None

    def look(self):
        self._looked = len(keys(self._link))

    def changed(self):
        return self.box if self.understands(keys(self._link)[self._looked :]) else None

    def await_change(self, seconds, cancel):
        return self.changed() is not None

    def await_paste(self, cancel):
        self.on_paste(cancel)

    def part(self, box):
        return Screenshot(np.zeros((int(box.bottom - box.top), int(box.right - box.left), 3), np.uint8), 0.0)


class FakeReader:
    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = 0

    def read(self, screenshot, cancel):
        self.asked += 1
        answer = self.answers[min(self.asked, len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(lent, "_FETCHED_LATE", 0.05)
    monkeypatch.setattr(lent, "_CUT_TEXT_SETTLES", 0.0)


@pytest.fixture
def screen(link):
    return Screen(link)


@pytest.fixture
def make(link, token, no_pauses, screen):
    link.connected = True
    made = []

    def entry(clipboard=None, server_text=None, reader=None, **options):
        link.sent.clear()
        settings = DesktopOptions(timing=no_pauses, **options)
        made.append(TextEntry(Gestures(Input(link), settings.timing), settings, clipboard, link, screen, reader))
        if server_text is not None:
            made[-1].server_cut_text(server_text)
        return made[-1]

    yield entry
    for one in made:
        one.close()


@pytest.fixture
def enter(make, token):
    def made(*arguments, **options):
        entry = make(*arguments, **options)
        return lambda text: entry.enter(text, token)

    return made


def pressed(link):
    """Keysyms pressed and cut texts sent, in order."""
    return [event[1] for event in link.sent if event[0] == "cut text" or event[2]]


def keys(link):
    """Keysyms pressed, in order."""
    return [key for key in pressed(link) if isinstance(key, int)]


def test_printable_ascii_is_typed_even_with_a_service(enter, link):
    clipboard = FakeClipboard()
    assert enter(clipboard)("aB~") == "keysyms"
    assert pressed(link) == [ord("a"), SHIFT, ord("B"), SHIFT, ord("~")]
    assert clipboard.history == []


@pytest.mark.parametrize("text", ["Grüße", "naïve", "5 €", "ф", "你好"])
def test_what_a_keyboard_may_lack_goes_through_the_service(enter, link, text):
    clipboard = FakeClipboard("before")
    assert enter(clipboard)(text) == "clipboard service"
    assert pressed(link) == PASTED
    assert clipboard.history == [text, "before"]


def test_a_newline_is_return_however_it_is_written(enter, link):
    assert enter()("a\r\nb\rc\n") == "keysyms"
    assert pressed(link) == [ord("a"), RETURN, ord("b"), RETURN, ord("c"), RETURN]


def test_lines_go_each_by_its_own_way_and_the_clipboard_is_put_back_once(enter, link):
    clipboard = FakeClipboard("before")
    assert enter(clipboard)("你好\nab\n再见") == "clipboard service, keysyms"
    assert pressed(link) == [*PASTED, RETURN, ord("a"), ord("b"), RETURN, *PASTED]
    assert clipboard.history == ["你好", "再见", "before"]


def test_many_lines_are_pasted_whole(enter, link):
    clipboard = FakeClipboard("before")
    text = "行\n" * 20
    assert enter(clipboard)(text) == "clipboard service"
    assert clipboard.history == [text, "before"]
    assert pressed(link) == PASTED


def test_into_a_terminal_many_lines_go_one_by_one_as_it_may_ask_before_it_takes_several(enter, link):
    enter(FakeClipboard(), paste_chord=("ctrl", "shift", "v"))("行\n" * 20)
    assert pressed(link) == [*IN_TERMINAL, RETURN] * 20


def test_an_empty_clipboard_is_empty_again(enter):
    clipboard = FakeClipboard()
    enter(clipboard)("你")
    assert clipboard.history == ["你", ""]


def test_another_paste_chord_is_used(enter, link):
    enter(FakeClipboard(), paste_chord=("super", "v"))("你")
    assert pressed(link) == [keysym("super"), ord("v")]


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


def test_a_stop_while_pasting_leaves_the_clipboard_as_it_was(make, token, screen):
    clipboard = FakeClipboard("before")

    def stopped(cancel):
        token.cancel()
        cancel.check()

    screen.on_paste = stopped
    entry = make(clipboard)
    with pytest.raises(Cancelled):
        entry.enter("你", token)
    entry.close()
    assert clipboard.history == ["你", "before"]


def test_a_paste_chord_that_names_no_key_is_a_settings_error(enter):
    with pytest.raises(SettingsError, match="hyperspace"):
        enter(paste_chord=("ctrl", "hyperspace"))


def test_a_server_that_takes_utf_8_gets_any_text_and_its_clipboard_is_put_back(enter, link):
    link.unicode_cut_text = True
    assert enter(server_text="before 早")("你好") == "server clipboard"
    assert pressed(link) == ["你好", *PASTED, "before 早"]


def test_a_text_that_the_server_never_fetches_is_typed_where_nothing_was_pasted(enter, link, screen):
    link.unicode_cut_text, link.cut_text_fetched = True, False
    screen.understands = lambda keys: bool(keys) and keys[-2:] != PASTED
    enter_text = enter()
    assert enter_text("Grüße") == "keysyms"
    assert pressed(link) == [SHIFT, ord("G"), "rüße", *PASTED, "", SHIFT, ord("r"), 0xFC, 0xDF, ord("e")]
    link.sent.clear()
    enter_text("ü")
    assert pressed(link) == [SHIFT, 0xFC]


def test_a_server_that_did_not_fetch_a_text_is_tried_again_once_it_sent_one(make, token, link, screen):
    link.unicode_cut_text, link.cut_text_fetched = True, False
    screen.understands = lambda keys: bool(keys) and keys[-2:] != PASTED
    entry = make()
    entry.enter("ü", token)
    entry.server_cut_text("copied")
    link.cut_text_fetched = True
    assert entry.enter("ü", token) == "server clipboard"


def test_where_something_else_may_have_been_pasted_nothing_more_is_entered(enter, link):
    link.unicode_cut_text, link.cut_text_fetched = True, False
    told = enter()("ü\nb")
    assert told.startswith("server clipboard\nThe desktop's programs did not fetch the text")
    assert pressed(link) == ["ü", *PASTED, ""]


def test_the_service_is_preferred_to_the_servers_clipboard(enter, link):
    link.unicode_cut_text = True
    assert enter(FakeClipboard())("你好") == "clipboard service"


def test_the_servers_clipboard_stands_in_for_a_service_that_fails(enter, link):
    link.unicode_cut_text = True
    clipboard = FakeClipboard()
    clipboard.fails = True
    assert enter(clipboard)("你好").startswith("server clipboard\n")
    assert pressed(link) == ["你好", *PASTED]


def test_a_first_ascii_character_is_typed_so_that_it_replaces_what_is_selected(enter, link):
    link.unicode_cut_text = True
    enter()("Grüße")
    assert pressed(link) == [SHIFT, ord("G"), "rüße", *PASTED]


@pytest.mark.parametrize("text", [" ü", "\tü"])
def test_a_first_blank_is_not(enter, link, text):
    link.unicode_cut_text = True
    enter()(text)
    assert pressed(link) == [text, *PASTED]


def test_a_server_that_takes_latin_1_alone_gets_no_more_than_ascii(enter, link):
    assert enter(server_text="before")("über" * 60) == "keysyms"
    assert "before" not in pressed(link)


def test_a_server_that_has_shown_none_is_not_believed_to_have_one(enter, link):
    assert enter()("x" * 201) == "keysyms"
    assert pressed(link) == [ord("x")] * 201


def test_long_ascii_goes_through_the_servers_clipboard(enter, link):
    assert enter(server_text="before")("x" * 201) == "server clipboard"
    assert pressed(link) == [ord("x"), "x" * 200, *PASTED, "before"]


def test_a_very_long_text_goes_through_the_servers_clipboard_in_pieces(enter, link):
    link.unicode_cut_text = True
    enter()("你" * 250_000)
    assert [len(piece) for piece in pressed(link) if isinstance(piece, str)] == [100_000, 100_000, 50_000]


def test_a_server_clipboard_that_may_have_lost_characters_is_not_put_back(enter, link):
    enter(server_text="caf? ??")("x" * 201)
    assert pressed(link)[-2:] == PASTED


def test_the_servers_clipboard_can_be_ruled_out(enter, link):
    link.unicode_cut_text = True
    assert enter(use_cut_text=False)("x" * 201) == "keysyms"
    assert pressed(link) == [ord("x")] * 201


def test_a_long_chinese_text_without_any_clipboard_is_typed(enter, link):
    assert enter()("你" * 300) == "Unicode keysyms"
    assert pressed(link)[1:] == [0x1004F60] * 300


def test_typing_ends_at_the_first_character_that_the_server_leaves_out(enter, link, screen):
    screen.understands = lambda keys: 0xFC not in keys and bool(keys)
    told = enter()("Grüße")
    assert told == 'keysyms\nThe text ends before "ü": the VNC server has no key for it. The clipboard service carries any text.'
    assert pressed(link)[-1] == 0xFC


def test_a_first_character_that_is_left_out_is_known_by_the_next_that_is_not(enter, link, screen):
    screen.understands = lambda keys: 0xFC not in keys and bool(keys)
    assert 'ends before "ü"' in enter()("übrige")
    assert pressed(link)[-2:] == [0xFC, ord("b")]


def test_the_lines_after_a_text_that_did_not_arrive_whole_are_left_out(enter, link, screen):
    screen.understands = lambda keys: 0xFC not in keys and bool(keys)
    enter()("Tür\nzu")
    assert RETURN not in pressed(link)


def test_a_character_that_was_left_out_is_refused_the_next_time_before_anything_is_sent(enter, link, screen):
    screen.understands = lambda keys: 0xFC not in keys and bool(keys)
    enter_text = enter()
    enter_text("Tür")
    link.sent.clear()
    with pytest.raises(ActionRefused, match='no key for "ü"'):
        enter_text("first\nGrüße")
    assert link.sent == []


def test_where_a_program_shows_nothing_all_is_typed_and_nothing_is_concluded(enter, link, screen):
    screen.understands = lambda keys: False
    enter_text = enter()
    assert enter_text("pässwörd") == "keysyms"
    assert enter_text("pässwörd") == "keysyms"
    assert pressed(link).count(0xF6) == 2


@pytest.mark.parametrize("character", ["\u0301", "\u200d", "\u3000", "\u1161", "\u2800"])
def test_what_shows_nothing_of_its_own_need_not_show(enter, screen, character):
    screen.understands = lambda keys: keysym(character) not in keys and bool(keys)
    assert enter()(f"ф{character}ф") == "Unicode keysyms"


AUTO = {"paste_chord": ("auto",)}


def test_automatic_pasting_follows_the_target(enter, link, screen):
    screen.understands = lambda keys: keys[-3:] == IN_TERMINAL
    enter(FakeClipboard(), **AUTO)("你好")
    assert pressed(link) == [*PASTED, *UNQUOTED, *IN_TERMINAL]


def test_what_pasted_is_tried_first_until_the_focus_may_have_moved(make, token, link, screen):
    screen.understands = lambda keys: keys[-3:] == IN_TERMINAL
    entry = make(FakeClipboard(), **AUTO)
    entry.enter("你好", token)
    link.sent.clear()
    entry.enter("你好", token)
    assert pressed(link) == IN_TERMINAL
    entry.elsewhere()
    link.sent.clear()
    entry.enter("你好", token)
    assert pressed(link)[:2] == PASTED


def test_automatic_pasting_tries_one_chord_alone_where_it_shows(enter, link):
    enter(FakeClipboard(), **AUTO)("你好")
    assert pressed(link) == PASTED


def test_a_mark_that_a_terminal_shows_for_an_unknown_chord_is_no_text(enter, link, screen):
    screen.box = Box(0, 0, 6, 5)
    enter(FakeClipboard(), **AUTO)("你好世界")
    assert pressed(link) == [*PASTED, *UNQUOTED, *IN_TERMINAL]


def test_automatic_pasting_needs_no_trial_where_both_selections_hold_the_text(enter, link, screen):
    link.unicode_cut_text = True
    screen.understands = lambda keys: False
    enter(**AUTO)("你好")
    assert pressed(link) == ["你好", *BY_BOTH]


def test_a_pasted_text_that_the_screen_does_not_show_is_told(enter):
    reader = FakeReader("Print documents")
    told = enter(FakeClipboard(), reader=reader)("你好，世界 and more")
    assert told.split("\n")[1].startswith("What changed on the screen does not show the text")
    assert reader.asked == 1


@pytest.mark.parametrize("read", ["你好 世界 and more", "你妤,世界 ahd more", "•••••", "", "Name 你好世界 and mor"])
def test_a_text_that_was_read_back_roughly_or_not_at_all_is_no_trouble(enter, read):
    assert enter(FakeClipboard(), reader=FakeReader(read))("你好，世界 and more") == "clipboard service"


def test_what_is_typed_or_short_is_not_read_back(enter):
    reader = FakeReader("something else")
    enter_text = enter(FakeClipboard(), reader=reader)
    enter_text("plain words")
    enter_text("你")
    assert reader.asked == 0


def test_of_many_lines_one_is_read_back(enter):
    reader = FakeReader("你好世界")
    enter(FakeClipboard(), reader=reader)("你\n你好世界\n你好世界")
    assert reader.asked == 1


def test_a_large_change_is_not_read_back(enter, screen):
    reader = FakeReader("something else")
    screen.box = Box(0, 0, 800, 600)
    enter(FakeClipboard(), reader=reader)("你好世界")
    assert reader.asked == 0


def test_a_reader_that_fails_is_no_trouble_and_is_left_alone(enter):
    reader = FakeReader(ModelUnreachable("The worker is gone."))
    enter_text = enter(FakeClipboard(), reader=reader)
    assert enter_text("你好世界") == "clipboard service"
    assert enter_text("你好世界") == "clipboard service"
    assert reader.asked == 1


def test_control_characters_are_refused_before_anything_is_sent(enter, link):
    with pytest.raises(ActionRefused):
        enter()("fine until\0here")
    assert link.sent == []


def test_nothing_to_type_is_fine(enter, link):
    assert enter()("") == "keysyms"
    assert link.sent == []
