"""Where instructions take place: programs opened and in front, files, folders, addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from . import intents as i
from . import steps as s
from .intents import Intent
from .programs import BROWSER, EDITOR, FILES, SETTINGS, TERMINAL, bare_name, by_key, known
from .settings_pages import page_of
from .shell_words import shell_word
from .steps import Step

ADDRESS = re.compile(
    r"^(?:(?:https?|file|ftp|about|data):\S+|(?:www\.)[\w-]+\.\S+|localhost(?::\d+)?(?:/\S*)?|"
    r"[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|edu|gov|io|dev|cn|de|uk|html?)(?:[/:?#]\S*)?|"
    r"/\S+\.html?)$",
    re.IGNORECASE,
)
FILE = re.compile(r"^[^\\/:*?\"<>|]+\.[A-Za-z0-9]{1,8}$")
PLACES = {
    "home": "~",
    "home folder": "~",
    "desktop": "~/Desktop",
    "documents": "~/Documents",
    "downloads": "~/Downloads",
    "pictures": "~/Pictures",
    "music": "~/Music",
    "videos": "~/Videos",
    "桌面": "~/Desktop",
    "文档": "~/Documents",
    "下载": "~/Downloads",
    "图片": "~/Pictures",
    "主目录": "~",
    "主文件夹": "~",
}


@dataclass
class Opened:
    """What has been opened and is in front, and the steps for getting to programs, files, folders and pages."""

    language: str
    steps: list[Step] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    now: str = ""
    opened: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    item: str = ""
    text: str = ""
    document: str = ""
    unsaved_later: bool = False
    """A file was named before its text was written, so it must be saved again."""

    def _do(self, *made: Step) -> None:
        self.steps.extend(made)

    def _called(self, key: str) -> str:
        program = by_key(key)
        if key in self.names:
            return self.names[key]
        if program is None:
            return key
        return program.label_zh if self.language == "zh" else program.label

    def _enter(self, name: str) -> None:
        """Open a program by a name, or go back to it when this task opened it before."""
        program = known(name)
        key = program.key if program else bare_name(name)
        if key == self.now:
            return
        if key in self.opened:
            self._do(s.SwitchTo(self.names.get(key, name)))
            self.now = key
            return
        self._start(name)

    def _start(self, name: str) -> None:
        program = known(name)
        key = program.key if program else bare_name(name)
        self.names.setdefault(key, bare_name(name) or name)
        self._do(s.OpenProgram(self.names[key]))
        self.opened.append(key)
        self.now = key
        if key == EDITOR:
            self.document = self.text = ""

    def _need(self, *keys: str) -> None:
        """Make sure that one of these kinds of program is in front, preferring the one in front."""
        if self.now in keys:
            return
        for key in reversed(self.opened):
            if key in keys:
                self._enter(self._called(key))
                return
        self._enter(self._called(keys[0]))

    def _use(self, intent: i.Use, _: list[Intent]) -> None:
        self._enter(intent.program)

    def _switch(self, intent: i.Switch, _: list[Intent]) -> None:
        program = known(intent.program)
        key = program.key if program else bare_name(intent.program)
        if key in self.opened or program is None:
            self._do(s.SwitchTo(self.names.get(key, bare_name(intent.program))))
            self.now = key
        else:
            self._enter(intent.program)

    def _open(self, intent: i.Open, following: list[Intent]) -> None:
        what, kind = intent.what.strip(), intent.kind
        if not what:
            if (self.now == FILES and self.item) or (self.item and self.opened):
                self._do(s.OpenItem(self.item))
            return
        program = known(what)
        if kind == "program" or (
            program is not None and not (self.now in (FILES, BROWSER) and kind in ("folder", "file", "link"))
        ):
            self._start(what) if program is None or program.key not in self.opened else self._enter(what)
        elif kind == "address" or ADDRESS.match(what):
            self._visit(i.Visit(what), following)
        elif kind == "menu":
            self._do(s.Click(what))
        elif kind == "link":
            self._need(BROWSER)
            self._do(s.FollowLink(what))
        elif kind == "folder" or (not kind and what.casefold() in PLACES):
            self._folder(what)
        elif kind == "file" or FILE.match(what):
            self._file(what)
        elif self.now == BROWSER:
            self._do(s.FollowLink(what))
        elif self.now == FILES:
            self._do(s.OpenItem(what))
            self.item = what
        elif self.now == SETTINGS or kind == "page":
            if self.now == SETTINGS or page_of(what):
                self._need(SETTINGS)
            self._do(s.Click(page_of(what) or what))
        elif page_of(what) and "setting" in " ".join(map(str, following)).casefold():
            self._need(SETTINGS)
            self._do(s.Click(page_of(what)))
        else:
            self._start(what)

    def _folder(self, what: str) -> None:
        if self.now == TERMINAL:
            self._do(s.RunCommand(f"cd {shell_word(PLACES.get(what.casefold(), what))}"))
            return
        self._need(FILES)
        if what.startswith(("/", "~")) or what.casefold() in PLACES:
            self._do(s.GoToFolder(PLACES.get(what.casefold(), what)))
        else:
            self._do(s.OpenItem(what))
        self.item = what

    def _file(self, what: str) -> None:
        if self.now == EDITOR:
            self._do(s.OpenFile(what))
            self.document = what
        elif re.search(r"\.html?$", what, re.IGNORECASE) and self.now == BROWSER:
            self._visit(i.Visit(what), [])
        else:
            self._need(FILES)
            self._do(s.OpenItem(what))
            if re.search(r"\.(?:txt|md|log|csv|ini|py|json|text)$", what, re.IGNORECASE):
                self.opened.append(EDITOR)
                self.now, self.document = EDITOR, what
        self.item = what

    def _visit(self, intent: i.Visit, _: list[Intent]) -> None:
        where = intent.where.strip()
        program = known(where)
        bare = re.sub(r"^(?:the|my)\s+|\s+(?:page|folder|directory|link|section|tab|settings)$", "", where, flags=re.IGNORECASE)
        if program is not None and not (self.now == BROWSER and program.key == FILES):
            self._enter(where)
        elif ADDRESS.match(where) and not (self.now == FILES and where.startswith("/")):
            self._need(BROWSER)
            self._do(s.GoTo(where))
        elif self.now == FILES or bare.casefold() in PLACES or where.startswith(("~", "/")):
            self._folder(bare)
        elif self.now == SETTINGS:
            self._do(s.Click(page_of(bare) or bare))
        elif self.now == BROWSER or not self.opened:
            self._need(BROWSER)
            self._do(s.FollowLink(bare) if " " in bare or not re.search(r"[./:]", bare) else s.GoTo(bare))
        else:
            self._do(s.Click(bare))
