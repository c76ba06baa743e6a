"""A plan after a plan failed: what is left to do, the failed part another way where one is known."""

from __future__ import annotations

from . import steps as s
from .folding import fold
from .programs import launch_names
from .sentences import parse
from .steps import Step


def second_plan(sub_tasks: list[str], failed: int, advice: str) -> tuple[tuple[Step | str, ...], str]:
    """The sub-tasks from the failed one on, and "" - or nothing and why it cannot be done.

    Sub-tasks that are not our own sentences stay as they are.
    """
    left: list[Step | str] = [parse(text) or text for text in sub_tasks[failed:]]
    if not left:
        return (), "nothing of the plan is left, and the last part failed"
    first = left[0]
    other = _another_way(first, advice) if not isinstance(first, str) else None
    if other is None:
        return (), advice or "the sub-task could not be done in any way I know"
    return (*other, *left[1:]), ""


def _another_way(step: Step, advice: str) -> tuple[Step, ...] | None:
    if isinstance(step, s.OpenProgram):
        if not step.from_menu:
            return (s.OpenProgram(step.program, True),)
        return None
    if isinstance(step, s.FollowLink):
        return None if "error" in fold(advice) else (s.Find(step.label), s.Click(step.label))
    if isinstance(step, s.OpenItem):
        return (s.Click(step.label), s.PressKeys("Return"))
    if isinstance(step, s.SaveAs):
        return (
            s.PressKeys("Escape"),
            s.PressKeys("Ctrl+Shift+s"),
            s.TypeText(step.name),
            s.PressKeys("Return"),
            s.Expect(step.name),
        )
    if isinstance(step, s.CloseWindow):
        return (s.PressKeys("Ctrl+q"),)
    if isinstance(step, s.TypeText):
        return (s.SwitchTo(step.program), step) if step.program else None
    if isinstance(step, s.NewFolder) and "exists" not in advice:
        return (s.Click("File"), s.Click("Create Folder"), s.TypeText(step.name), s.PressKeys("Return"), s.Expect(step.name))
    return None


def tried_names(program: str) -> str:
    """The names under which a program was looked for, for a sentence."""
    return ", ".join(launch_names(program))
