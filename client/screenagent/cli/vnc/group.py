"""How `screenagent vnc HOST COMMAND` is read, and what it says of the connection."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from screenagent.cli.edge import Edge
from screenagent.errors import SettingsError


@dataclass(frozen=True)
class Given:
    """The options that all commands share, as they were written; `where.find` checks them."""

    address: str
    user: str | None
    password: str | None = field(repr=False)
    password_file: Path | None
    timeout: float
    encodings: str | None
    quality: int | None
    compression: int | None
    pixel_format: str
    updates: str
    tls: str
    fingerprint: str | None
    authorities: Path | None
    server_name: str | None


class DesktopFirst(Edge):
    """The desktop stands before the command; the options of the connection may stand anywhere before a ``--``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Bring the words into the order in which groups read them: own options, the desktop, the command and its own."""
        own, rest = self._sorted(args)
        if rest and rest[0] in self.commands and not (len(rest) > 1 and rest[1] in self.commands):
            if not {"-h", "--help"} & set(rest):
                example = f"screenagent vnc localhost:1 {rest[0]}"
                raise SettingsError("Which desktop?", hint=f"Its address comes before the command: {example}")
            rest.insert(0, "HOST")
        return super().parse_args(ctx, own + rest)

    def _sorted(self, args: list[str]) -> tuple[list[str], list[str]]:
        flags = {name: bool(getattr(option, "is_flag", False)) for option in self.params for name in option.opts}
        own: list[str] = []
        rest: list[str] = []
        words = list(args)
        while words and words[0] != "--":
            word = words.pop(0)
            name, equals, _ = word.partition("=")
            known = name.startswith("--") and name in flags
            (own if known else rest).append(word)
            if known and not flags[name] and not equals and words:
                own.append(words.pop(0))
        return own, rest + words
