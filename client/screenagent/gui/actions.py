"""The table of commands as Qt actions: text, keys, tooltip, picture."""

from __future__ import annotations

from html import escape

from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QWidget

from screenagent.gui import icons, style
from screenagent.gui.commands import COMMANDS, SWITCHES, Command
from screenagent.gui.words import Words

_ICONS = {
    "start": "play",
    "pause": "pause",
    "step": "step",
    "stop": "stop",
    "reload": "reload",
    "undo_changes": "undo",
    "restore_edit": "restore",
    "clear": "sweep",
    "pick_point": "aim",
    "marks": "marks",
}
_COLOURS = {"start": style.CARD, "stop": style.BAD}
_CHECKABLE = ("fit", "actual", "marks", *SWITCHES)


def make_actions(words: Words, window: QWidget) -> dict[str, QAction]:
    """An action for every command, by its name; the window hears their keys."""
    return {command.name: _action(words, command, window) for command in COMMANDS}


def native(keys: str) -> str:
    """A shortcut as the person's platform writes it."""
    return QKeySequence(keys).toString(QKeySequence.NativeText)


def spelt(command: Command) -> str:
    """The shortcuts of a command; Return and Enter count as one."""
    return ", ".join(native(keys) for keys in command.keys if not keys.endswith("Enter"))


def _action(words: Words, command: Command, window: QWidget) -> QAction:
    name = command.name
    action = QAction(words(name), window)
    action.setObjectName(name)
    action.setShortcuts([QKeySequence(each) for each in command.keys])
    tip = f"{words(f'tip.{name}')} ({spelt(command)})"
    action.setToolTip(f"<p>{escape(tip)}</p>")  # rich text, because only that wraps
    if name in _ICONS:
        action.setIcon(icons.icon(_ICONS[name], _COLOURS.get(name, style.TEXT)))
    if name in _CHECKABLE:
        action.setCheckable(True)
        action.setChecked(name in ("fit", "marks"))
    window.addAction(action)
    return action
