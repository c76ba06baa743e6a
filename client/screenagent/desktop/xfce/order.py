"""What a supervisor is told: which desktop to start, where it is reached, and how it looks."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from screenagent.desktop.xfce.skeleton import Look


@dataclass(frozen=True)
class Doors:
    """Where the desktop is reached: on 127.0.0.1 alone, or `public`, on every interface. A port of 0 is any free one.

    `security` names RFB security types as Xtigervnc does; those with X509 use `certificate` and `key`, paths of PEM files.
    """

    public: bool = False
    vnc_port: int = 0
    clipboard_port: int = 0
    worker_port: int = 0
    security: tuple[str, ...] = ("VncAuth",)
    certificate: str = ""
    key: str = ""

    @property
    def host(self) -> str:
        """The address that services bind."""
        return "0.0.0.0" if self.public else "127.0.0.1"


@dataclass(frozen=True)
class Order:
    """What to start: `home` None means a throw-away one; `stored_password` is the content of the VNC password file, as hex.

    `companions` are commands of further programs that run beside the session, each under its first word's name.
    """

    id: str
    size: tuple[int, int]
    home: Path | None
    worker: bool
    owned: bool
    stored_password: str = field(repr=False)
    token: str = field(repr=False)
    doors: Doors = field(default_factory=Doors)
    look: Look = field(default_factory=Look)
    companions: tuple[tuple[str, ...], ...] = ()

    def to_json(self) -> str:
        """Return it as one line of JSON."""
        return json.dumps(asdict(self), default=str)

    @classmethod
    def from_json(cls, text: str) -> Order:
        """Return what `to_json` was called on."""
        fields = json.loads(text)
        home, doors, look = fields.pop("home"), fields.pop("doors"), fields.pop("look")
        return cls(
            home=Path(home) if home else None,
            size=tuple(fields.pop("size")),
            doors=Doors(security=tuple(doors.pop("security")), **doors),
            look=Look(entries=tuple(look.pop("entries")), **look),
            companions=tuple(tuple(command) for command in fields.pop("companions")),
            **fields,
        )
