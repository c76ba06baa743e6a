"""What a person can do, by which keys, and when it makes sense; without Qt, so that it is a table and not a habit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """One thing to do. `keys` are shortcuts as Qt spells them; `everywhere` keeps them from the live desktop too."""

    name: str
    keys: tuple[str, ...]
    everywhere: bool = False


COMMANDS = (
    Command("start", ("F5",), everywhere=True),
    Command("pause", ("F6",), everywhere=True),
    Command("step", ("F7",), everywhere=True),
    Command("stop", ("F8",), everywhere=True),
    Command("switch", ("F9",), everywhere=True),
    Command("focus_task", ("Ctrl+L",)),
    Command("reload", ("Ctrl+R",)),
    Command("reconnect", ("Ctrl+Shift+R",), everywhere=True),
    Command("actual", ("Ctrl+1",)),
    Command("fit", ("Ctrl+0",)),
    Command("help", ("F1",), everywhere=True),
)

EVERYWHERE = frozenset(keys for command in COMMANDS if command.everywhere for keys in command.keys)


@dataclass(frozen=True)
class Moment:
    """All that decides which commands make sense now.

    `link` is connecting, connected, reconnecting or lost; `paused` is set as soon as a pause is asked for, and `acting` says
    that an action is still being performed.
    """

    link: str = "connecting"
    running: bool = False
    paused: bool = False
    acting: bool = False
    stopping: bool = False
    task: bool = False
    closing: bool = False

    @property
    def agent_at_work(self) -> bool:
        """Whether the agent has the mouse and the keyboard now."""
        return self.running and (self.acting or not self.paused)


def available(now: Moment) -> frozenset[str]:
    """The names of the commands that make sense now."""
    if now.closing:
        return frozenset()
    driving = now.running and not now.stopping
    allowed = {
        "start": not now.running and now.link == "connected" and now.task,
        "pause": driving,
        "step": driving and now.paused,
        "stop": driving,
        "reconnect": now.link != "connecting" and (not now.running or now.link != "connected"),
        "reload": True,
        "focus_task": True,
        "actual": True,
        "fit": True,
        "switch": True,
        "help": True,
    }
    return frozenset(name for name, yes in allowed.items() if yes)
