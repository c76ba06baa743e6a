"""Quoted texts set aside, so that an "and" or a full stop inside them never splits a sentence.

`protect` puts a mark (NUL, number, NUL) where each quoted text stood; NUL can be neither typed nor read, so it is
taken out of the task first. `Quoted.plain` gives a clause back with its texts in place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_CLOSERS = {'"': '"', "“": "”", "‘": "’", "「": "」", "『": "』", "《": "》", "`": "`", "'": "'", "„": "“", "«": "»"}
_ANY_DOUBLE = {"“": '”"“', '"': '"”', "”": "”“", "‘": "’'‘", "'": "'’"}
MARK = "\x00\\d+\x00"
_MARK = re.compile("\x00(\\d+)\x00")
_WORD = re.compile(r"\w")


@dataclass(frozen=True)
class Quoted:
    """`text` with marks, the quoted `texts` they stand for, and the same with their quotation marks (`raw`)."""

    text: str
    texts: tuple[str, ...]
    raw: tuple[str, ...]

    def plain(self, clause: str) -> str:
        """The argument meant: exactly the quoted text when the clause is one mark, else the words with quotes kept."""
        clause = clause.strip()
        whole = _MARK.fullmatch(clause)
        if whole:
            return self.texts[int(whole[1])]
        return _MARK.sub(lambda found: self.raw[int(found[1])], clause)

    def all_in(self, clause: str) -> list[str]:
        """The quoted texts of a clause in order."""
        return [self.texts[int(found)] for found in _MARK.findall(clause)]

    def is_quoted(self, clause: str) -> bool:
        """Whether the clause is one quoted text and nothing else."""
        return _MARK.fullmatch(clause.strip()) is not None


def protect(task: str) -> Quoted:
    """Every quoted text of `task` set aside. An apostrophe inside a word opens and closes nothing."""
    task = task.replace("\x00", "")
    ends = _last_positions(task)
    hopeless: set[str] = set()
    out: list[str] = []
    texts: list[str] = []
    raw: list[str] = []
    start = at = 0
    while at < len(task):
        end = -1
        if task[at] not in hopeless and _opens(task, at):
            end = _closing(task, at, ends)
            if end < 0:
                hopeless.add(task[at])
        if end < 0:
            at += 1
            continue
        out.append(task[start:at])
        out.append(f"\x00{len(texts)}\x00")
        texts.append(task[at + 1 : end])
        raw.append(task[at : end + 1])
        at = start = end + 1
    out.append(task[start:])
    return Quoted("".join(out), tuple(texts), tuple(raw))


def _last_positions(task: str) -> dict[str, int]:
    return {char: index for index, char in enumerate(task)}


def _opens(task: str, at: int) -> bool:
    char = task[at]
    if char not in _CLOSERS and char != "”":
        return False
    if char in "'‘`" or char in '"”':
        before = task[at - 1] if at else " "
        after = task[at + 1] if at + 1 < len(task) else " "
        ascii_word_before = before.isascii() and (before.isalnum() or before == "\\")
        return not ascii_word_before and (char not in "'" or not after.isspace())
    return True


def _closing(task: str, at: int, last: dict[str, int]) -> int:
    """Index of the quotation mark that ends the text opened at `at`, or -1."""
    opener = task[at]
    closers = _ANY_DOUBLE.get(opener, _CLOSERS.get(opener, opener))
    horizon = max(last.get(char, -1) for char in closers)
    depth_open = opener if opener in "「『《«" else ""
    depth = 0
    index = at + 1
    while index <= horizon:
        char = task[index]
        if depth_open and char == depth_open:
            depth += 1
        elif char in closers:
            if depth:
                depth -= 1
            elif _ends(task, index):
                return index
        index += 1
    return -1


def _ends(task: str, index: int) -> bool:
    """A straight or single mark between two letters is an apostrophe or an inch, not an end."""
    if task[index] not in "'’\"":
        return True
    after = task[index + 1] if index + 1 < len(task) else " "
    before = task[index - 1]
    if before == "\\":
        return False
    return not (after.isascii() and _WORD.match(after) is not None)
