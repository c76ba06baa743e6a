"""What any user of a desktop calls its programs: names, what to give a launcher, and what their windows show."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .folding import fold, lookalike


@dataclass(frozen=True)
class Program:
    """A kind of program. `names` are what people call it, `launch` what to type into a launcher, in order of trial.

    `titles` are words of its window's title, `menus` labels that stand together in its window and in few others.
    """

    key: str
    label: str
    label_zh: str
    names: tuple[str, ...]
    launch: tuple[str, ...]
    titles: tuple[str, ...]
    menus: tuple[str, ...] = ()


EDITOR, CALCULATOR, FILES, TERMINAL, BROWSER, SETTINGS = "editor", "calculator", "files", "terminal", "browser", "settings"

PROGRAMS = (
    Program(
        EDITOR, "text editor", "文本编辑器",
        ("text editor", "editor", "notepad", "mousepad", "gedit", "gnome text editor", "kate", "kwrite",
         "leafpad", "pluma", "xed",
         "featherpad", "geany", "textedit", "text program", "plain text editor", "simple text editor",
         "文本编辑器", "文字编辑器", "编辑器", "记事本", "文本编辑程序", "文本编辑"),
        ("text editor", "mousepad", "gedit", "kate"),
        ("mousepad", "gedit", "text editor", "kate", "pluma", "leafpad", "notepad", "文本编辑器", "记事本"),
        ("File", "Edit", "Search", "Document"),
    ),
    Program(
        CALCULATOR, "calculator", "计算器",
        ("calculator", "galculator", "gnome calculator", "kcalc", "calc", "pocket calculator", "qalculate", "speedcrunch",
         "计算器", "计算机程序", "计算程序"),
        ("calculator", "galculator", "kcalc"),
        ("galculator", "calculator", "kcalc", "计算器"),
        ("File", "Edit", "View", "Calculator"),
    ),
    Program(
        FILES, "file manager", "文件管理器",
        ("file manager", "files", "file browser", "file explorer", "explorer", "thunar", "nautilus", "dolphin", "nemo", "pcmanfm",
         "caja", "finder", "thunar file manager", "文件管理器", "文件管理", "资源管理器", "文件浏览器", "文件管理程序"),
        ("file manager", "thunar", "files"),
        ("thunar", "file manager", "nautilus", "dolphin", "nemo", "pcmanfm", "caja", "文件管理器"),
        ("File", "Edit", "View", "Go", "Bookmarks"),
    ),
    Program(
        TERMINAL, "terminal", "终端",
        ("terminal", "terminal emulator", "console", "xfce terminal", "xfce4-terminal", "gnome terminal", "konsole", "xterm",
         "command line", "command prompt", "shell", "terminal window", "terminal program", "bash",
         "终端", "终端机", "命令行", "控制台", "终端模拟器", "命令提示符", "终端窗口", "命令行终端"),
        ("terminal", "xfce4-terminal", "konsole", "xterm"),
        ("terminal", "konsole", "xterm", "终端"),
        ("File", "Edit", "View", "Terminal", "Tabs"),
    ),
    Program(
        BROWSER, "web browser", "网页浏览器",
        ("web browser", "browser", "internet browser", "netsurf", "firefox", "chromium", "chrome", "google chrome", "epiphany",
         "dillo", "falkon", "midori", "edge", "internet", "netsurf web browser", "firefox web browser",
         "浏览器", "网页浏览器", "网络浏览器", "互联网浏览器", "火狐", "火狐浏览器", "谷歌浏览器"),
        ("web browser", "netsurf", "firefox", "chromium"),
        ("netsurf", "firefox", "chromium", "chrome", "web browser", "epiphany", "dillo", "浏览器"),
    ),
    Program(
        SETTINGS, "settings", "设置",
        ("settings", "settings manager", "system settings", "control panel", "control center", "control centre", "preferences",
         "system preferences", "desktop settings", "xfce settings", "settings program",
         "设置", "设置管理器", "系统设置", "控制面板", "控制中心", "偏好设置", "桌面设置"),
        ("settings", "settings manager", "xfce4-settings-manager", "system settings"),
        ("settings", "settings manager", "system settings", "设置"),
    ),
    Program(
        "image viewer", "image viewer", "图片查看器",
        ("image viewer", "picture viewer", "photo viewer", "ristretto", "eog",
         "eye of gnome", "gwenview", "图片查看器", "看图程序"),
        ("image viewer", "ristretto"),
        ("ristretto", "image viewer", "图片查看器"),
    ),
    Program(
        "writer", "word processor", "文字处理",
        ("word processor", "libreoffice writer", "writer", "abiword", "文字处理", "文字处理程序"),
        ("writer", "abiword"),
        ("writer", "abiword"),
    ),
    Program(
        "spreadsheet", "spreadsheet", "电子表格",
        ("spreadsheet", "libreoffice calc", "gnumeric", "spreadsheet program", "电子表格"),
        ("libreoffice calc", "gnumeric"),
        ("libreoffice calc", "gnumeric"),
    ),
    Program(
        "tasks", "task manager", "任务管理器",
        ("task manager", "system monitor", "任务管理器", "系统监视器"),
        ("task manager", "system monitor"),
        ("task manager", "system monitor", "任务管理器"),
    ),
)  # fmt: skip

_NOISE = re.compile(
    r"^(?:(?:the|a|an|my|your|this|that|another|new|default|system'?s|desktop'?s)\s+)+"
    r"|\s+(?:program|application|app|software|window|tool|again)$|(?:程序|应用程序|应用|软件|窗口|的窗口)$|^(?:一个|系统的?|默认的?)",
)
_BRACKETS = re.compile(r"\s*[(（]([^()（）]{0,60})[)）]\s*$")
_BY_NAME = {name.casefold(): program for program in PROGRAMS for name in program.names}


def bare_name(words: str) -> str:
    """The name without article or the word "program": `the Foo application` is `Foo`."""
    text = words.strip()
    for _ in range(4):
        shorter = re.sub(_NOISE.pattern, "", text, flags=re.IGNORECASE).strip()
        if shorter == text or not shorter:
            break
        text = shorter
    return text


def known(words: str) -> Program | None:
    """The program that `words` name (`"the Mousepad text editor"`, `"Mousepad (the text editor)"`), or None."""
    if len(words) > 80:
        return None
    text = fold(words)
    inside = _BRACKETS.search(text)
    if inside:
        return known(text[: inside.start()]) or known(inside[1])
    for candidate in (text, bare_name(text)):
        program = _BY_NAME.get(candidate)
        if program is not None:
            return program
    pieces = bare_name(text).split()
    for cut in range(1, len(pieces)):
        head, tail = _BY_NAME.get(" ".join(pieces[:cut])), _BY_NAME.get(" ".join(pieces[cut:]))
        if head is not None and head is tail:
            return head
    return None


def by_key(key: str) -> Program | None:
    """The program of that key."""
    return next((program for program in PROGRAMS if program.key == key), None)


def launch_names(name: str) -> tuple[str, ...]:
    """What to type into a launcher, best first: the name as the person wrote it, then what else it is called."""
    program = known(name)
    if program is None:
        return (bare_name(name) or name,)
    own = bare_name(_BRACKETS.sub("", name))
    first = (own,) if own.isascii() and own else ()
    return tuple(dict.fromkeys((*first, *program.launch), None))


def is_title_of(name: str, read: str) -> bool:
    """Whether a line read on the screen looks like the title of a window of the program called `name`."""
    text = fold(read)
    program = known(name)
    if program is None:
        wanted = lookalike(bare_name(name) or name)
        return bool(wanted) and wanted in lookalike(read)
    return any(re.search(rf"(?:^|[^a-z]){re.escape(title)}(?:$|[^a-z])", text) is not None for title in program.titles)
