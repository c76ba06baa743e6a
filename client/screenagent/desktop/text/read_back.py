"""Reading back what was entered: a Reader looks at what changed on the screen, and the text is looked for there, tolerantly.

Reading confuses letters, a field may show dots or only the end of a text, and no reader knows every writing. So there are three
answers: it is there, it is not, and nothing can be said.
"""

from __future__ import annotations

import time
import unicodedata
from itertools import pairwise

from screenagent.desktop.text.sight import Sight
from screenagent.errors import ModelError
from screenagent.log import get_logger
from screenagent.ports import Cancel, Reader

_log = get_logger("desktop.text")
_LARGEST = 200_000.0
"""Pixels: reading a line takes 0.2 to 0.4 s on two cores, 800x250 nearly a second. When more than that has changed, a text has
arrived, or a window has opened."""
_MARGIN = 6
_SHORTEST = 4
"""Letters that a text must have to be looked for."""
_THERE, _MISSING = 0.4, 0.15
"""Shares of pairs of neighbouring letters, of the text or of what was read, that both have."""
_AVOIDED = 60.0


class ReadBack:
    """Asks the Reader; one that failed is left alone for a while, without a word, as nothing was wrong with the text."""

    def __init__(self, reader: Reader | None) -> None:
        self._reader = reader
        self._avoid_until = 0.0

    def judges(self, text: str) -> bool:
        """Whether there is a Reader now, and enough in `text` to look for."""
        return self._reader is not None and time.monotonic() >= self._avoid_until and len(legible(text)) >= _SHORTEST

    def missing(self, text: str, sight: Sight, cancel: Cancel) -> bool:
        """Whether what has changed on the screen evidently is not `text`. Raises LinkLost, Cancelled."""
        box = sight.changed()
        if self._reader is None or box is None or box.area > _LARGEST:
            return False
        try:
            read = self._reader.read(sight.part(box.grown(_MARGIN)), cancel)
        except ModelError as error:
            self._avoid_until = time.monotonic() + _AVOIDED
            _log.info("a text was not read back: %s", error.message)
            return False
        return shows(text, read) is False


def shows(text: str, read: str) -> bool | None:
    """Whether `text` is, at least in part, what was `read`; None when nothing can be said."""
    wanted, found = legible(text), legible(read)
    if len(wanted) < _SHORTEST or len(found) < _SHORTEST:
        return None
    pairs, others = set(pairwise(wanted)), set(pairwise(found))
    share = len(pairs & others) / min(len(pairs), len(others))
    return True if share >= _THERE else False if share < _MISSING else None


def legible(text: str) -> str:
    """Return the letters and digits that readers tell apart well, without accents and case: Latin, Chinese, Japanese."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(filter(_told_apart, folded))


def _told_apart(character: str) -> bool:
    if character.isascii():
        return character.isalnum()
    chinese = "\u3400" <= character <= "\u9fff" or "\U00020000" <= character <= "\U0003ffff"
    return chinese or ("\u3041" <= character <= "\u30ff" and not unicodedata.combining(character))
