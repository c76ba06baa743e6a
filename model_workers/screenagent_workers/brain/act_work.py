"""Deeds inside a window: text, fields, keys, clicks, folders, sums, commands, pages."""

from __future__ import annotations

import re

from . import steps as s
from .acting import Scene, clear_launcher, click_on, look_further
from .ground import find
from .meaning import front
from .programs import BROWSER, CALCULATOR, TERMINAL, by_key, known
from .reply import Action, mouse, press, wait, write

Deed = tuple[str, list[Action]]
_SUBMIT = ("Submit", "Send", "Search", "Go", "OK", "Log in", "Sign in", "Save", "提交", "发送", "搜索", "确定", "查询")
_PAGE = 8
"""Wheel notches that move about a window's height."""
_BUTTON_DOWN = 0.3


def _is(scene: Scene, program: str, key: str) -> bool:
    kind = known(program or front(scene.now))
    return kind is not None and kind is by_key(key)


def click(step: s.Click, scene: Scene) -> Deed:
    """Click a label where it is read."""
    target = scene.target(step.label)
    if target is None:
        return look_further(scene, step.label)
    return f"I click on {target.text!r}.", [click_on(target, step.how)]


def follow_link(step: s.FollowLink, scene: Scene) -> Deed:
    """Click a link; a page's title carries the same words more often than not, so the lowest exact place wins."""
    target = scene.target(step.label)
    if target is None:
        if scene.tries == 0:
            return look_further(scene, step.label)
        return f"I see no link {step.label!r}; I turn the page.", [press("Page_Down")]
    return f"I click the link {step.label!r}.", [click_on(target), wait(0.5)]


def open_item(step: s.OpenItem, scene: Scene) -> Deed:
    """Open a file, folder or entry of the window: a double click, or Return after selecting."""
    target = scene.target(step.label)
    if target is None:
        return look_further(scene, step.label)
    if scene.tries % 2:
        return f"I select {step.label!r} and press Return.", [click_on(target), press("Return")]
    return f"I open {step.label!r} by a double click.", [click_on(target, "double"), wait(1)]


def type_text(step: s.TypeText, scene: Scene) -> Deed:
    """Type; at a later try the window is clicked first, and what it holds replaced where that is safe."""
    before = clear_launcher(scene)
    if scene.tries:
        before.append(_into_window(scene))
        if not _is(scene, step.program, TERMINAL):
            before.append(press("Ctrl+a"))
    return f"I type {_short(step.text)}.", [*before, *([write(step.text)] if step.text else [])]


def _into_window(scene: Scene) -> Action:
    """A click below the front window's menu bar."""
    bars = [line for line in scene.screen.lines if re.match(r"\W*(?:file|文件).{0,30}(?:edit|编辑)", line.text.lower())]
    newest = max(bars, key=lambda line: line.top, default=None)
    if newest is None:
        return mouse("click", *scene.middle())
    return mouse("click", min(newest.left + 120, scene.screen.width - 5), min(newest.bottom + 90, scene.screen.height - 40))


def fill_field(step: s.FillField, scene: Scene) -> Deed:
    """Click right of the field's label, or below it at a later try, and replace what it holds."""
    keys = [press("Ctrl+a"), *([write(step.text)] if step.text else [press("Delete")])]
    target = scene.target(step.field, f"{step.field}:")
    if target is not None:
        x, y = target.right + 50, target.centre[1]
        if scene.tries % 2:
            x, y = target.left + 20, target.bottom + (target.bottom - target.top)
        return f"I click beside {step.field!r} and type.", [
            mouse("click", min(x, scene.screen.width - 5), min(y, scene.screen.height - 5)),
            *keys,
        ]
    if any(isinstance(done, s.FillField) for done in scene.now.earlier[-1:]):
        return f"I see no label {step.field!r}; I take the next field.", [press("Tab"), *keys]
    return look_further(scene, step.field)


def press_keys(step: s.PressKeys, _: Scene) -> Deed:
    """Press a chord."""
    return f"I press {step.chord}.", [press(step.chord)] * max(1, min(step.times, 100))


def set_option(step: s.SetOption, scene: Scene) -> Deed:
    """Click the value where it is shown, else open what stands right of the option's label."""
    value = scene.target(step.value)
    option = scene.target(step.option)
    if value is not None and (scene.tries or option is None):
        return f"I choose {step.value!r}.", [click_on(value)]
    if option is not None:
        x, y = min(option.right + 60, scene.screen.width - 5), option.centre[1]
        if re.fullmatch(r"[-+\d.,% ]+", step.value):
            return f"I enter {step.value} beside {step.option!r}.", [
                mouse("click", x, y),
                press("Ctrl+a"),
                write(step.value),
                press("Tab"),
            ]
        return f"I open the choices beside {step.option!r}.", [mouse("click", x, y)]
    return look_further(scene, step.option)


def go_to_folder(step: s.GoToFolder, _: Scene) -> Deed:
    """Give the file manager a path."""
    return f"I go to {step.path}.", [press("Ctrl+l"), press("Ctrl+a"), write(step.path), press("Return")]


def new_folder(step: s.NewFolder, scene: Scene) -> Deed:
    """Make a folder by its key; the dialog's field has the focus."""
    first = [] if scene.sight.folder_dialog else [press("Ctrl+Shift+n")]
    return f"I make the folder {step.name}.", [*clear_launcher(scene), *first, press("Ctrl+a"), write(step.name), press("Return")]


def new_file(step: s.NewFile, scene: Scene) -> Deed:
    """Make an empty file by the menus, level by level."""
    if scene.sight.folder_dialog:
        return f"I give the name {step.name}.", [press("Ctrl+a"), write(step.name), press("Return")]
    for label in ("Empty File", "空文件", "Create Document", "创建文档", "File", "文件"):
        target = scene.target(label)
        if target is not None:
            return f"I choose {target.text!r} to make a file.", [click_on(target)]
    return look_further(scene, "Create Document")


def rename(step: s.Rename, scene: Scene) -> Deed:
    """Select an item, F2, new name."""
    keys = [press("Ctrl+a"), write(step.new), press("Return")]
    if scene.sight.folder_dialog or re.search(r"\brename\b .{0,60}\bto\b|重命名", scene.sight.prose):
        return f"The dialog for the name is open; I give {step.new}.", keys
    target = scene.target(step.old)
    if target is None:
        return look_further(scene, step.old)
    return f"I rename {step.old} to {step.new}.", [click_on(target), press("F2"), *keys]


def delete(step: s.Delete, scene: Scene) -> Deed:
    """Select an item and press Delete."""
    target = scene.target(step.label)
    if target is None:
        return look_further(scene, step.label)
    return f"I delete {step.label}.", [click_on(target), press("Delete")]


def put_item(step: s.PutItem, scene: Scene) -> Deed:
    """Copy or cut an item, go into the folder, paste, and come back."""
    target = scene.target(step.label)
    if target is None:
        return look_further(scene, step.label)
    take = [click_on(target), press("Ctrl+x" if step.move else "Ctrl+c")]
    folder = scene.target(step.folder) if not step.folder.startswith(("/", "~")) else None
    if folder is not None:
        go = [click_on(folder, "double"), wait(1)]
    else:
        path = step.folder if step.folder.startswith(("/", "~")) else f"~/{step.folder}"
        go = [press("Ctrl+l"), press("Ctrl+a"), write(path), press("Return"), wait(1)]
    return f"I {'move' if step.move else 'copy'} {step.label} into {step.folder}.", [*take, *go, press("Ctrl+v"), wait(1)]


def calculate(step: s.Calculate, scene: Scene) -> Deed:
    """Type the sum: a calculator's sign buttons are often misread.

    A button stays down for a quarter of a second after its key, and the same key is lost until then; so the sum is typed in
    pieces in which no sign occurs twice.
    """
    actions = [*clear_launcher(scene), *([press("Escape"), wait(_BUTTON_DOWN)] if scene.tries else [])]
    for piece in _pieces_without_repeats(_without_powers(step.signs)):
        actions.extend([write(piece), wait(_BUTTON_DOWN)])
    return f"I type the sum {step.signs}.", [*actions, press("Return")]


def _pieces_without_repeats(signs: str) -> list[str]:
    pieces = [""]
    for sign in signs[:200]:
        if sign in pieces[-1]:
            pieces.append("")
        pieces[-1] += sign
    return pieces


def _without_powers(signs: str) -> str:
    """`2^3` as `2*2*2`: plain calculators have no key for powers."""
    return re.sub(r"(?<![\d.)])(\d+(?:\.\d+)?)\^(\d)(?!\d)", lambda power: "*".join([power[1]] * int(power[2])) or "1", signs)


def run_command(step: s.RunCommand, scene: Scene) -> Deed:
    """Type the command and press Return: a pasted newline would not run it."""
    lines = step.command.split("\n")
    actions: list[Action] = clear_launcher(scene)
    if scene.tries:
        actions.append(press("Ctrl+c"))
    for line in lines:
        actions.extend([*([write(line)] if line else []), press("Return")])
    return f"I run {_short(step.command)}.", actions


def go_to(step: s.GoTo, _: Scene) -> Deed:
    """Give the browser an address."""
    return f"I go to {step.address}.", [press("Ctrl+l"), press("Ctrl+a"), write(step.address), press("Return"), wait(1)]


def submit(step: s.Submit, scene: Scene) -> Deed:
    """Press the form's button, or Return when none is read."""
    target = scene.target(*((step.button,) if step.button else ()), *_SUBMIT)
    if target is not None and target.score >= 0.8:
        return f"I press the button {target.text!r}.", [click_on(target), wait(0.5)]
    return "I see no button to send the form; I press Return.", [press("Return"), wait(0.5)]


def copy(step: s.Copy, scene: Scene) -> Deed:
    """Copy all that the window holds; a calculator copies its result, a terminal has its own keys."""
    if _is(scene, step.program, CALCULATOR):
        return "I copy the result.", [press("Ctrl+c")]
    if _is(scene, step.program, TERMINAL):
        return "I copy the terminal's text.", [press("Ctrl+Shift+a"), press("Ctrl+Shift+c")]
    return "I select everything and copy it.", [press("Ctrl+a"), press("Ctrl+c")]


def paste(step: s.Paste, scene: Scene) -> Deed:
    """Paste; a terminal has its own key."""
    if _is(scene, step.program, TERMINAL):
        return "I paste into the terminal.", [press("Ctrl+Shift+v")]
    return "I paste.", [*([_into_window(scene)] if scene.tries else []), press("Ctrl+v")]


def find_text(step: s.Find, _: Scene) -> Deed:
    """Search by the usual key."""
    return f"I search for {_short(step.text)}.", [press("Ctrl+f"), press("Ctrl+a"), write(step.text), press("Return")]


def replace(step: s.Replace, scene: Scene) -> Deed:
    """The dialog for replacing, then its fields by label, then its button for all; a tick may have to come before it."""
    second = scene.target("Replace with", "Replace with:", "替换为")
    if second is None:
        return "I open the dialog for replacing.", [press("Ctrl+r"), press("Ctrl+h")]
    fields = [
        mouse("click", min(second.right + 60, scene.screen.width - 5), second.centre[1]),
        press("Shift+Tab"),
        press("Ctrl+a"),
        write(step.old),
        press("Tab"),
        press("Ctrl+a"),
        write(step.new),
    ]
    buttons = [
        target for label in ("Replace All", "全部替换", "替换全部") for target in find(scene.screen, label) if target.whole
    ]
    if buttons:
        return "I fill in both texts and replace all.", [*fields, click_on(buttons[0]), press("Escape")]
    tick = next(iter(find(scene.screen, "Replace all in")), None)
    if tick is not None:
        return "I fill in both texts and tick that all are meant.", [*fields, click_on(tick)]
    return "I fill in both texts and press Return.", [*fields, press("Return")]


def scroll(step: s.Scroll, scene: Scene) -> Deed:
    """Turn the wheel over the middle of the screen."""
    x, y = scene.middle()
    notches = 100 if step.way in ("top", "bottom") else min(100, _PAGE * max(1, step.times))
    return f"I scroll {step.way}.", [mouse("scroll_up" if step.way in ("up", "top") else "scroll_down", x, y, repeat=notches)]


def scroll_to(step: s.ScrollTo, scene: Scene) -> Deed:
    """Scroll on until the text is read."""
    if scene.sight.has_label(step.text):
        return f"{step.text!r} is already in sight.", [wait(0.2)]
    x, y = scene.middle()
    return f"I scroll on, looking for {step.text!r}.", [mouse("scroll_down", x, y, repeat=_PAGE)]


def wait_seconds(step: s.WaitSeconds, _: Scene) -> Deed:
    """Wait."""
    return f"I wait {step.seconds} seconds.", [wait(min(step.seconds, 60))]


def wait_for(step: s.WaitFor, scene: Scene) -> Deed:
    """Wait a little; the evaluator looks again."""
    return f"I wait for {step.text!r}.", [wait(0.2 if scene.sight.has_label(step.text) else 3)]


def expect(step: s.Expect, _: Scene) -> Deed:
    """Nothing to do but look."""
    return f"I look for {step.text!r}.", [wait(0.5)]


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return repr(plain if len(plain) <= 60 else plain[:59] + "…")


__all__ = ["BROWSER"]
