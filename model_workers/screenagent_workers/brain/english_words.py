"""Words that English rules share: labels, names, numbers, "it"."""

from __future__ import annotations

import re

from .english_clauses import trim
from .quotes import Quoted

IT = r"(?:it|this|that|them|the (?:file|document|text|window|folder|page|program|application|changes|note|result|editor))"
_COUNTS = {
    "once": 1,
    "twice": 2,
    "thrice": 3,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "ten": 10,
    "a": 1,
    "an": 1,
}


def count(word: str | None) -> int:
    if not word:
        return 1
    word = word.strip().lower().removesuffix(" times").removesuffix(" time").strip()
    return min(int(word), 100) if word.isdigit() and len(word) < 4 else _COUNTS.get(word, 1)


def label_in(words: str, quoted: Quoted) -> str:
    """The label meant by `the "Save" button` or `the Save button in the toolbar`."""
    inside = quoted.all_in(words)
    if len(inside) == 1:
        return inside[0]
    text = re.sub(r"^(?:on |at )?(?:the |a |an |its |that )?", "", words.strip(), flags=re.IGNORECASE)
    text = re.sub(
        r"\s+(?:in|on|of|at|from|inside) (?:the )?(?:\w+ ){0,3}(?:menu|window|toolbar|"
        r"page|bar|dialog|list|panel|desktop|form|screen|folder|corner|sidebar|side bar|tab)$",
        "",
        text,
        flags=re.IGNORECASE,
    )
    text = re.sub(
        r"^(?:button|link|menu|tab|entry|item|icon|option|label|word|text)s? (?:labell?ed "
        r"|called |named |that says |saying |with the text )?(?=\S)",
        "",
        text,
        flags=re.IGNORECASE,
    )
    shorter = re.sub(
        r"\s+(?:button|link|hyperlink|menu item|menu entry|menu|tab|entry|item|icon|"
        r"option|checkbox|check box|label|page|section|header|heading|switch|radio "
        r"button|field|folder|file)$",
        "",
        text,
        flags=re.IGNORECASE,
    )
    return quoted.plain(shorter or text)


def thing_in(words: str, quoted: Quoted) -> str:
    """The name in `the file "a.txt"`, `a.txt`, `the Reports folder`."""
    inside = quoted.all_in(words)
    if len(inside) == 1:
        return inside[0]
    text = re.sub(
        r"^(?:the |a |this |my )?(?:new )?(?:(?:file|folder|directory|document|item)\s+(?:called |named )?)?",
        "",
        words.strip(),
        flags=re.IGNORECASE,
    )
    text = re.sub(r"\s+(?:file|folder|directory|document|item)$", "", text, flags=re.IGNORECASE)
    return quoted.plain(trim(text)) or quoted.plain(words)
