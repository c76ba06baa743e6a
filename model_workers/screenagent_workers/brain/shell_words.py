"""Terminal work that people name in words, as the command that everybody uses for it."""

from __future__ import annotations

import re

_COMMANDS: tuple[tuple[str, str], ...] = (
    (
        r"(?:list|show|display|print)(?: me)?(?: all)?(?: of)?(?: the)? (?:files|"
        r"contents?|files and folders|directory contents?)(?: (?:in|of) (?:it|(?:the|"
        r"this) (?:current )?(?:folder|directory)))?",
        "ls",
    ),
    (
        r"(?:show|display|print|check|find out)(?: the)? (?:current|working|present)"
        r"(?: working)? (?:directory|folder)(?: path)?",
        "pwd",
    ),
    (r"(?:show|display|print|check)(?: the)?(?: current)?(?: system)? (?:date|time|date and time)", "date"),
    (r"(?:show|display|print|check)(?: the)?(?: current)? user(?:name| name)?|who am i", "whoami"),
    (r"(?:show|display|print|check)(?: the)? (?:free )?disk (?:space|usage)", "df -h"),
    (r"(?:show|display|print|check)(?: the)? (?:memory|ram)(?: usage)?", "free -h"),
    (r"clear(?: the)? (?:screen|terminal|window)?", "clear"),
    (r"(?:列出|显示|查看)(?:当前目录|当前文件夹)?(?:下|中|里)?的?(?:所有)?(?:文件|内容|文件列表)", "ls"),
    (r"(?:显示|查看|打印)(?:当前)?(?:工作)?(?:目录|路径|所在目录)", "pwd"),
    (r"(?:显示|查看|打印)(?:当前)?(?:系统)?(?:日期|时间|日期和时间)", "date"),
    (r"(?:显示|查看|打印)(?:当前)?用户名?", "whoami"),
    (r"(?:显示|查看)磁盘(?:空间|使用情况)", "df -h"),
)
_PATTERNS = tuple((re.compile(words, re.IGNORECASE), command) for words, command in _COMMANDS)
_FILE = re.compile(
    r"(?:show|display|print|read|view|显示|查看)(?: me)?(?: the)? ?(?:contents? of|text of)(?: the)?(?: file)? (?P<name>\S+)",
    re.IGNORECASE,
)


def command_for(words: str) -> str:
    """The command for `words`, or ""."""
    text = words.strip()
    if len(text) > 120:
        return ""
    for pattern, command in _PATTERNS:
        if pattern.fullmatch(text):
            return command
    shown = _FILE.fullmatch(text)
    return f"cat {shown['name']}" if shown else ""


def shell_word(word: str) -> str:
    """A word as a shell takes it for one, quoted where that is needed."""
    if re.fullmatch(r"[\w./~@%+=:,-]+", word):
        return word
    return "'" + word.replace("'", "'\\''") + "'"
