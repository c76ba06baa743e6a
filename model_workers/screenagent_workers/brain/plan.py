"""From a task to its sub-tasks: which program an instruction belongs to, what "it" is, which names are missing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import intents as i
from .folding import has_cjk
from .grammar import CHINESE, ENGLISH
from .intents import Intent
from .plan_steps import Maker
from .steps import Step


@dataclass(frozen=True)
class Plan:
    """The sub-tasks of a task, and the words that no rule understood."""

    steps: tuple[Step, ...]
    unknown: tuple[str, ...] = ()


def plan(task: str, language: str) -> Plan:
    """Read a task in English or Chinese, whichever it is written in; `language` decides for a task with neither."""
    found = read(task, language)
    maker = Maker("zh" if has_cjk(task) and (language == "zh" or _mostly_cjk(task)) else "en")
    for at, intent in enumerate(found):
        maker.add(intent, found[at + 1 :])
    return Plan(tuple(maker.finish()), tuple(maker.unknown))


def read(task: str, language: str) -> list[Intent]:
    """What the task asks for. The grammar that leaves less unexplained is believed."""
    if not has_cjk(task):
        return ENGLISH.read(task)
    first, second = (CHINESE, ENGLISH) if _mostly_cjk(task) or language == "zh" else (ENGLISH, CHINESE)
    found = first.read(task)
    if not any(isinstance(intent, i.Unknown) for intent in found):
        return found
    other = second.read(task)
    return other if _unknowns(other) < _unknowns(found) else found


def _unknowns(found: list[Intent]) -> int:
    return sum(isinstance(intent, i.Unknown) for intent in found)


def _mostly_cjk(task: str) -> bool:
    outside = re.sub(r"[\"“‘「'][^\"”’」']*[\"”’」']", "", task)
    cjk = sum(1 for char in outside if "\u3400" <= char <= "\u9fff")
    latin_words = len(re.findall(r"[A-Za-z]{2,}", outside))
    return cjk > latin_words
