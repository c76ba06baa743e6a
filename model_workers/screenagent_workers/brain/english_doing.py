"""English rules for what is done to a screen: sums, keys, addresses, commands, opening, clicking, choosing."""

from __future__ import annotations

import re

from . import intents as i
from .english_words import IT, count, label_in
from .intents import Intent
from .keys import chord
from .programs import bare_name, known
from .quotes import MARK, Quoted
from .rules import Rules
from .sums import expression

RULES = Rules()


@RULES.add(
    r"(?:calculate|compute|evaluate|work out|figure out|find out|find|determine|"
    r"solve|what(?:'s| is)|how much (?:is|are)|show me|do the sum|add up|sum "
    r"up|type|enter|input|key in)\s+(?P<sum>.+)"
)
def _sum(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    verb = found[0].split()[0].lower()
    if verb in ("type", "enter", "input", "key"):
        return None
    signs = expression(quoted.plain(found["sum"]))
    return [i.Sum(signs)] if signs else None


@RULES.add(r".+\b(?:with|using|by running|by) the (?:shell )?command\s+(?P<command>.+)")
def _by_command(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.Run(quoted.plain(found["command"]))]


@RULES.add(r"(?:add|subtract|multiply|divide)\s+.+")
def _verb_sum(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    signs = expression(quoted.plain(found[0]))
    return [i.Sum(signs)] if signs else None


@RULES.add(
    r"(?:select|mark|highlight) (?:all|everything|all (?:of )?(?:the )?(?:text|"
    r"files|items)|the (?:whole|entire|complete) text|the text)"
)
def _select_all(_: re.Match[str], __: Quoted) -> list[Intent]:
    return [i.Keys("Ctrl+a")]


RULES.keys(
    {
        r"undo(?: (?:it|that|the last (?:change|action)|the change))?": "Ctrl+z",
        r"redo(?: (?:it|that|the last (?:change|action)))?": "Ctrl+y",
        r"go back(?: (?:a|one) page| to the (?:previous|last) page| in the (?:browser|history))?|navigate back": "Alt+Left",
        r"go forward(?: (?:a|one) page)?": "Alt+Right",
        r"go up(?: (?:a|one) (?:folder|level))?|go to the parent folder|open the parent folder": "Alt+Up",
        r"(?:reload|refresh)(?: (?:it|the page|the window|the view|the site))?": "F5",
        r"maximi[sz]e(?: .{1,40})?": "Alt+F10",
        r"minimi[sz]e(?: .{1,40})?": "Alt+F9",
        r"open a new tab|(?:create|add|make) a new tab|new tab": "Ctrl+t",
        r"(?:show|display) (?:the )?hidden files": "Ctrl+h",
        r"cut(?: (?:it|the text|the selection|everything))?": "Ctrl+x",
        r"print(?: (?:it|the page|the document))?": "Ctrl+p",
        r"(?:zoom in)": "Ctrl+plus",
        r"(?:zoom out)": "Ctrl+minus",
        r"(?:close|leave) the tab": "Ctrl+w",
    }
)


@RULES.add(r"(?:press|hit|tap|push|strike|use|hold)(?: on)?\s+(?P<what>.+?)(?:,?\s+(?P<times>once|twice|thrice|\w+ times))?")
def _press(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    words = found["what"]
    times = count(found["times"])
    if found[0].lower().startswith(("use", "hold")) and not chord(quoted.plain(words)):
        return None
    if re.search(r"\b(?:button|link|icon)$", words, re.IGNORECASE):
        return [i.Press(label_in(words, quoted), times, button=True)]
    plain = quoted.plain(
        re.sub(r"^(?:the\s+)?(?:keys?|shortcut|key combination|combination)\s+(?=\S)|^the\s+", "", words, flags=re.IGNORECASE)
    )
    plain = quoted.all_in(words)[0] if len(quoted.all_in(words)) == 1 else plain
    plain = re.sub(r"\s+(?:keys?|shortcut|key combination)$", "", plain, flags=re.IGNORECASE)
    keys = chord(plain)
    if keys:
        return [i.Press(keys, times)]
    several = [chord(part) for part in re.split(r",? and then |,? and |,? then |, ", plain)]
    if len(several) > 1 and all(several):
        return [i.Press(key) for key in several]
    return [i.Press(label_in(words, quoted), times, button=True)]


@RULES.add(r"(?:press |hit )?(?:enter|return)(?: (?:twice|once))?|(?:go|move|jump) (?:on )?to (?:a|the) (?:new|next) line")
def _enter(found: re.Match[str], _: Quoted) -> list[Intent]:
    return [i.Press("Return", 2 if "twice" in found[0].lower() else 1)]


@RULES.add(
    r"(?:visit|browse to|browse|navigate to|load|surf to|go (?:in)?to|head to|"
    r"move to)\s+(?:the )?(?P<kind>url |web ?page |web ?site |site |address "
    r"|page at |folder |directory |file )?(?P<where>.+)"
)
def _visit(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    where = quoted.plain(found["where"]) if not quoted.all_in(found["where"]) else label_in(found["where"], quoted)
    kind = (found["kind"] or "").strip().lower()
    if kind in ("folder", "directory") or re.search(r"\b(?:folder|directory)$", where, re.IGNORECASE):
        return [i.Open(re.sub(r"\s+(?:folder|directory)$", "", where, flags=re.IGNORECASE), "folder")]
    return [i.Visit(where)]


@RULES.add(r"(?:go to|jump to) line (?P<line>\d{1,6})")
def _line(found: re.Match[str], _: Quoted) -> list[Intent]:
    return [i.Keys("Ctrl+l"), i.Type(found["line"]), i.Press("Return")]


@RULES.add(
    r"(?:run|execute|enter|type|issue|give|start)\s+(?:the\s+)?(?:shell |terminal "
    r"|following )?command:?\s+(?P<command>.+?)(?:,?\s+(?:which|and it|it|that)"
    r" (?:should|will|must) (?:print|show|output|say|display) (?P<expect>.+))?"
)
def _command(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.Run(quoted.plain(found["command"]), quoted.plain(found["expect"] or ""))]


@RULES.add(r"(?:print|echo|output)\s+(?:out\s+)?(?P<text>.+)")
def _print(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    inside = quoted.all_in(found["text"])
    if len(inside) != 1:
        return None
    text = inside[0]
    return [i.Wish("echo '" + text.replace("'", "'\\''") + "'", (i.Unknown(found[0]),))]


@RULES.add(r"(?:(?:start|begin|add|insert|go to)\s+)?(?:a\s+)?new ?line|(?:on|in) (?:the next|a new) line")
def _new_line(_: re.Match[str], __: Quoted) -> list[Intent]:
    return [i.Press("Return")]


@RULES.add(r"(?:run|execute)\s+(?P<command>.+)")
def _run(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    command = found["command"]
    if re.fullmatch(rf"{IT}|the command", command, re.IGNORECASE):
        return [i.Run("")]
    if known(command) is not None:
        return [i.Open(quoted.plain(command), "program")]
    inside = quoted.all_in(command)
    if len(inside) > 1 and re.fullmatch(r"(?:\s|,|and|then)*", re.sub(MARK, "", command), re.IGNORECASE):
        return [i.Run(text) for text in inside]
    if len(inside) == 1 and not re.search(r"\bprogram|application|app\b", command, re.IGNORECASE):
        return [i.Run(quoted.plain(command) if not command.startswith("\x00") else inside[0])]
    if re.search(r"\b(?:program|application|app)\b", command, re.IGNORECASE):
        return [i.Open(bare_name(quoted.plain(command)), "program")]
    return [i.Run(quoted.plain(command))]


@RULES.add(r"(?:open|start|launch|bring up|fire up|pull up|show|display|double[- ]click(?: on)?)\s+(?:up\s+)?(?P<what>.+)")
def _open(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    words = found["what"]
    verb = found[0].split()[0].lower()
    if verb.startswith("double"):
        return None
    plain = quoted.plain(words)
    if known(plain) is not None:
        return [i.Open(plain, "program")]
    if re.fullmatch(IT, words, re.IGNORECASE):
        return [i.Open("", "file")]
    words = re.sub(
        r"^(?:(?:both|two|three|these|the following)\s+)?(?:programs|applications|apps):\s*", "", words, flags=re.IGNORECASE
    )
    two = re.split(r",? and (?:the )?|, (?:the )?", words)
    if len(two) > 1 and all(known(part) for part in two):
        return [i.Open(part, "program") for part in two]
    fresh = re.fullmatch(
        r"(?:a |an )?(?:new|empty|blank)(?: empty| blank)? (?:text )?(?:document|file|note)", words, re.IGNORECASE
    )
    if fresh:
        return [i.Make("document")]
    kind = re.search(
        r"\b(file|document|folder|directory|link|page|website|site|url|address|menu|"
        r"dialog|program|application|app|tab|section|item|image|picture)\b(?=\s|$)",
        words,
        re.IGNORECASE,
    )
    if verb in ("show", "display") and not kind:
        return [i.See(label_in(words, quoted))]
    label = label_in(words, quoted)
    label = (
        re.sub(
            r"^(?:file|document|folder|directory|link|page|website|site|url|address|"
            r"program|application|app|image|picture)\s+(?:called |named |at |to )?",
            "",
            label,
            flags=re.IGNORECASE,
        )
        or label
    )
    label = (
        re.sub(
            r"\s+(?:file|document|folder|directory|link|page|website|site|menu|program|application|app|section)$",
            "",
            label,
            flags=re.IGNORECASE,
        )
        or label
    )
    names = {
        "file": "file",
        "document": "file",
        "image": "file",
        "picture": "file",
        "folder": "folder",
        "directory": "folder",
        "link": "link",
        "page": "page",
        "tab": "page",
        "section": "page",
        "website": "address",
        "site": "address",
        "url": "address",
        "address": "address",
        "menu": "menu",
        "program": "program",
        "application": "program",
        "app": "program",
        "dialog": "menu",
        "item": "",
    }
    return [i.Open(label, names[kind[1].lower()] if kind else "")]


@RULES.add(
    r"(?P<how>double[- ]?click|right[- ]?click|middle[- ]?click|left[- ]?click|"
    r"single[- ]?click|click|tap)(?: once| twice)?(?: on| at)?\s+(?P<label>.+)"
)
def _click(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    how = found["how"].lower().split("-")[0].split()[0].removesuffix("click") or "click"
    how = how if how in ("double", "right", "middle") else "click"
    words = found["label"]
    path = re.split(r"\s*(?:>|→|->|»)\s*", words)
    if len(path) > 1:
        return [i.Choose(tuple(label_in(part, quoted) for part in path if part.strip()))]
    return [i.ClickOn(label_in(words, quoted), how, bool(re.search(r"\b(?:hyper)?link\b", words, re.IGNORECASE)))]


@RULES.add(r"(?:follow|click through)\s+(?P<label>.+)")
def _follow(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.ClickOn(label_in(found["label"], quoted), "click", True)]


@RULES.add(
    r"(?:choose|select|pick)\s+(?P<value>.+?)\s+(?:in|from|for|as|under) (?:the "
    r")?(?P<option>.+?)(?P<kind> menu| drop-?down(?: list| menu)?| list| combo ?box|"
    r" box| option| options)?"
)
def _choose_from(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    if re.search(r">|→|->", found[0]):
        return None
    value, option, kind = (
        label_in(found["value"], quoted),
        label_in(found["option"], quoted),
        (found["kind"] or "").strip().lower(),
    )
    if kind == "menu":
        return [i.Choose((option, value))]
    if kind or found["option"].startswith("\x00"):
        return [i.SetTo(option, value)]
    return None


@RULES.add(r"(?:choose|select|pick|use|go to|highlight)\s+(?P<path>.+)")
def _choose(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    words = re.sub(r"^the (?:menu (?:item |entry )?|option )?|^menu (?:item |entry )?", "", found["path"], flags=re.IGNORECASE)
    path = [part for part in re.split(r"\s*(?:>|→|->|»)\s*", words) if part.strip()]
    if len(path) == 1 and quoted.is_quoted(words) and re.search(r"\S\s*(?:>|→|->)\s*\S", quoted.plain(words)):
        return [i.Choose(tuple(re.split(r"\s*(?:>|→|->)\s*", quoted.plain(words))))]
    if len(path) > 1:
        return [i.Choose(tuple(label_in(part, quoted) for part in path))]
    return (
        [i.ClickOn(label_in(words, quoted))] if found[0].lower().startswith(("choose", "select", "pick", "highlight")) else None
    )
