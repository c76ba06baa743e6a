"""The steps of one intent after another, given what was opened, made and written before."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import intents as i
from . import steps as s
from .intents import Intent
from .plan_places import FILE, PLACES, Opened
from .programs import BROWSER, CALCULATOR, EDITOR, FILES, SETTINGS, TERMINAL, bare_name, known
from .settings_pages import page_of, value_of
from .shell_words import shell_word
from .steps import Step

_HERE = ("it", "there", "here", "this", "this folder", "that folder", "the new folder", "它")


@dataclass
class Maker(Opened):
    """Adds the steps of intents. The method for an intent is named after its class."""

    def finish(self) -> list[Step]:
        """The steps, with those merged that people say in two sentences."""
        return merged(self.steps)

    def add(self, intent: Intent, following: list[Intent]) -> None:
        """The steps of one intent."""
        method = getattr(self, f"_{type(intent).__name__.lower()}")
        method(intent, following)

    def _type(self, intent: i.Type, following: list[Intent]) -> None:
        text = intent.text
        if intent.field:
            self._need(*([self.now] if self.now else [BROWSER]))
            self._do(s.FillField(intent.field, text))
            return
        if self.now == CALCULATOR and re.fullmatch(r"[-+*/^().\d\s=×÷]+", text) and re.search(r"\d\s*[-+*/^×÷]", text):
            self._do(s.Calculate(text.replace("×", "*").replace("÷", "/").replace(" ", "").rstrip("=")))
            return
        if not self.now:
            self._need(EDITOR)
        if self.now == EDITOR and self.steps and isinstance(self.steps[-1], s.OpenFile | s.OpenItem):
            self._do(s.PressKeys("Ctrl+End"))
        self._do(s.TypeText(text, self._called(self.now)))
        if self.now == EDITOR:
            self.text = self.text or text
            if self.unsaved_later and not any(isinstance(later, i.SaveIt | i.Type) for later in following):
                self._do(s.Save(self.document))

    def _is_save(self, label: str) -> bool:
        """In an editor the Save button means saving, whether a button of that name is in sight or not."""
        in_menu = bool(self.steps) and isinstance(self.steps[-1], s.Click)
        return self.now == EDITOR and not in_menu and label.casefold() in ("save", "保存")

    def _press(self, intent: i.Press, following: list[Intent]) -> None:
        if self._is_save(intent.what):
            self._saveit(i.SaveIt(), following)
            return
        if intent.button or (
            "+" not in intent.what
            and len(intent.what) > 1
            and not re.fullmatch(
                r"[A-Z][A-Za-z_]*\d*|F\d+|space|equal|plus|minus|asterisk|slash|period|comma|"
                r"semicolon|apostrophe|grave|bracket\w+|backslash",
                intent.what,
            )
        ):
            self._do(s.Click(intent.what))
            return
        if intent.what.lower() == "ctrl+s" and self.now == EDITOR and not self.document:
            self._do(s.PressKeys("Ctrl+s", intent.times))
            return
        self._do(s.PressKeys(intent.what, intent.times))

    def _clickon(self, intent: i.ClickOn, following: list[Intent]) -> None:
        if intent.how == "click" and self._is_save(intent.label):
            self._saveit(i.SaveIt(), following)
            return
        if (intent.link or self.now == BROWSER) and intent.how == "click":
            self._need(BROWSER)
            self._do(s.FollowLink(intent.label) if intent.link else s.Click(intent.label))
        elif intent.how == "double":
            self._do(s.Click(intent.label, "double"))
            self.item = intent.label
        else:
            last = self.steps[-1] if self.steps else None
            program = known(intent.label)
            if (
                program is not None
                and isinstance(last, s.Click)
                and last.label.casefold() in ("applications", "应用程序", "menu", "菜单")
            ):
                self.opened.append(program.key)
                self.now = program.key
            page = page_of(intent.label) if self.now == SETTINGS and program is None else ""
            label = value_of(intent.label) if s.Click(page) in self.steps else page
            self._do(s.Click(label or intent.label, intent.how))
            if self.now == FILES:
                self.item = intent.label

    def _choose(self, intent: i.Choose, _: list[Intent]) -> None:
        self._do(*(s.Click(label) for label in intent.path))

    def _setto(self, intent: i.SetTo, _: list[Intent]) -> None:
        option, value = intent.option, intent.value
        page = page_of(option) or page_of(value)
        if page and self.now in ("", SETTINGS):
            self._need(SETTINGS)
            if s.Click(page) not in self.steps:
                self._do(s.Click(page))
            self._do(s.Click(value_of(value)))
        elif not option:
            self._do(s.Click(value))
        elif self.now in (BROWSER,):
            self._do(s.FillField(option, value))
        else:
            self._do(s.SetOption(option, value))

    def _saveit(self, intent: i.SaveIt, following: list[Intent]) -> None:
        name = intent.name
        if not name:
            name = next((later.name for later in following[:2] if isinstance(later, i.NameIt)), "")
        last = self.steps[-1] if self.steps else None
        if self.now == TERMINAL and name and isinstance(last, s.TypeText):
            self.steps[-1] = s.RunCommand(f"echo {shell_word(last.text)} > {shell_word(name)}")
            self.item = name
            return
        if self.now not in (EDITOR, "writer", "spreadsheet", BROWSER) and EDITOR in self.opened:
            self._enter(self._called(EDITOR))
        if not name and self.document and not intent.folder:
            self._do(s.Save(self.document))
            return
        if not name and not intent.folder and not self.text and EDITOR not in self.opened:
            self._do(s.Save())
            return
        name = name or self.document or _name_from(self.text)
        self._do(s.SaveAs(name, PLACES.get(intent.folder.casefold(), intent.folder)))
        self.document = self.item = name

    def _nameit(self, intent: i.NameIt, _: list[Intent]) -> None:
        last = self.steps[-1] if self.steps else None
        if isinstance(last, s.SaveAs):
            self.steps[-1] = s.SaveAs(intent.name, last.folder)
            self.document = intent.name
        elif isinstance(last, s.NewFolder):
            self.steps[-1] = s.NewFolder(intent.name)
        elif isinstance(last, s.NewFile):
            self.steps[-1] = s.NewFile(intent.name)
        elif self.now == EDITOR:
            self._do(s.SaveAs(intent.name))
            self.document = intent.name
        else:
            self._do(s.TypeText(intent.name, self._called(self.now)), s.PressKeys("Return"))
        self.item = intent.name

    def _closeit(self, intent: i.CloseIt, _: list[Intent]) -> None:
        name = bare_name(intent.what)
        program = known(name) if name else None
        if not name:
            self._do(s.CloseWindow(self._called(self.now) if self.now else "", intent.discard))
            key = self.now
        elif program is None:
            self._do(s.CloseWindow(name, intent.discard))
            return
        else:
            key = program.key
            if key != self.now:
                self._do(s.SwitchTo(self._called(key)))
            self._do(s.CloseWindow(self.names.get(key, name), intent.discard))
        self.opened = [other for other in self.opened if other != key]
        self.now = self.opened[-1] if self.opened else ""

    def _make(self, intent: i.Make, following: list[Intent]) -> None:
        if intent.kind == "document" or (
            intent.kind == "file" and (intent.content is not None or self.now not in (FILES, TERMINAL))
        ):
            self._new_document(intent, following)
            return
        names = intent.names or ((following[0].name,) if following and isinstance(following[0], i.NameIt) else ())
        if not names:
            names = ("新建文件夹" if self.language == "zh" else "New Folder",) if intent.kind == "folder" else ("new_file.txt",)
        self.item = names[-1]
        if self.now == TERMINAL:
            verb = "mkdir" if intent.kind == "folder" else "touch"
            self._do(*(s.RunCommand(f"{verb} {shell_word(name)}") for name in names))
            return
        self._need(FILES)
        if intent.folder and intent.folder.casefold() not in _HERE:
            self._folder(PLACES.get(intent.folder.casefold(), intent.folder))
        self._do(*(s.NewFolder(name) if intent.kind == "folder" else s.NewFile(name) for name in names))
        self.item = names[-1]

    def _new_document(self, intent: i.Make, following: list[Intent]) -> None:
        if self.now == TERMINAL and intent.names and intent.content is not None:
            self._do(s.RunCommand(f"echo {shell_word(intent.content)} > {shell_word(intent.names[0])}"))
            return
        if self.now == EDITOR and (self.text or self.document):
            self._do(s.PressKeys("Ctrl+n"))
            self.text = self.document = ""
        self._need(EDITOR)
        if intent.content is not None:
            self._type(i.Type(intent.content), following)
        for name in intent.names[:1]:
            typed_later = intent.content is None and any(isinstance(later, i.Type) for later in following)
            if typed_later:
                self.document = ""
                self.item = name
                self._pending_name(name)
            else:
                self._saveit(i.SaveIt(name, intent.folder), [])

    def _pending_name(self, name: str) -> None:
        """A file named before its text is written: it gets its name at once, and is saved again later."""
        self._do(s.SaveAs(name))
        self.document = name
        self.unsaved_later = True

    def _renameit(self, intent: i.RenameIt, _: list[Intent]) -> None:
        old = intent.old or self.item
        if self.now == TERMINAL:
            self._do(s.RunCommand(f"mv {shell_word(old)} {shell_word(intent.new)}"))
        else:
            self._need(FILES)
            self._do(s.Rename(old, intent.new))
        self.item = intent.new

    def _deleteit(self, intent: i.DeleteIt, _: list[Intent]) -> None:
        what = intent.what
        if what.casefold() in ("it", "this", "that", "它"):
            what = self.item
        if self.now == EDITOR and self.steps and self.steps[-1] == s.PressKeys("Ctrl+a"):
            self._do(s.PressKeys("Delete"))
        elif not what or (self.now in (EDITOR, CALCULATOR, BROWSER) and not FILE.match(what)):
            self._do(s.PressKeys("Escape") if self.now == CALCULATOR else s.PressKeys("Ctrl+a"), s.PressKeys("Delete"))
        elif self.now == TERMINAL:
            self._do(s.RunCommand(f"rm -r {shell_word(what)}"))
        else:
            self._need(FILES)
            self._do(s.Delete(what))

    def _copyit(self, _: i.CopyIt, __: list[Intent]) -> None:
        self._do(s.Copy(self._called(self.now) if self.now else ""))

    def _pasteit(self, _: i.PasteIt, __: list[Intent]) -> None:
        self._copied_result()
        if self.now == CALCULATOR:
            self._need(EDITOR)
        self._do(s.Paste(self._called(self.now) if self.now else ""))

    def _copied_result(self) -> None:
        """What is pasted after a sum is its result, whether the words say that it is copied or not."""
        sums = [at for at, step in enumerate(self.steps) if isinstance(step, s.Calculate)]
        if sums and not any(isinstance(step, s.Copy) for step in self.steps):
            self.steps.insert(sums[-1] + 1, s.Copy(self._called(CALCULATOR)))

    def _putin(self, intent: i.PutIn, _: list[Intent]) -> None:
        what = self.item if intent.what.casefold() in ("it", "this", "that", "the file", "它") else intent.what
        if self.now == TERMINAL:
            self._do(s.RunCommand(f"{'mv' if intent.move else 'cp -r'} {shell_word(what)} {shell_word(intent.folder)}"))
            return
        self._need(FILES)
        self._do(s.PutItem(what, intent.folder, intent.move))

    def _sum(self, intent: i.Sum, _: list[Intent]) -> None:
        self._need(CALCULATOR)
        self._do(s.Calculate(intent.signs))

    def _run(self, intent: i.Run, _: list[Intent]) -> None:
        if not intent.command:
            self._do(s.PressKeys("Return"))
            return
        self._need(TERMINAL)
        self._do(s.RunCommand(intent.command, intent.expect))

    def _wish(self, intent: i.Wish, following: list[Intent]) -> None:
        if self.now == TERMINAL:
            self._do(s.RunCommand(intent.command))
        else:
            for other in intent.otherwise:
                self.add(other, following)

    def _submitit(self, intent: i.SubmitIt, _: list[Intent]) -> None:
        self._do(s.Submit(intent.button))

    def _keys(self, intent: i.Keys, _: list[Intent]) -> None:
        self._do(s.PressKeys(intent.chord))

    def _findit(self, intent: i.FindIt, _: list[Intent]) -> None:
        if not self.now:
            self.unknown.append(intent.text)
            return
        self._do(s.Find(intent.text))

    def _replaceit(self, intent: i.ReplaceIt, _: list[Intent]) -> None:
        self._need(EDITOR)
        self._do(s.Replace(intent.old, intent.new))

    def _scrollit(self, intent: i.ScrollIt, _: list[Intent]) -> None:
        self._do(s.Scroll(intent.way, intent.times))

    def _scrolluntil(self, intent: i.ScrollUntil, _: list[Intent]) -> None:
        self._do(s.ScrollTo(intent.text))

    def _pause(self, intent: i.Pause, _: list[Intent]) -> None:
        self._do(s.WaitSeconds(intent.seconds))

    def _await(self, intent: i.Await, _: list[Intent]) -> None:
        self._do(s.WaitFor(intent.text))

    def _see(self, intent: i.See, _: list[Intent]) -> None:
        last = self.steps[-1] if self.steps else None
        if isinstance(last, s.RunCommand) and not last.expect:
            self.steps[-1] = s.RunCommand(last.command, intent.text)
        else:
            self._do(s.Expect(intent.text))

    def _unknown(self, intent: i.Unknown, _: list[Intent]) -> None:
        self.unknown.append(intent.clause)


def merged(found: list[Step]) -> list[Step]:
    """`type ls` then `press Enter` in a terminal is one command; names and empty texts that mean nothing are dropped."""
    out: list[Step] = []
    for step in found:
        last = out[-1] if out else None
        is_return = isinstance(step, s.PressKeys) and step.chord == "Return" and step.times == 1
        if isinstance(last, s.TypeText) and is_return:
            program = known(last.program)
            if program is not None and program.key == TERMINAL:
                out[-1] = s.RunCommand(last.text)
                continue
        if isinstance(last, s.Calculate) and isinstance(step, s.PressKeys) and step.chord in ("Return", "equal"):
            continue
        if isinstance(last, s.RunCommand) and is_return:
            continue
        if isinstance(last, s.GoTo) and is_return:
            continue
        if isinstance(last, s.RunCommand) and isinstance(step, s.Expect) and not last.expect:
            out[-1] = s.RunCommand(last.command, step.text)
            continue
        if isinstance(last, s.Expect) and isinstance(step, s.Expect) and last == step:
            continue
        out.append(step)
    return out


def _name_from(text: str) -> str:
    """A file name for a text that was given none: its first words."""
    words = re.findall(r"\w+", text.strip().split("\n")[0])[:3]
    stem = "_".join(words).lower()[:24].strip("_")
    return f"{stem or 'note'}.txt"
