"""From a task's words to what it asks for, one clause after the other: the same road for every language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from . import chinese_clauses, chinese_doing, chinese_making, english_clauses, english_doing, english_making
from . import intents as i
from .intents import Intent
from .programs import known
from .quotes import Quoted, protect
from .rules import Rules
from .shell_words import command_for
from .sums import expression


@dataclass(frozen=True)
class Grammar:
    """A language: how tasks fall into clauses, how a clause names a program, and the rules for what is left, in order of trial.

    With `place_alone` a clause may name a program and nothing to do there.
    """

    clauses: Callable[[str], list[str]]
    where_and_rest: Callable[[str], tuple[str, str]]
    rules: tuple[Rules, ...]
    place_alone: bool = False

    def read(self, task: str) -> list[Intent]:
        """What a task asks for, in order."""
        quoted = protect(task)
        return [intent for clause in self.clauses(quoted.text) for intent in self._clause(clause, quoted)]

    def _clause(self, clause: str, quoted: Quoted) -> list[Intent]:
        where, rest = self.where_and_rest(clause)
        before: list[Intent] = [i.Use(where)] if where else []
        if self.place_alone and not rest:
            return before
        made = self._meant(rest, clause, quoted)
        command = command_for(quoted.plain(rest))
        return [*before, i.Wish(command, tuple(made))] if command else [*before, *made]

    def _meant(self, rest: str, clause: str, quoted: Quoted) -> list[Intent]:
        for rules in self.rules:
            made = rules.first(rest, quoted)
            if made is not None:
                return made
        whole = quoted.plain(rest)
        signs = expression(whole)
        if signs:
            return [i.Sum(signs)]
        if known(whole) is not None:
            return [i.Open(whole, "program")]
        return [i.Unknown(quoted.plain(clause))]


ENGLISH = Grammar(english_clauses.clauses, english_clauses.where_and_rest, (english_doing.RULES, english_making.RULES))
CHINESE = Grammar(
    chinese_clauses.clauses, chinese_clauses.where_and_rest, (chinese_doing.RULES, chinese_making.RULES), place_alone=True
)
