"""What a clause asks for, before anything is known of where it happens. Both grammars speak in these values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Open:
    """Open something; `kind` is program, file, folder, link, address, menu, page, or "" where the words do not say."""

    what: str
    kind: str = ""


@dataclass(frozen=True)
class Use:
    """What follows happens in this program."""

    program: str


@dataclass(frozen=True)
class Switch:
    """Go back to a window that is open."""

    program: str


@dataclass(frozen=True)
class Type:
    """Write a text; `field` names where, when it is a field."""

    text: str
    field: str = ""


@dataclass(frozen=True)
class Press:
    """Press a key or a button; `button` when the words say which."""

    what: str
    times: int = 1
    button: bool = False


@dataclass(frozen=True)
class ClickOn:
    """Click a label."""

    label: str
    how: str = "click"
    link: bool = False


@dataclass(frozen=True)
class Choose:
    """Choose along menus."""

    path: tuple[str, ...]


@dataclass(frozen=True)
class SetTo:
    """Give an option, or a field, a value."""

    option: str
    value: str


@dataclass(frozen=True)
class SaveIt:
    """Save, under a name and in a folder when they are given."""

    name: str = ""
    folder: str = ""


@dataclass(frozen=True)
class NameIt:
    """Give a name to what was made or saved just before."""

    name: str


@dataclass(frozen=True)
class CloseIt:
    """Close a program or the window in front."""

    what: str = ""
    discard: bool = False


@dataclass(frozen=True)
class Make:
    """Make a folder, a file or a new document (`kind`)."""

    kind: str
    names: tuple[str, ...] = ()
    folder: str = ""
    content: str | None = None


@dataclass(frozen=True)
class RenameIt:
    """Rename; an empty `old` means what was made last."""

    old: str
    new: str


@dataclass(frozen=True)
class DeleteIt:
    """Delete a file or folder; "" means the text."""

    what: str


@dataclass(frozen=True)
class CopyIt:
    """Copy text or a result."""


@dataclass(frozen=True)
class PasteIt:
    """Paste."""


@dataclass(frozen=True)
class PutIn:
    """Copy or move a file into a folder."""

    what: str
    folder: str
    move: bool = False


@dataclass(frozen=True)
class Sum:
    """Work out a sum in signs."""

    signs: str


@dataclass(frozen=True)
class Run:
    """Run a command; "" means the one typed just before."""

    command: str
    expect: str = ""


@dataclass(frozen=True)
class Wish:
    """In a terminal the command for it; what the words mean anywhere else is `otherwise`."""

    command: str
    otherwise: tuple[Intent, ...]


@dataclass(frozen=True)
class Visit:
    """Go to an address, a folder, a page or a program."""

    where: str


@dataclass(frozen=True)
class SubmitIt:
    """Send a form."""

    button: str = ""


@dataclass(frozen=True)
class Keys:
    """A command that everybody knows by its keys."""

    chord: str


@dataclass(frozen=True)
class FindIt:
    """Search."""

    text: str


@dataclass(frozen=True)
class ReplaceIt:
    """Replace a text by another."""

    old: str
    new: str


@dataclass(frozen=True)
class ScrollIt:
    """Scroll."""

    way: str
    times: int = 1


@dataclass(frozen=True)
class ScrollUntil:
    """Scroll until a text is shown."""

    text: str


@dataclass(frozen=True)
class Pause:
    """Let time pass."""

    seconds: int


@dataclass(frozen=True)
class Await:
    """Wait for a text."""

    text: str


@dataclass(frozen=True)
class See:
    """A text should be shown; with `of_command` it is what the last command should print."""

    text: str


@dataclass(frozen=True)
class Unknown:
    """Words that no rule understands."""

    clause: str


Intent = (
    Open | Use | Switch | Type | Press | ClickOn | Choose | SetTo | SaveIt | NameIt | CloseIt | Make | RenameIt | DeleteIt
    | CopyIt | PasteIt | PutIn | Sum | Run | Visit | SubmitIt | Keys | FindIt | ReplaceIt | ScrollIt | ScrollUntil | Pause
    | Await | See | Unknown | Wish
)  # fmt: skip
