"""English instructions: one clause in, what it asks for out."""

from __future__ import annotations

from . import intents as i
from .english_clauses import clauses, where_and_rest
from .english_doing import RULES as DOING
from .english_making import RULES as MAKING
from .intents import Intent
from .programs import known
from .quotes import Quoted, protect
from .shell_words import command_for
from .sums import expression


def read_english(task: str) -> list[Intent]:
    """What an English task asks for, in order."""
    quoted = protect(task)
    found: list[Intent] = []
    for clause in clauses(quoted.text):
        found.extend(_clause(clause, quoted))
    return found


def _clause(clause: str, quoted: Quoted) -> list[Intent]:
    where, rest = where_and_rest(clause)
    before: list[Intent] = [i.Use(where)] if where else []
    made = _meant(rest, clause, quoted)
    command = command_for(quoted.plain(rest))
    return [*before, i.Wish(command, tuple(made))] if command else [*before, *made]


def _meant(rest: str, clause: str, quoted: Quoted) -> list[Intent]:
    for rules in (DOING, MAKING):
        made = rules.first(rest, quoted)
        if made is not None:
            return made
    signs = expression(quoted.plain(rest))
    if signs:
        return [i.Sum(signs)]
    whole = quoted.plain(rest)
    if known(whole) is not None:
        return [i.Open(whole, "program")]
    return [i.Unknown(quoted.plain(clause))]
