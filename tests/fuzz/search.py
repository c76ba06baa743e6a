"""The search for what the client does not stand: damage upon damage to what has led it to new places."""

from __future__ import annotations

import random
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from fuzz.conversation import Conversation
from fuzz.judge import Feature, features, judge
from fuzz.mutation import damaged
from fuzz.speaker import Speaker

LARGEST = 6000
"""Bytes of a conversation that is kept: corpus files are read in every run."""


@dataclass
class Search:
    """What has been tried and found so far."""

    chance: random.Random
    tried: int = 0
    seen: set[Feature] = field(default_factory=set)
    kept: list[Conversation] = field(default_factory=list)
    """Those that went where none before them had gone."""
    findings: dict[str, Conversation] = field(default_factory=dict)
    """The first to show each fault, by the fault."""

    def learn(self, known: Conversation) -> None:
        """Begin with this one."""
        self.seen |= features(known)
        self.kept.append(known)

    def run(self, seconds: float, note: Callable[[Conversation], None] = lambda conversation: None) -> None:
        """Search for so long; `note` is told of each conversation before it is tried, as it may be the last."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            conversation = self._next()
            note(conversation)
            self._try(conversation)

    def _next(self) -> Conversation:
        chance = self.chance
        if not self.kept or chance.random() < 0.3:
            made = Speaker(chance, harm=chance.choice((0.0, 0.1, 0.5))).speak()
            return made if chance.random() < 0.3 else Conversation(made.pixel_format, self._damaged(made.data))
        parent = chance.choice(self.kept)
        return Conversation(parent.pixel_format, self._damaged(parent.data))

    def _damaged(self, data: bytes) -> bytes:
        chance = self.chance
        other = chance.choice(self.kept).data if self.kept and chance.random() < 0.3 else b""
        start = min(len(data), 30) if chance.random() < 0.9 else 0  # most damage to the handshake ends all at once
        return data[:start] + damaged(chance, data[start:], other)

    def _try(self, conversation: Conversation) -> None:
        self.tried += 1
        try:
            judge(conversation)
        except Exception as fault:  # noqa: BLE001 - whatever comes out is what is searched for
            self.findings.setdefault(_where(fault), conversation)
            return
        if len(conversation.data) <= LARGEST:
            found = features(conversation)
            if not found <= self.seen:
                self.seen |= found
                self.kept.append(conversation)


def _where(fault: Exception) -> str:
    """Return a fault's kind and place, which is the same for all that show it."""
    last = traceback.extract_tb(fault.__traceback__)[-1]
    said = str(fault).rpartition(" (")[0] if isinstance(fault, AssertionError) else ""
    return f"{type(fault).__name__} {said}, {Path(last.filename).name}:{last.lineno}"


def fewest(conversations: list[Conversation]) -> list[Conversation]:
    """Return few of them that together go wherever all of them go, the shortest first."""
    seen: set[Feature] = set()
    chosen = []
    for conversation in sorted(conversations, key=lambda one: len(one.data)):
        found = features(conversation)
        if not found <= seen:
            seen |= found
            chosen.append(conversation)
    return chosen
