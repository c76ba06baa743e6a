"""Judgements on what happens inside a window."""

from __future__ import annotations

import re
from fractions import Fraction
from statistics import median

from . import steps as s
from .folding import contains, fold, lookalike, squash
from .judging import STAGES, TRIES, Judgement, View, bad, good, hopeless
from .meaning import front
from .programs import BROWSER, known
from .rows import rows
from .sums import value

_PROMPT = re.compile(r"^\S{0,60}[$#%>]\s*$|^\S+@\S+[:~].{0,60}[$#]\s*$")
_PAGE_ERROR = re.compile(
    r"not found|unable to (?:load|connect)|could ?n[o']t (?:be )?(?:resolve|"
    r"load|connect|found)|error (?:fetching|loading)|file not found|找不到|"
    r"无法(?:访问|连接|打开)",
    re.IGNORECASE,
)


def typed(step: s.TypeText, view: View) -> Judgement:
    """The text is on the screen; a long one may have scrolled away in part."""
    share = view.sight.shows(step.text)
    if share >= (0.99 if len(step.text) < 30 else 0.6):
        return good("The typed text is on the screen.")
    if len(squash(step.text)) < 3 and not view.first:
        return good("So short a text is hard to find on the screen; it was typed twice, I go on.")
    if share > 0 and (view.changed or not view.first) and len(step.text) >= 30:
        return good(f"About {share:.0%} of the text is in sight; the rest is out of sight or misread.")
    if _is_masked(step.text, view):
        return good("The screen shows dots where the text went, as for a password.")
    return bad(view, "The typed text is not on the screen.", f"Click into the window and type {step.text[:60]!r} again.")


def _is_masked(text: str, view: View) -> bool:
    return any(
        re.fullmatch(r"[•●*·]+", line.text.strip()) and len(line.text.strip()) >= max(3, len(text) - 2)
        for line in view.screen.lines
    )


def filled(step: s.FillField, view: View) -> Judgement:
    """The field's text is on the screen."""
    if not step.text or view.sight.shows(step.text) > 0.9 or _is_masked(step.text, view):
        return good(f"The screen shows what belongs into {step.field}.")
    return bad(view, f"{step.text!r} is not on the screen.", f"Click into the field {step.field!r} and type {step.text!r}.")


def pressed(step: s.PressKeys, view: View) -> Judgement:
    """A key leaves no certain trace; what the next sub-task needs is looked for."""
    if view.changed or view.next_label_shown:
        return good(f"The screen changed after {step.chord}.")
    return good(f"{step.chord} was pressed; the screen's text shows no change, and gives no evidence either way.")


def clicked(step: s.Click, view: View) -> Judgement:
    """What should come next is in sight, or something changed."""
    if view.next_label_shown:
        return good("What the next sub-task needs is in sight.")
    if view.changed:
        return good(f"The screen changed after the click on {step.label!r}.")
    if not view.sight.has_label(step.label):
        return bad(view, f"{step.label!r} is not on the screen.", f"Look for {step.label!r}: scroll, or open what holds it.")
    if not view.first:
        return good(f"{step.label!r} was clicked; text alone shows no effect, which is usual for check boxes and pictures.")
    return bad(view, "Nothing changed on the screen.", f"Click {step.label!r} again, or another place with that name.")


def followed(step: s.FollowLink, view: View) -> Judgement:
    """The page changed and reports no error."""
    trouble = _page_error(view)
    if trouble and view.changed:
        return hopeless(f"The page says: {trouble}", f"The link {step.label!r} leads to an error: {trouble}")
    if view.next_label_shown and view.changed:
        return good("What the next sub-task needs is in sight.")
    if view.changed and _large(view):
        return good(f"The page changed after the link {step.label!r}.")
    if not view.sight.has_label(step.label):
        if view.changed:
            return good(f"The link {step.label!r} is gone: another page is shown.")
        return bad(view, f"No link {step.label!r} is in sight.", f"Scroll to the link {step.label!r}.")
    return bad(view, "The page did not change.", f"Click the link {step.label!r}.")


def _large(view: View) -> bool:
    box = view.screen.changed
    return box is not None and (box[2] - box[0]) * (box[3] - box[1]) >= 20_000


def _page_error(view: View) -> str:
    return next((line.text for line in view.screen.lines if _PAGE_ERROR.search(line.text) and len(line.text) < 120), "")


def item_open(step: s.OpenItem, view: View) -> Judgement:
    """A title or path shows the name."""
    name = step.label.rstrip("/").split("/")[-1]
    if view.sight.titles(name):
        return good(f"A title shows {name}.")
    if view.changed and (view.next_label_shown or _large(view)):
        return good(f"The window changed after {name} was opened.")
    return bad(view, f"No title shows {name}.", f"Open {name!r} by a double click.")


def in_folder(step: s.GoToFolder, view: View) -> Judgement:
    """A title or the path bar shows the folder."""
    name = step.path.rstrip("/").split("/")[-1]
    if name in ("~", "") or view.sight.titles(name) or contains(lookalike(name), view.sight.text):
        return good(f"The file manager shows {step.path}.")
    return bad(view, f"Nothing shows {name}.", f"Go to the folder {step.path!r}.")


def item_made(step: s.NewFolder | s.NewFile, view: View) -> Judgement:
    """The new name is a label, and no dialog is open."""
    tries = STAGES if isinstance(step, s.NewFile) else TRIES
    if view.sight.folder_dialog:
        exists = "exist" in view.sight.prose
        advice = f"An item {step.name!r} exists already." if exists else f"Give the name {step.name!r} and press Return."
        return (
            hopeless("The dialog says that the name exists.", advice)
            if exists
            else bad(view, "The dialog is still open.", advice, tries)
        )
    if view.sight.has_label(step.name):
        return good(f"{step.name} is in the window.")
    return bad(view, f"{step.name} is not in the window.", f"Make {step.name!r} again.", tries)


def renamed(step: s.Rename, view: View) -> Judgement:
    """The new name is shown and the old one is not."""
    if view.sight.has_label(step.new):
        whole = [line for line in view.screen.lines if squash(line.text) == squash(step.old)]
        if not whole or squash(step.old) in squash(step.new) or not view.first:
            return good(f"{step.new} is in the window.")
        return bad(view, f"{step.old} is still in the window.", f"Rename {step.old!r} to {step.new!r}.")
    return bad(view, f"{step.new} is not in the window.", f"Rename {step.old!r} to {step.new!r}.")


def deleted(step: s.Delete, view: View) -> Judgement:
    """No label carries the name."""
    if any(squash(line.text) == squash(step.label) for line in view.screen.lines):
        return bad(view, f"{step.label} is still in the window.", f"Select {step.label!r} and press Delete.")
    return good(f"{step.label} is no longer in the window.")


def item_put(step: s.PutItem, view: View) -> Judgement:
    """The folder is shown and holds the item."""
    if view.sight.has_label(step.label):
        return good(f"{step.label} is in the folder shown.")
    return bad(view, f"{step.label} is not in sight.", f"Copy {step.label!r} into {step.folder!r} again.")


def calculated(step: s.Calculate, view: View) -> Judgement:
    """The result is shown as a number of its own, larger than the buttons' digits when it is a single digit."""
    result = value(step.signs)
    if result is None:
        return good("The sum was typed; its result is beyond my own arithmetic.")
    if _shows_number(result, view):
        return good(f"The result {_decimal(result)} is shown.")
    return bad(view, f"The result {_decimal(result)} is not shown.", f"Clear the calculator and type {step.signs} again.")


def _shows_number(result: Fraction, view: View) -> bool:
    heights = [line.height for line in view.screen.lines] or [1]
    tall = 1.5 * median(heights)
    short = len(_decimal(result)) <= 1
    for line in view.screen.lines:
        for number in re.findall(r"[-−–]?\d[\d,.' ]*(?:e[+-]?\d+)?", fold(line.text)):
            if _equals(number, result) and (not short or line.height >= tall):
                return True
    return False


def _equals(text: str, result: Fraction) -> bool:
    plain = re.sub(r"[ ']", "", text).replace("−", "-").replace("–", "-").rstrip(".,")
    readings = {plain.replace(",", ""), plain.replace(".", "").replace(",", "."), plain}
    for reading in readings:
        try:
            shown = float(reading)
        except ValueError:
            continue
        exact = float(result)
        if abs(shown - exact) <= 1e-6 * max(1.0, abs(exact)) and (
            result.denominator != 1 or shown == exact or abs(exact) > 10**9
        ):
            return True
    return False


def _decimal(result: Fraction) -> str:
    return str(result.numerator) if result.denominator == 1 else f"{float(result):.10g}"


def command_run(step: s.RunCommand, view: View) -> Judgement:
    """The expected output is shown apart from the command itself; without one, a prompt follows the command."""
    command = lookalike(step.command)
    after = _after_command(command, view)
    complaint = next(
        (
            text
            for text in after
            if re.search(r"not found|no such file|permission denied|syntax error|未找到|没有那个", fold(text))
        ),
        "",
    )
    expected = step.expect or _echoed(step.command)
    if expected:
        wanted = lookalike(expected)
        if contains(wanted, "".join(lookalike(text) for text in after)):
            return good(f"The terminal shows {expected[:60]!r} after the command.")
        if complaint:
            return hopeless(f"The terminal says: {complaint}", f"The command fails: {complaint}")
        return bad(view, f"{expected[:60]!r} is not shown after the command.", "Run the command again.")
    if complaint:
        return hopeless(f"The terminal says: {complaint}", f"The command fails: {complaint}")
    if after:
        return good("The terminal shows the command and what follows it.")
    if re.match(r"\s*(?:clear|reset|exit|logout)\b", step.command):
        return good("The command empties or closes the terminal.")
    if view.sight.shows(step.command) >= 0.6 and not view.first:
        return good("The command is in the terminal.")
    return bad(view, "The command is not in the terminal.", f"Run {step.command[:60]!r} in the terminal.")


def _after_command(command: str, view: View) -> list[str]:
    """The lines below the last line that shows the command (or its end, when it was wrapped)."""
    lines = rows(view.screen.lines)
    tail = command[-24:]
    at = [
        index
        for index, line in enumerate(lines)
        if contains(command[:40], lookalike(line.text)) or (len(tail) > 8 and tail in lookalike(line.text))
    ]
    at = [index for index in at if not _PROMPT.match(lines[index].text)]
    prompted = [index for index in at if re.search(r"[$#%>]", lines[index].text)] or at
    if not prompted:
        return []
    start = lines[prompted[-1]]
    return [
        line.text
        for line in lines
        if line.top >= start.bottom - start.height // 3 and line.left <= start.left + view.screen.width // 2
    ]


def _echoed(command: str) -> str:
    """What a plain echo prints."""
    found = re.fullmatch(r"\s*echo\s+(?:'([^']*)'|\"([^\"$`\\]*)\"|([^'\"$`\\|<>&;*?~]+))\s*", command)
    return next((group for group in found.groups() if group), "") if found else ""


def page_shown(step: s.GoTo, view: View) -> Judgement:
    """The address is in the address bar and the page reports no error."""
    trouble = _page_error(view)
    address = re.sub(r"^\w+:/*", "", step.address).rstrip("/")
    if trouble:
        return bad(view, f"The page says: {trouble}", f"The address could not be shown: {trouble}")
    if contains(lookalike(address), view.sight.text, 84.0) or contains(lookalike(address[-20:]), view.sight.text):
        return good("The browser shows the address.")
    if view.changed and not view.first:
        return good("The page changed; I cannot read the address.")
    return bad(view, "The browser does not show the address.", f"Go to {step.address!r}.")


def submitted(step: s.Submit, view: View) -> Judgement:
    """Something changed."""
    if view.changed:
        return good("The page changed after the form was sent.")
    return bad(view, "Nothing changed.", f"Press the button {step.button or 'that sends the form'!r}.")


def option_set(step: s.SetOption, view: View) -> Judgement:
    """The value stands in the option's row; a list that hangs open shows other values too."""
    values = [line for line in view.screen.lines if contains(lookalike(step.value), lookalike(line.text))]
    options = [line for line in view.screen.lines if contains(lookalike(step.option), lookalike(line.text))]
    for option in options:
        for chosen in values:
            if abs(chosen.centre[1] - option.centre[1]) <= max(option.height, 12) and (chosen is not option):
                return good(f"{step.value} stands beside {step.option}.")
    if values and not view.first and view.changed:
        return good(f"{step.value} is shown.")
    return bad(view, f"{step.value} does not stand beside {step.option}.", f"Choose {step.value!r} for {step.option!r}.")


def pasted(step: s.Paste, view: View) -> Judgement:
    """What an earlier sum gave is shown; for a single digit, as for anything unknown, any change counts."""
    sums = [value(done.signs) for done in view.now.earlier if isinstance(done, s.Calculate)]
    if sums and sums[-1] is not None:
        short = len(_decimal(sums[-1])) <= 1 and view.changed
        return (
            good("The copied result is shown.")
            if _shows_number(sums[-1], view) or short
            else bad(view, "The result is not shown.", "Paste again.")
        )
    texts = [done.text for done in view.now.earlier if isinstance(done, s.TypeText)]
    if texts:
        return (
            good("The copied text is shown.")
            if view.sight.shows(texts[-1]) > 0.6
            else bad(view, "The text is not shown.", "Paste again.")
        )
    return (
        good("The screen changed after pasting.")
        if view.changed
        else bad(view, "Nothing changed.", f"Paste into {step.program or 'the window'}.")
    )


def unseen(_: s.Copy, __: View) -> Judgement:
    """A copy leaves no trace on the screen."""
    return good("Copying leaves no trace on the screen; pasting will show whether it worked.")


def found(step: s.Find, view: View) -> Judgement:
    """The text is on the screen."""
    if view.sight.shows(step.text) > 0.9:
        return good("The text searched for is on the screen.")
    return bad(view, "The text searched for is not on the screen.", f"Search for {step.text!r}.")


def replaced(step: s.Replace, view: View) -> Judgement:
    """The new text is shown, the old one is not, and no dialog for replacing is open."""
    if view.sight.has_label("Replace with") or view.sight.has_label("替换为"):
        return bad(view, "The dialog for replacing is open.", f"Fill in {step.old!r} and {step.new!r} and replace all.", STAGES)
    old = any(squash(step.old) in squash(line.text) for line in view.screen.lines)
    if view.sight.shows(step.new) > 0.9 and (not old or squash(step.old) in squash(step.new)):
        return good("The new text is shown and the old one is not.")
    return bad(view, "The old text is still shown.", f"Replace {step.old!r} with {step.new!r} everywhere.")


def scrolled(step: s.Scroll, view: View) -> Judgement:
    """A change, or none at the end of the page."""
    if view.changed:
        return good(f"The content moved after scrolling {step.way}.")
    return good("Nothing moved: the end may have been in sight already; text gives no evidence either way.")


def text_shown(step: s.ScrollTo | s.WaitFor | s.Expect, view: View) -> Judgement:
    """The text is on the screen."""
    if view.sight.has_label(step.text) or view.sight.shows(step.text) > 0.9:
        return good(f"{step.text[:60]!r} is on the screen.")
    return bad(view, f"{step.text[:60]!r} is not on the screen.", f"Look again for {step.text[:60]!r}.")


def waited(step: s.WaitSeconds, _: View) -> Judgement:
    """Time has passed."""
    return good(f"{step.seconds} seconds have passed.")


def in_browser(view: View) -> bool:
    """Whether the browser should be in front."""
    kind = known(front(view.now))
    return kind is not None and kind.key == BROWSER
