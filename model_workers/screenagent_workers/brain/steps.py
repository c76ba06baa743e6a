"""The kinds of sub-task: frozen values. `sentences` turns them into a sentence and back.

`program` is always a name as a person would say it; "" means the window in front.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class OpenProgram:
    """Start a program by the launcher, or from a menu where the launcher did not find it."""

    program: str
    from_menu: bool = False


@dataclass(frozen=True)
class SwitchTo:
    """Bring a window that is already open to the front."""

    program: str


@dataclass(frozen=True)
class CloseWindow:
    """Close a window; a question about unsaved changes is answered with Save, or Don't save when `discard`."""

    program: str = ""
    discard: bool = False


@dataclass(frozen=True)
class TypeText:
    """Type text where the keyboard writes; a newline is Return."""

    text: str
    program: str = ""


@dataclass(frozen=True)
class FillField:
    """Replace what the field beside the label `field` holds."""

    field: str
    text: str


@dataclass(frozen=True)
class PressKeys:
    """Press a chord such as `Ctrl+s`."""

    chord: str
    times: int = 1


@dataclass(frozen=True)
class Click:
    """Click on a label; `how` is click, double, right or middle."""

    label: str
    how: str = "click"


@dataclass(frozen=True)
class SetOption:
    """Choose or enter a value beside a label of a settings page or form."""

    option: str
    value: str


@dataclass(frozen=True)
class SaveAs:
    """Save the document under a name, in a folder when one is named."""

    name: str
    folder: str = ""


@dataclass(frozen=True)
class Save:
    """Save a document that has a name."""

    name: str = ""


@dataclass(frozen=True)
class OpenFile:
    """Open a file by its name in the program in front (Ctrl+O)."""

    name: str


@dataclass(frozen=True)
class OpenItem:
    """Open a file, folder or link that the window shows, by its label."""

    label: str


@dataclass(frozen=True)
class GoToFolder:
    """Show a folder in the file manager, by its path."""

    path: str


@dataclass(frozen=True)
class NewFolder:
    """Make a folder in the file manager's folder."""

    name: str


@dataclass(frozen=True)
class NewFile:
    """Make an empty file in the file manager's folder."""

    name: str


@dataclass(frozen=True)
class Rename:
    """Rename an item of the file manager's folder."""

    old: str
    new: str


@dataclass(frozen=True)
class Delete:
    """Move an item of the file manager's folder to the bin."""

    label: str


@dataclass(frozen=True)
class PutItem:
    """Copy or move an item of the file manager's folder into a folder beside it."""

    label: str
    folder: str
    move: bool = False


@dataclass(frozen=True)
class Calculate:
    """Have the calculator work out a sum written in signs."""

    signs: str


@dataclass(frozen=True)
class RunCommand:
    """Run a command in the terminal; `expect` is text that its output should hold."""

    command: str
    expect: str = ""


@dataclass(frozen=True)
class GoTo:
    """Show an address in the web browser."""

    address: str


@dataclass(frozen=True)
class FollowLink:
    """Follow a link of the page shown."""

    label: str


@dataclass(frozen=True)
class Submit:
    """Send the form in front."""

    button: str = ""


@dataclass(frozen=True)
class Copy:
    """Copy what the front window holds: its whole text, or the calculator's result."""

    program: str = ""


@dataclass(frozen=True)
class Paste:
    """Paste the clipboard where the keyboard writes."""

    program: str = ""


@dataclass(frozen=True)
class Find:
    """Search for text in the document or page in front."""

    text: str


@dataclass(frozen=True)
class Replace:
    """Replace every occurrence of a text in the document in front."""

    old: str
    new: str


@dataclass(frozen=True)
class Scroll:
    """Scroll the window in front; `until` is up, down, top or bottom."""

    way: str
    times: int = 1


@dataclass(frozen=True)
class ScrollTo:
    """Scroll until a text is shown."""

    text: str


@dataclass(frozen=True)
class WaitSeconds:
    """Let time pass."""

    seconds: int


@dataclass(frozen=True)
class WaitFor:
    """Wait until a text is shown."""

    text: str


@dataclass(frozen=True)
class Expect:
    """Do nothing: a text should be on the screen."""

    text: str


Step = (
    OpenProgram | SwitchTo | CloseWindow | TypeText | FillField | PressKeys | Click | SetOption | SaveAs | Save
    | OpenFile | OpenItem | GoToFolder | NewFolder | NewFile | Rename | Delete | PutItem | Calculate | RunCommand | GoTo
    | FollowLink | Submit | Copy | Paste | Find | Replace | Scroll | ScrollTo | WaitSeconds | WaitFor | Expect
)  # fmt: skip
