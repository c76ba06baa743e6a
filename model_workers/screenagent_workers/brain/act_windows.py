"""Deeds on windows and their dialogs: open, switch, close, save, and answers to the questions that programs ask."""

from __future__ import annotations

import re

from . import steps as s
from .acting import Scene, clear_launcher, click_on, look_further
from .ground import find
from .meaning import front, is_named
from .programs import EDITOR, by_key, is_title_of, known, launch_names
from .reply import Action, press, wait, write

_REPLACE = ("Replace", "Overwrite", "替换", "覆盖", "Yes", "是")
_DISCARD = ("Don't Save", "Dont Save", "Close without Saving", "Discard", "不保存", "放弃", "No", "否")
_SAVE = ("Save", "Save As", "保存", "保存(S)", "Yes", "是")
_MENU_BUTTONS = ("Applications", "Application", "Menu", "Activities", "Start", "应用程序", "应用", "开始", "菜单")


def answer_question(scene: Scene) -> tuple[str, list[Action]] | None:
    """The answer to a dialog that stands open and concerns this sub-task, or None."""
    step = scene.now.steps[-1]
    sight = scene.sight
    if sight.asks_to_paste:
        button = _button(scene, ("Paste", "粘贴"))
        if button is not None:
            return "The terminal asks whether to paste; I confirm.", [button]
    if sight.asks_overwrite and isinstance(step, s.SaveAs | s.Save | s.Click):
        button = _button(scene, _REPLACE)
        if button is not None and not (isinstance(step, s.Click) and step.label not in _SAVE):
            return "A file of that name exists; the task names it, so I replace it.", [button]
    if sight.asks_to_save and isinstance(step, s.CloseWindow):
        keep = not step.discard and (
            is_named(scene.now) or any(isinstance(done, s.Save | s.SaveAs) for done in scene.now.earlier)
        )
        button = _button(scene, _SAVE if keep else _DISCARD)
        if button is not None:
            return f"The program asks about unsaved changes; I {'save them' if keep else 'do not keep them'}.", [button]
    if sight.asks_to_delete and isinstance(step, s.Delete):
        button = _button(scene, ("Delete", "Move to Trash", "Yes", "删除", "是", "确定"))
        if button is not None:
            return "The file manager asks whether to delete; the task says so.", [button]
    return None


def _button(scene: Scene, labels: tuple[str, ...]) -> Action | None:
    """The lowest place that carries the first of these labels: buttons stand below their question."""
    for label in labels:
        places = [target for target in find(scene.screen, label) if target.score >= 0.8 and len(target.text) <= len(label) + 30]
        whole = [target for target in places if target.whole] or places
        if whole:
            return click_on(max(whole, key=lambda target: target.top))
    return None


def open_program(step: s.OpenProgram, scene: Scene) -> tuple[str, list[Action]]:
    """Start a program: by the launcher's keys, and by the menu when those failed or are not known."""
    names = launch_names(step.program)
    if scene.launcher and not step.from_menu:
        name = names[scene.tries % len(names)]
        keys = [write(name) if part == "{app}" else press(part) for part in scene.launcher]
        return f"I start {name} by the launcher.", [*clear_launcher(scene), *keys, wait(1)]
    for name in names if not scene.sight.launcher_open else ():
        entries = [target for target in find(scene.screen, name) if target.whole and target.score >= 0.8]
        if entries and scene.sight.menu_open:
            return f"The menu is open; I choose {entries[0].text}.", [click_on(entries[0]), wait(1)]
    button = scene.target(*_MENU_BUTTONS, panel=True)
    if button is not None:
        return "I open the menu of programs.", [*([press("Escape")] if scene.sight.launcher_open else []), click_on(button)]
    return "I see no menu of programs; I try the usual key for it.", [press("Alt+F1")]


def switch_to(step: s.SwitchTo, scene: Scene) -> tuple[str, list[Action]]:
    """Bring a window to the front by its button in the task bar, else by Alt+Tab."""
    lines = [line for line in scene.screen.lines if is_title_of(step.program, line.text)]
    bar = [line for line in lines if line.bottom <= 34 or line.top >= scene.screen.height - 32]
    if bar and scene.tries == 0:
        place = _part_of(bar[0].text, step.program, scene)
        if place is not None:
            return f"I click the task bar's button of {step.program}.", [place]
    return f"I go on to the next window, looking for {step.program}.", [press("Alt+Tab")]


def _part_of(text: str, program: str, scene: Scene) -> Action | None:
    """The click on the part of a task bar's line that names the program: several buttons may read as one line."""
    kind = known(program)
    for word in (*(kind.titles if kind else ()), program):
        places = [target for target in find(scene.screen, word, panel=True) if target.text == text]
        if places:
            return click_on(places[0])
    return None


def close_window(step: s.CloseWindow, scene: Scene) -> tuple[str, list[Action]]:
    """Close the window in front."""
    return f"I close {step.program or 'the window in front'}.", [*clear_launcher(scene), press("Alt+F4")]


def save_as(step: s.SaveAs, scene: Scene) -> tuple[str, list[Action]]:
    """Save under a name: the name's field has the focus when the dialog opens."""
    name = _path(step)
    keys = [press("Ctrl+a"), write(name), wait(0.5), press("Return"), wait(0.5)]
    if scene.sight.save_dialog:
        return f"The dialog for saving is open; I give the name {name}.", keys
    named = is_named(scene.now) or scene.tries >= 2
    return f"I save the document as {name}.", [press("Ctrl+Shift+s" if named else "Ctrl+s"), *keys]


def _path(step: s.SaveAs) -> str:
    if not step.folder or step.name.startswith(("/", "~")):
        return step.name
    folder = step.folder if step.folder.startswith(("/", "~")) else f"~/{step.folder}"
    return f"{folder.rstrip('/')}/{step.name}"


def save(step: s.Save, scene: Scene) -> tuple[str, list[Action]]:
    """Save a document that has a name."""
    if scene.sight.save_dialog and step.name:
        return f"The program asks for a name; I give {step.name}.", [press("Ctrl+a"), write(step.name), press("Return")]
    return "I save the document.", [press("Ctrl+s")]


def open_file(step: s.OpenFile, scene: Scene) -> tuple[str, list[Action]]:
    """Open a file by name: GTK's dialog takes a typed path after Ctrl+L."""
    return f"I open {step.name} by the dialog.", [
        press("Ctrl+o"),
        press("Ctrl+l"),
        press("Ctrl+a"),
        write(step.name),
        press("Return"),
    ]


def in_front_is(scene: Scene, key: str) -> bool:
    """Whether the earlier sub-tasks left this kind of program in front."""
    program = known(front(scene.now))
    return program is not None and program is by_key(key)


def is_document(name: str) -> bool:
    """Whether a name looks like a file's."""
    return re.search(r"\.[A-Za-z0-9]{1,8}$", name) is not None


__all__ = [
    "EDITOR",
    "answer_question",
    "close_window",
    "look_further",
    "open_file",
    "open_program",
    "save",
    "save_as",
    "switch_to",
]
