"""How text gets where the focus is: a ladder of ways, the first that can carry the text and works.

1. keysyms, for printable Latin-1 text of moderate length;
2. the clipboard service and the paste chord;
3. the server's own clipboard (cut text, Latin-1 only) and the paste chord, for long texts;
4. keysyms for everything, Unicode ones (0x01000000 + code point) included. An X server maps each new character onto a free key
   and runs out of those after about thirty (Xtigervnc 1.12): enough for a name, not for a paragraph.

A newline is the Return key. So a text of up to ten lines is entered line by line, each by its own way, Return between them: in a
terminal each line runs, in an editor the result is the same as pasting. A longer one is pasted whole where it is pasted at all,
which keeps an editor's automatic indentation from piling up.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator

from screenagent.desktop import keys
from screenagent.desktop.clipboard import ClipboardClient
from screenagent.desktop.gestures import Gestures
from screenagent.desktop.options import DesktopOptions
from screenagent.errors import ActionRefused, ClipboardServiceError, LinkLost, SettingsError
from screenagent.log import get_logger
from screenagent.ports import Cancel

_log = get_logger("desktop.text")
_LINES_ENTERED_ONE_BY_ONE = 10
_LARGEST_RESTORED = 1_000_000
_SERVICE_AVOIDED = 30.0
_CUT_TEXT_SETTLES = 0.15
_PASTE_SETTLES = 0.5
"""Seconds until a program that was told to paste has the text, where the screen cannot tell."""

KEYSYMS, UNICODE, SERVICE, CUT_TEXT = "keysyms", "Unicode keysyms", "clipboard service", "server clipboard"


class TextEntry:
    """Enters text by the first rung of the ladder that works."""

    def __init__(
        self,
        gestures: Gestures,
        options: DesktopOptions,
        clipboard: ClipboardClient | None,
        send_cut_text: Callable[[str], None],
        consumed: Callable[[float, Cancel], None],
    ) -> None:
        self._gestures = gestures
        self._options = options
        self._clipboard = clipboard
        self._send_cut_text = send_cut_text
        self._consumed = consumed
        self._paste = _paste_strokes(options.paste_chord)
        self._server_text = ""
        self._avoid_service_until = 0.0
        self._troubles: list[str] = []

    def server_cut_text(self, text: str) -> None:
        """The server's clipboard now holds `text`; it is put back after a paste through it."""
        self._server_text = text

    def enter(self, text: str, cancel: Cancel) -> str:
        """Enter `text`; return by which ways, in words, and on further lines what went wrong on the way.

        Raises:
            ActionRefused: it holds a control character; nothing was sent.
            LinkLost, Cancelled
        """
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        for character in text:
            keys.keysym_of_char(character)
        lines = text.split("\n")
        whole = len(lines) > _LINES_ENTERED_ONE_BY_ONE and not self._typed(text)
        ways: list[str] = []
        self._troubles.clear()
        for number, part in enumerate([text] if whole else lines):
            if number:
                self._type("\n", cancel)
            if part:
                ways += [way for way in self._enter(part, cancel) if way not in ways]
        return "\n".join([", ".join(ways) or KEYSYMS, *self._troubles])

    def _enter(self, part: str, cancel: Cancel) -> Iterator[str]:
        """Climb the ladder; yield what to say of it."""
        if self._typed(part):
            self._type(part, cancel)
            yield KEYSYMS
            return
        if self._clipboard is not None and self._through_service(self._clipboard, part, cancel):
            yield SERVICE
            return
        if self._options.use_cut_text and len(part) > self._options.keysym_limit and _latin(part):
            self._through_server(part, cancel)
            yield CUT_TEXT
            return
        self._type(part, cancel)
        yield KEYSYMS if _latin(part) else UNICODE

    def _typed(self, text: str) -> bool:
        return len(text) <= self._options.keysym_limit and _latin(text)

    def _type(self, text: str, cancel: Cancel) -> None:
        timing = self._options.timing
        keysyms = [keys.keysym_of_char(character) for character in text]
        if not all(map(_on_layout, keysyms)):
            # The first key after the X server's start makes it swap keymaps, which loses a character mapped just then.
            self._gestures.strike((keys.SHIFT,), cancel, timing.remapped_key)
        for keysym in keysyms:
            strokes = (keys.SHIFT, keysym) if keys.needs_shift(keysym) else (keysym,)
            self._gestures.strike(strokes, cancel, timing.key if _on_layout(keysym) else timing.remapped_key)

    def _through_service(self, clipboard: ClipboardClient, text: str, cancel: Cancel) -> bool:
        """Paste through the service; False when it cannot be used, which is told once and remembered for a while."""
        if time.monotonic() < self._avoid_service_until:
            return False
        before = ""
        try:
            before = clipboard.paste(cancel)
            before = "" if before == text or len(before) > _LARGEST_RESTORED else before
            clipboard.copy(text, cancel)
        except ClipboardServiceError as error:
            self._avoid_service_until = time.monotonic() + _SERVICE_AVOIDED
            self._trouble(f"{error.message} The text is entered without it.", error.hint)
            with contextlib.suppress(ClipboardServiceError):  # a slow one may have taken the text all the same
                if before:
                    clipboard.copy(before, cancel)
            return False
        try:
            self._press_paste(cancel)
        except LinkLost:
            cancel.wait(_PASTE_SETTLES)
            self._restore(clipboard, before, cancel)
            raise
        self._restore(clipboard, before, cancel)
        return True

    def _restore(self, clipboard: ClipboardClient, before: str, cancel: Cancel) -> None:
        try:
            if before:
                clipboard.copy(before, cancel)
        except ClipboardServiceError as error:
            self._trouble(f"The clipboard's old content was not put back. {error.message}", error.hint)

    def _trouble(self, sentence: str, hint: str) -> None:
        told = f"{sentence} {hint}".strip()
        _log.info("%s", told)
        self._troubles.append(told)

    def _through_server(self, text: str, cancel: Cancel) -> None:
        before = self._server_text
        self._send_cut_text(text)
        cancel.wait(_CUT_TEXT_SETTLES)
        self._press_paste(cancel)
        if before and "?" not in before:  # servers put question marks for what Latin-1 cannot say
            self._send_cut_text(before)

    def _press_paste(self, cancel: Cancel) -> None:
        since = time.monotonic()
        self._gestures.strike(self._paste, cancel)
        self._consumed(since, cancel)


def _paste_strokes(chord: tuple[str, ...]) -> tuple[int, ...]:
    try:
        return keys.strokes(chord)
    except ActionRefused as refusal:
        raise SettingsError(
            f"The keys that paste are not known: {refusal.message}", hint="remote_vnc_server.paste_key names them."
        ) from refusal


def _on_layout(keysym: int) -> bool:
    return keysym <= 0x7E or 0xFF00 <= keysym <= 0xFFFF


def _latin(text: str) -> bool:
    return all(ord(character) <= 0xFF for character in text)
