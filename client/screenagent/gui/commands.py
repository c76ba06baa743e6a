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
    Command("auto_transitions", ("F10",)),
    Command("auto_execute", ("F4",)),
    Command("hold_prompt", ("F2",)),
    Command("hold_reply", ("F3",)),
    Command("go_held", ("Ctrl+H",)),
    Command("send_on", ("Ctrl+Return", "Ctrl+Enter")),
    Command("undo_changes", ("Ctrl+Shift+D",)),
    Command("restore_edit", ("Ctrl+Shift+B",)),
    Command("parse", ("Ctrl+P",)),
    Command("run_actions", ("Ctrl+Shift+Return", "Ctrl+Shift+Enter")),
    Command("run_one", ("Alt+Return",)),
    Command("pick_point", ("Alt+P",)),
    Command("jump_prepare", ("Alt+1",)),
    Command("jump_planning", ("Alt+2",)),
    Command("jump_acting", ("Alt+3",)),
    Command("jump_evaluating", ("Alt+4",)),
    Command("choose", ("Ctrl+G",)),
    Command("clear", ("Ctrl+Shift+L",)),
    Command("focus_task", ("Ctrl+L",)),
    Command("reload", ("Ctrl+R",)),
    Command("reconnect", ("Ctrl+Shift+R",), everywhere=True),
    Command("marks", ("Ctrl+M",)),
    Command("actual", ("Ctrl+1",)),
    Command("fit", ("Ctrl+0",)),
    Command("help", ("F1",), everywhere=True),
)

EVERYWHERE = frozenset(keys for command in COMMANDS if command.everywhere for keys in command.keys)

JUMPS = ("jump_prepare", "jump_planning", "jump_acting", "jump_evaluating")
SWITCHES = ("auto_transitions", "auto_execute", "hold_prompt", "hold_reply")


@dataclass(frozen=True)
class Moment:
    """All that decides which commands make sense now.

    `link` is connecting, connected, reconnecting or lost; `paused` is set as soon as a pause is asked for, and `acting` says
    that an action is still being performed. `waiting` says that the run has come to rest until the person lets it go on: at
    `gate` (prompt, reply, actions), or with a `question`, or because it is paused. `shared` says that the person's mouse and
    keyboard work beside the agent's.

    The rest is about the panels: something is shown in them (`told`), there is a plan, and a reply; the held value or the reply
    was edited, an edit that was not sent can be brought back (`kept`), the actions on view can be run, one of them is chosen,
    and can be given another point (`pointing`).
    """

    link: str = "connecting"
    running: bool = False
    paused: bool = False
    acting: bool = False
    stopping: bool = False
    task: bool = False
    closing: bool = False
    waiting: bool = False
    gate: str = ""
    question: bool = False
    shared: bool = False
    told: bool = False
    plan: bool = False
    reply: bool = False
    edited: bool = False
    kept: bool = False
    runnable: bool = False
    chosen: bool = False
    pointing: bool = False

    @property
    def agent_at_work(self) -> bool:
        """Whether the agent has the mouse and the keyboard now."""
        return self.running and (self.acting or not self.paused)

    @property
    def reviewing(self) -> bool:
        """Whether the run stands still, so that what it was told and said can be changed."""
        return self.running and self.waiting and not self.stopping and not self.acting


def available(now: Moment) -> frozenset[str]:
    """The names of the commands that make sense now."""
    if now.closing:
        return frozenset()
    driving = now.running and not now.stopping
    held = now.reviewing and bool(now.gate)
    allowed = {
        "start": not now.running and now.link == "connected" and now.task,
        "pause": driving,
        "step": driving and now.paused,
        "stop": driving,
        "reconnect": now.link != "connecting" and (not now.running or now.link != "connected"),
        "clear": driving or (not now.running and now.told),
        "send_on": held or (now.reviewing and now.question),
        "go_held": held or (now.reviewing and now.question),
        "undo_changes": now.reviewing and now.edited,
        "restore_edit": now.reviewing and now.kept,
        "parse": now.reviewing and now.reply and now.gate != "prompt",
        "run_actions": now.reviewing and (now.runnable or now.gate == "reply"),
        "run_one": now.reviewing and now.chosen,
        "pick_point": now.reviewing and now.pointing and now.link == "connected",
        "choose": driving and now.plan,
        **dict.fromkeys(JUMPS, driving),
        **dict.fromkeys(SWITCHES, not now.stopping),
        **dict.fromkeys(("reload", "focus_task", "actual", "fit", "marks", "switch", "help"), True),
    }
    return frozenset(name for name, yes in allowed.items() if yes)
