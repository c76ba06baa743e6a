"""The actor: what to do for a sub-task on the screen as it is. Questions that stand open are answered first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..screen import ScreenText
from . import act_windows as windows
from . import act_work as work
from . import steps as s
from .acting import Scene
from .meaning import Moment
from .reply import Action, mouse
from .sight import Sight

Deed = tuple[str, list[Action]]
_DEEDS: dict[type[Any], Callable[[Any, Scene], Deed]] = {
    s.OpenProgram: windows.open_program,
    s.SwitchTo: windows.switch_to,
    s.CloseWindow: windows.close_window,
    s.SaveAs: windows.save_as,
    s.Save: windows.save,
    s.OpenFile: windows.open_file,
    s.Click: work.click,
    s.FollowLink: work.follow_link,
    s.OpenItem: work.open_item,
    s.TypeText: work.type_text,
    s.FillField: work.fill_field,
    s.PressKeys: work.press_keys,
    s.SetOption: work.set_option,
    s.GoToFolder: work.go_to_folder,
    s.NewFolder: work.new_folder,
    s.NewFile: work.new_file,
    s.Rename: work.rename,
    s.Delete: work.delete,
    s.PutItem: work.put_item,
    s.Calculate: work.calculate,
    s.RunCommand: work.run_command,
    s.GoTo: work.go_to,
    s.Submit: work.submit,
    s.Copy: work.copy,
    s.Paste: work.paste,
    s.Find: work.find_text,
    s.Replace: work.replace,
    s.Scroll: work.scroll,
    s.ScrollTo: work.scroll_to,
    s.WaitSeconds: work.wait_seconds,
    s.WaitFor: work.wait_for,
    s.Expect: work.expect,
}


def act(now: Moment, screen: ScreenText, launcher: list[str]) -> Deed:
    """A sentence and the actions for the sub-task; the last action parks the pointer where it disturbs no reading."""
    scene = Scene(screen, Sight(screen), now, tuple(launcher))
    sentence, actions = _deed(scene)
    return sentence, [*actions, mouse("move", max(screen.width - 2, 0), max(screen.height - 2, 0))]


def _deed(scene: Scene) -> Deed:
    steps = scene.now.steps
    answered = windows.answer_question(scene)
    if answered is not None:
        return answered
    if len(steps) == 1:
        return _DEEDS[type(steps[0])](steps[0], scene)
    return _several(steps, scene)


def _several(steps: tuple[s.Step, ...], scene: Scene) -> Deed:
    """A person's sentence with several steps: those that need no look at the screen in between are done together."""
    blind = (
        s.TypeText,
        s.PressKeys,
        s.SaveAs,
        s.Save,
        s.NewFolder,
        s.Calculate,
        s.RunCommand,
        s.GoTo,
        s.GoToFolder,
        s.OpenProgram,
        s.Copy,
        s.Paste,
        s.WaitSeconds,
    )
    sentences: list[str] = []
    actions: list[Action] = []
    for at, step in enumerate(steps):
        if at and not isinstance(step, blind):
            break
        sentence, more = _DEEDS[type(step)](step, scene)
        sentences.append(sentence)
        actions.extend(more)
    return " ".join(sentences), actions
