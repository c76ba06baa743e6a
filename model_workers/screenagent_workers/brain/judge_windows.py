"""Judgements on windows, files and the questions that programs ask."""

from __future__ import annotations

from . import steps as s
from .folding import fold, lookalike
from .ground import in_panel
from .judging import Judgement, View, bad, good, hopeless
from .programs import is_title_of


def open_question(view: View) -> Judgement | None:
    """A dialog that waits for an answer to this sub-task."""
    step, sight = view.now.steps[-1], view.sight
    if sight.asks_overwrite and isinstance(step, s.SaveAs | s.Save):
        return bad(view, "A dialog asks whether to replace a file.", "Confirm the dialog: the file may be replaced.")
    if sight.asks_to_save and isinstance(step, s.CloseWindow):
        return bad(view, "A dialog asks about unsaved changes.", "Answer the question about unsaved changes.")
    if sight.asks_to_paste:
        return bad(view, "The terminal asks before it pastes.", "Confirm with the button Paste.")
    if sight.asks_to_delete and isinstance(step, s.Delete):
        return bad(view, "The file manager asks before it deletes.", "Confirm the deletion.")
    return None


def opened(step: s.OpenProgram, view: View) -> Judgement:
    """A title, task button or menu bar names the program."""
    if view.sight.has_window(step.program):
        return good(f"A window of {step.program} is open.")
    if view.sight.launcher_open:
        return bad(
            view, "The launcher is still open.", f"The launcher found no program {step.program!r}: use another name or the menu."
        )
    if view.sight.menu_open:
        return bad(view, "A menu of programs is open.", f"Choose {step.program!r} from the open menu.")
    return bad(
        view, f"No window names {step.program}.", f"The program {step.program!r} did not open: wait, or start it another way."
    )


def switched(step: s.SwitchTo, view: View) -> Judgement:
    """A title outside the panel names the program: reading cannot tell which window has the focus."""
    lines = [line for line in view.screen.lines if is_title_of(step.program, line.text)]
    if any(not in_panel(line.top, line.bottom, view.screen) for line in lines):
        return good(f"The title of {step.program} is in sight; text alone cannot tell which window has the focus.")
    if lines and not view.first:
        return good(f"Only the task bar names {step.program}; I take it to be in front.")
    return bad(view, f"No title of {step.program} is in sight.", f"Bring the window of {step.program!r} to the front.")


def closed(step: s.CloseWindow, view: View) -> Judgement:
    """No title names the program any more. Without a name, any change counts."""
    if not step.program:
        if view.changed or not view.first:
            return good("The screen changed after the window was closed.")
        return bad(view, "Nothing changed on the screen.", "Close the window in front.")
    if not view.sight.has_window(step.program):
        return good(f"No window of {step.program} is left.")
    twice = sum(isinstance(done, s.OpenProgram) and done.program == step.program for done in view.now.earlier) > 1
    if twice and view.changed:
        return good(f"One window of {step.program} is closed; another is left.")
    return bad(view, f"A window of {step.program} is still open.", f"Close the window of {step.program!r}.")


def saved_as(step: s.SaveAs, view: View) -> Judgement:
    """A title holds the file's name, no star before it, and no dialog waits."""
    name = step.name.rstrip("/").split("/")[-1]
    titles = view.sight.titles(name)
    trouble = view.sight.trouble
    if view.sight.save_dialog and not _settled(name, view):
        if trouble:
            return bad(view, f"The dialog for saving reports: {trouble}", f"Give a name and folder that exist: {trouble}")
        return bad(view, "The dialog for saving is still open.", f"Give the name {name!r} and press Return.")
    if any(_starred(line.text, name) for line in titles):
        return bad(view, f"The title shows {name} with a star: it is not saved.", "Save the document.")
    if titles:
        return good(f"The title shows {name} without a star: it is saved.")
    if view.sight.has_label(name) and not view.first:
        return good(f"{name} is on the screen and no dialog is open; I take it to be saved.")
    return bad(view, f"No title shows {name}.", f"Save the document as {name!r}.")


def _settled(name: str, view: View) -> bool:
    """A title bar elsewhere shows the name as a document's: a menu read as a dialog must not hide it."""
    return (
        any(" - " in line.text and not _starred(line.text, name) for line in view.sight.titles(name)) and not view.sight.trouble
    )


def _starred(text: str, name: str) -> bool:
    plain = fold(text)
    at = plain.find(fold(name)[:6])
    head = plain[:at] if at >= 0 else plain
    before = head.split(" - ")[-1].split(" ")[-1] if at >= 0 else head[:2]
    return "*" in before or "＊" in before


def saved(step: s.Save, view: View) -> Judgement:
    """No star before a title, no dialog."""
    if view.sight.save_dialog:
        return bad(view, "A dialog asks for a name.", "Give the document a name and press Return.")
    starred = [line.text for line in view.screen.lines if line.text.strip().startswith("*") and " - " in line.text]
    if starred:
        return bad(view, f"The title {starred[0]!r} has a star: not saved.", "Save the document.")
    if step.name and not view.sight.titles(step.name):
        return bad(view, f"No title shows {step.name}.", f"Save the document as {step.name!r}.")
    return good("No title has a star and no dialog is open.")


def file_open(step: s.OpenFile, view: View) -> Judgement:
    """A title shows the file's name."""
    name = step.name.rstrip("/").split("/")[-1]
    if view.sight.titles(name):
        return good(f"A title shows {name}.")
    if view.sight.trouble and lookalike(name) in lookalike(view.sight.prose):
        return hopeless(
            f"The program reports: {view.sight.trouble}", f"The file {name!r} could not be opened: {view.sight.trouble}"
        )
    return bad(view, f"No title shows {name}.", f"Open the file {name!r}.")
