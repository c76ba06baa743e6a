"""Text by keys. What the server's keyboard may lack is typed under the eyes of the screen.

An X server maps each character that its layout lacks onto a free key. It has few of those, 19 on Xtigervnc 1.12 and 18 on x11vnc
with a US layout, and gives none back while it runs (x11vnc does, after five minutes without a key). Other servers type what their
layout has. Both leave out the rest without a word, so every such character is awaited on the screen the first time. Where the
program shows what is typed and then a character does not show, it was left out, and typing ends there.
"""

from __future__ import annotations

import time
import unicodedata

from screenagent.desktop import keys
from screenagent.desktop.gestures import Gestures
from screenagent.desktop.options import Timing
from screenagent.desktop.text.sight import Sight
from screenagent.ports import Cancel

_SHOWS_SOON, _SHOWS_LATE = 0.3, 1.5
"""Seconds to wait for a character that tells whether the program shows any, and for one that the server may leave out."""
_MOST_UNSEEN = 2
"""After so many that did not show, without a single one that did, no more are waited for: a password prompt shows none."""
_LOST_FOR = 300.0
"""Seconds after which x11vnc has freed the keys that it had mapped."""


class Typist:
    """Types texts and learns what the server has no key for."""

    def __init__(self, gestures: Gestures, timing: Timing, sight: Sight, moderate: int) -> None:
        """A text of more than `moderate` characters is typed no faster than the slowest server passes it on."""
        self._gestures = gestures
        self._timing = timing
        self._sight = sight
        self._moderate = moderate
        self._seen: set[str] = set()
        self._lost: dict[str, float] = {}

    def lacking(self, text: str) -> str:
        """Return the sentence to tell when the server has lately left out a character of `text`, and what to do; else nothing."""
        now = time.monotonic()
        self._lost = {character: when for character, when in self._lost.items() if now - when < _LOST_FOR}
        lost = [character for character in dict.fromkeys(text) if character in self._lost]
        return f'The desktop\'s VNC server has no key for "{"".join(lost[:_MOST_NAMED])}". {_ADVICE}' if lost else ""

    def type(self, text: str, cancel: Cancel) -> str:
        """Type `text`; return the sentence to tell when the server left a character out, and what to do; else nothing.

        Raises:
            LinkLost, Cancelled
        """
        slow = len(text) > self._moderate
        if all(map(on_layout, text)):
            for character in text:
                self._strike(character, slow, cancel)
            return ""
        lost = self._type_watched(text, slow, cancel)
        if lost is None:
            return ""
        self._lost[text[lost]] = time.monotonic()
        return f'The text ends before "{text[lost]}": the VNC server has no key for it. {_ADVICE}'

    def _type_watched(self, text: str, slow: bool, cancel: Cancel) -> int | None:
        """Type `text`, or as far as the server can; return the place of the character that was left out, if any."""
        # The first key after the X server's start makes it swap keymaps, which loses a character mapped just then.
        self._gestures.strike((keys.SHIFT,), cancel, self._timing.remapped_key)
        shows, unseen = False, list[int]()
        for place, character in enumerate(text):
            doubtful = not on_layout(character) and character not in self._seen
            watched = _visible(character) and len(unseen) < _MOST_UNSEEN and (doubtful or not shows)
            if watched:
                self._sight.look()
            self._strike(character, slow, cancel)
            if not watched:
                continue
            if self._sight.await_change(_SHOWS_LATE if doubtful and not unseen else _SHOWS_SOON, cancel):
                shows = True
                self._seen.add(character)
            elif doubtful:
                unseen.append(place)
            if shows and unseen:
                return unseen[0]
        return None

    def _strike(self, character: str, slow: bool, cancel: Cancel) -> None:
        keysym = keys.keysym_of_char(character)
        strokes = (keys.SHIFT, keysym) if keys.needs_shift(keysym) else (keysym,)
        delay = self._timing.key if on_layout(character) else self._timing.remapped_key
        least = 2 * len(strokes) * self._timing.event_of_long_text if slow else 0.0
        self._gestures.strike(strokes, cancel, max(delay, least))


_MOST_NAMED = 20
_ADVICE = "The clipboard service carries any text."
_NOT_ALONE = (("\u115f", "\u11ff"), ("\ud7b0", "\ud7ff"), ("\u2800", "\u2800"), ("\u3164", "\u3164"), ("\uffa0", "\uffa0"))
"""Letters and symbols that combine or are blank: medial and final Hangul, its fillers, the Braille blank."""


def on_layout(character: str) -> bool:
    """Whether the key for it is one that every keyboard has, or that every server finds: ASCII, Return, Tab."""
    keysym = keys.keysym_of_char(character)
    return keysym <= 0x7E or 0xFF00 <= keysym <= 0xFFFF


def _visible(character: str) -> bool:
    """Whether it puts something of its own on the screen: no space, no mark that combines, nothing that only directs."""
    return unicodedata.category(character)[0] in "LNPS" and not any(first <= character <= last for first, last in _NOT_ALONE)
