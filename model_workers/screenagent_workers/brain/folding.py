"""Texts made comparable: width, case, spaces, quotation marks and the slips that reading a picture makes."""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz import fuzz

_SLIPS = str.maketrans({"1": "l", "|": "l", "i": "l", "0": "o"})
_IGNORED = re.compile(r"[\s'\"`‘’“”「」『』《》…_]+")
_CJK = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")


def fold(text: str) -> str:
    """Case, width and spaces evened out; still readable as words."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def squash(text: str) -> str:
    """Nothing but what was meant: folded, without spaces or quotation marks."""
    return _IGNORED.sub("", fold(text))


def lookalike(text: str) -> str:
    """`squash`, with characters made equal that a reader of pictures takes for one another."""
    return squash(text).translate(_SLIPS)


def has_cjk(text: str) -> bool:
    """Whether any character is Chinese, Japanese or full width."""
    return _CJK.search(text) is not None


def same_label(label: str, read: str) -> bool:
    """Whether `read` is `label`, allowing one slip from five letters on and two from twelve."""
    wanted, found = lookalike(label), lookalike(read)
    if not wanted or not found:
        return False
    if wanted == found:
        return True
    if len(wanted) < 5 or abs(len(wanted) - len(found)) > 2:
        return False
    return fuzz.ratio(wanted, found) >= 100 * (1 - 1.1 / len(wanted)) - (4 if len(wanted) >= 12 else 0)


def contains(text: str, haystack: str, threshold: float = 88.0) -> bool:
    """Whether `text` stands in `haystack`; both already through `lookalike`. Slips are allowed from five characters."""
    if not text:
        return True
    if text in haystack:
        return True
    if len(text) < 5 or not haystack:
        return False
    if len(haystack) < len(text):
        return fuzz.ratio(text, haystack) >= threshold
    return fuzz.partial_ratio(text, haystack, score_cutoff=threshold) >= threshold
