"""A grammar as an ordered table: patterns of a whole clause, and what each makes of it. The first that makes anything wins."""

from __future__ import annotations

import re
from collections.abc import Callable

from .intents import Intent, Keys
from .quotes import Quoted

Maker = Callable[[re.Match[str], Quoted], "list[Intent] | None"]


class Rules:
    """Rules in order of trial."""

    def __init__(self) -> None:
        self._rules: list[tuple[re.Pattern[str], Maker]] = []

    def add(self, pattern: str) -> Callable[[Maker], Maker]:
        """Decorate a maker with the pattern of the clauses it is for; a maker may still decline by returning None."""
        compiled = re.compile(rf"(?:{pattern})\s*$", re.IGNORECASE | re.DOTALL)

        def register(maker: Maker) -> Maker:
            self._rules.append((compiled, maker))
            return maker

        return register

    def keys(self, commands: dict[str, str]) -> None:
        """Rules for commands that are nothing but a chord."""
        for words, chord in commands.items():
            self.add(f"(?:{words})")(_pressing(chord))

    def first(self, clause: str, quoted: Quoted) -> list[Intent] | None:
        """What the first fitting rule makes of a clause; None when none fits."""
        for pattern, maker in self._rules:
            found = pattern.match(clause)
            if found:
                made = maker(found, quoted)
                if made is not None:
                    return made
        return None


def _pressing(chord: str) -> Maker:
    return lambda _, __: [Keys(chord)]
