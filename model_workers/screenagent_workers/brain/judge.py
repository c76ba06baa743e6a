"""The evaluator: whether the screen shows that a sub-task is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..screen import ScreenText
from . import judge_windows as windows
from . import judge_work as work
from . import steps as s
from .judging import SUCCESS, Judgement, View
from .meaning import Moment
from .sight import Sight

_JUDGES: dict[type[Any], Callable[[Any, View], Judgement]] = {
    s.OpenProgram: windows.opened,
    s.SwitchTo: windows.switched,
    s.CloseWindow: windows.closed,
    s.SaveAs: windows.saved_as,
    s.Save: windows.saved,
    s.OpenFile: windows.file_open,
    s.Click: work.clicked,
    s.FollowLink: work.followed,
    s.OpenItem: work.item_open,
    s.TypeText: work.typed,
    s.FillField: work.filled,
    s.PressKeys: work.pressed,
    s.SetOption: work.option_set,
    s.GoToFolder: work.in_folder,
    s.NewFolder: work.item_made,
    s.NewFile: work.item_made,
    s.Rename: work.renamed,
    s.Delete: work.deleted,
    s.PutItem: work.item_put,
    s.Calculate: work.calculated,
    s.RunCommand: work.command_run,
    s.GoTo: work.page_shown,
    s.Submit: work.submitted,
    s.Copy: work.unseen,
    s.Paste: work.pasted,
    s.Find: work.found,
    s.Replace: work.replaced,
    s.Scroll: work.scrolled,
    s.ScrollTo: work.text_shown,
    s.WaitSeconds: work.waited,
    s.WaitFor: work.text_shown,
    s.Expect: work.text_shown,
}


def judge(now: Moment, screen: ScreenText) -> Judgement:
    """Judge the sub-task. Of a person's sentence with several steps, all must hold that leave a lasting trace."""
    view = View(screen, Sight(screen), now)
    question = windows.open_question(view)
    if question is not None:
        return question
    last = now.steps[-1]
    judgement = _JUDGES[type(last)](last, view)
    if judgement.situation != SUCCESS or len(now.steps) == 1:
        return judgement
    for step in now.steps[:-1]:
        if isinstance(step, s.TypeText | s.NewFolder):
            earlier = _JUDGES[type(step)](step, view)
            if earlier.situation != SUCCESS:
                return earlier
    return judgement
