"""What the screen shows: texts, windows, questions. Evidence from read text alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from ..screen import Line, ScreenText
from .folding import contains, fold, lookalike, squash
from .ground import find, in_panel
from .programs import is_title_of, known

_OVERWRITE = re.compile(
    r"already ?exists|do you want to (?:replace|overwrite)|overwrite it|已存在|已经存在|是否(?:替换|覆盖)|要替换"
)
_UNSAVED = re.compile(
    r"save (?:the )?changes|changes (?:to|in) .{0,60}before clos|will be (?:permanently )?lost|unsaved changes|"
    r"保存(?:更改|修改)|未保存"
)
_PASTE = re.compile(r"unsafe ?paste|potentially unsafe")
_DELETE = re.compile(r"are you sure|permanently delete|确定要.{0,12}删除|永久删除|move .{0,80} to (?:the )?trash\?")
_RELOAD = re.compile(r"modified externally|changed on disk")
_LAUNCHER = re.compile(r"application ?finder|run program|应用程序查找|运行程序")
_SAVE_DIALOG = re.compile(r"^(?:\W|\w )?\s*(?:save as|save file|save|另存为|保存文件)\s*(?:\W|\w)?$")
_FOLDER_DIALOG = re.compile(r"create (?:a )?new folder|enter (?:a new|the) name|新建文件夹|创建新文件夹")
_OPEN_DIALOG = re.compile(r"^(?:open file|open files|打开文件)$")
_TROUBLE = re.compile(
    r"command not found|no such file or directory|permission denied|failed to "
    r"\w+|could not|cannot \w+|unable to|syntax error|not a directory|"
    r"file exists|未找到命令|没有那个文件|没有此文件|权限不够|无法|失败|not found|malformed|error opening"
)
_MENU_WORDS = 3


@dataclass(frozen=True)
class Sight:
    """A screen's text with the questions that actors and judges ask of it."""

    screen: ScreenText

    @cached_property
    def text(self) -> str:
        """All that is read, through `lookalike`, in reading order."""
        return "".join(lookalike(line.text) for line in self.screen.lines)

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """Every line, folded."""
        return tuple(fold(line.text) for line in self.screen.lines)

    @cached_property
    def prose(self) -> str:
        """All lines, folded, with a space between: a question may run over two lines."""
        return " ".join(self.folded)

    def shows(self, text: str) -> float:
        """How much of a text is on the screen, 0 to 1, allowing reading slips; a long text is looked for in pieces."""
        pieces = _pieces(text)
        if not pieces:
            return 1.0
        return sum(contains(piece, self.text) for piece in pieces) / len(pieces)

    def has_label(self, label: str) -> bool:
        """Whether the label stands on the screen, as a label or inside a line."""
        return any(target.score >= 0.6 - 0.2 for target in find(self.screen, label)) or (
            len(squash(label)) >= 5 and self.shows(label) > 0.99
        )

    def has_window(self, program: str) -> bool:
        """Whether a title or task button names the program. A launcher's or menu's own list of programs is none."""
        lines = [line for line in self.screen.lines if is_title_of(program, line.text)]
        if any(in_panel(line.top, line.bottom, self.screen) for line in lines) and not self.launcher_open:
            return True
        if self.launcher_open:
            lines = [line for line in lines if " - " in line.text or "–" in line.text]
        if self.menu_open:
            lines = [line for line in lines if " - " in line.text]
        return bool(lines) or self._has_menus(program)

    def _has_menus(self, program: str) -> bool:
        kind = known(program)
        if kind is None or not kind.menus:
            return False
        return any(all(re.search(rf"\b{menu.casefold()}\b", line) for menu in kind.menus) for line in self.folded)

    def titles(self, name: str) -> list[Line]:
        """Lines that may be window titles or task buttons holding `name`."""
        wanted = lookalike(name)
        stem = wanted[:12]
        out = []
        for line in self.screen.lines:
            text = lookalike(line.text)
            titled = " - " in line.text or "–" in line.text or in_panel(line.top, line.bottom, self.screen)
            if titled and (wanted in text or contains(wanted, text, 86.0) or (".." in line.text and stem in text)):
                out.append(line)
        return out

    @cached_property
    def launcher_open(self) -> bool:
        """Whether a launcher's window is in the way."""
        return any(_LAUNCHER.search(line) for line in self.folded)

    @cached_property
    def menu_open(self) -> bool:
        """Whether a list of programs hangs open: several names of programs, one below the other."""
        columns: dict[int, int] = {}
        for line in self.screen.lines:
            if not in_panel(line.top, line.bottom, self.screen) and known(line.text) is not None:
                columns[line.left // 12] = columns.get(line.left // 12, 0) + 1
        return any(columns.get(at, 0) + columns.get(at + 1, 0) >= _MENU_WORDS for at in columns)

    @cached_property
    def save_dialog(self) -> bool:
        """Whether a dialog asks for a file's name."""
        titled = any(_SAVE_DIALOG.match(line) for line in self.folded)
        buttons = bool(find(self.screen, "Cancel") or find(self.screen, "取消"))
        named = any(re.match(r"(?:\W*)(?:name|名称|文件名)\W*", line) for line in self.folded)
        return buttons and (titled or named) and not self.folder_dialog

    @cached_property
    def folder_dialog(self) -> bool:
        """Whether a dialog asks for a folder's name or an item's new name."""
        return any(_FOLDER_DIALOG.search(line) for line in self.folded)

    @cached_property
    def asks_overwrite(self) -> bool:
        """Whether a dialog asks to replace a file."""
        return _OVERWRITE.search(self.prose) is not None

    @cached_property
    def asks_to_save(self) -> bool:
        """Whether a dialog asks about unsaved changes."""
        return _UNSAVED.search(self.prose) is not None

    @cached_property
    def asks_to_paste(self) -> bool:
        """Whether a terminal asks before it pastes."""
        return _PASTE.search(self.prose) is not None

    @cached_property
    def asks_to_delete(self) -> bool:
        """Whether a dialog asks before it deletes."""
        return _DELETE.search(self.prose) is not None

    @cached_property
    def trouble(self) -> str:
        """A line that reports a failure, or ""."""
        for line, text in zip(self.screen.lines, self.folded, strict=True):
            if _TROUBLE.search(text):
                return line.text.strip()
        return ""


def _pieces(text: str) -> list[str]:
    """A text cut into at most 24 comparable pieces: its lines, long ones every 32 characters."""
    out: list[str] = []
    for line in text.splitlines():
        plain = lookalike(line)
        out.extend(plain[at : at + 32] for at in range(0, min(len(plain), 800), 32))
        if len(out) >= 24:
            break
    return [piece for piece in out if piece][:24]
