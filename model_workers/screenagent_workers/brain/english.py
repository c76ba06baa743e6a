"""English instructions: one clause in, what it asks for out."""

from __future__ import annotations

import re
from collections.abc import Callable

from . import intents as i
from .english_clauses import clauses, trim, where_and_rest
from .english_text import fill, make, save, typed
from .intents import Intent
from .keys import chord
from .programs import bare_name, known
from .quotes import MARK, Quoted, protect
from .sums import expression

Maker = Callable[[re.Match[str], Quoted], "list[Intent] | None"]
_RULES: list[tuple[re.Pattern[str], Maker]] = []
_IT = r"(?:it|this|that|them|the (?:file|document|text|window|folder|page|program|application|changes|note|result|editor))"
_COUNTS = {
    "once": 1,
    "twice": 2,
    "thrice": 3,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "ten": 10,
    "a": 1,
    "an": 1,
}


def read_english(task: str) -> list[Intent]:
    """What an English task asks for, in order."""
    quoted = protect(task)
    found: list[Intent] = []
    for clause in clauses(quoted.text):
        found.extend(_clause(clause, quoted))
    return found


def _clause(clause: str, quoted: Quoted) -> list[Intent]:
    where, rest = where_and_rest(clause)
    before: list[Intent] = [i.Use(where)] if where else []
    for pattern, maker in _RULES:
        found = pattern.match(rest)
        if found:
            made = maker(found, quoted)
            if made is not None:
                return [*before, *made]
    signs = expression(quoted.plain(rest))
    if signs:
        return [*before, i.Sum(signs)]
    whole = quoted.plain(rest)
    if known(whole) is not None:
        return [i.Open(whole, "program")]
    return [i.Unknown(quoted.plain(clause))]


def _rule(pattern: str) -> Callable[[Maker], Maker]:
    compiled = re.compile(pattern + r"\s*$", re.IGNORECASE | re.DOTALL)

    def add(maker: Maker) -> Maker:
        _RULES.append((compiled, maker))
        return maker

    return add


def _count(word: str | None) -> int:
    if not word:
        return 1
    word = word.strip().lower().removesuffix(" times").removesuffix(" time").strip()
    return min(int(word), 100) if word.isdigit() and len(word) < 4 else _COUNTS.get(word, 1)


def _label(words: str, quoted: Quoted) -> str:
    """The label meant by `the "Save" button` or `the Save button in the toolbar`."""
    inside = quoted.all_in(words)
    if len(inside) == 1:
        return inside[0]
    text = re.sub(r"^(?:on |at )?(?:the |a |an |its |that )?", "", words.strip(), flags=re.IGNORECASE)
    text = re.sub(
        r"\s+(?:in|on|of|at|from|inside) (?:the )?(?:\w+ ){0,3}(?:menu|window|toolbar|page|bar|dialog|list|panel|desktop|form|screen|folder|corner|sidebar|side bar|tab)$",
        "", text, flags=re.IGNORECASE,
    )  # fmt: skip
    text = re.sub(
        r"^(?:button|link|menu|tab|entry|item|icon|option|label|word|text)s? (?:labell?ed |called |named |that says |saying |with the text )?(?=\S)",
        "",
        text,
        flags=re.IGNORECASE,
    )
    shorter = re.sub(
        r"\s+(?:button|link|hyperlink|menu item|menu entry|menu|tab|entry|item|icon|option|checkbox|check box|label|page|section|header|heading|switch|radio button|field|folder|file)$",
        "", text, flags=re.IGNORECASE,
    )  # fmt: skip
    return quoted.plain(shorter or text)


@_rule(
    r"(?:calculate|compute|evaluate|work out|figure out|find out|find|determine|solve|what(?:'s| is)|how much (?:is|are)|show me|do the sum|add up|sum up|type|enter|input|key in)\s+(?P<sum>.+)"
)
def _sum(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    verb = found[0].split()[0].lower()
    if verb in ("type", "enter", "input", "key"):
        return None
    signs = expression(quoted.plain(found["sum"]))
    return [i.Sum(signs)] if signs else None


@_rule(r"(?:add|subtract|multiply|divide)\s+.+")
def _verb_sum(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    signs = expression(quoted.plain(found[0]))
    return [i.Sum(signs)] if signs else None


@_rule(
    r"(?:select|mark|highlight) (?:all|everything|all (?:of )?(?:the )?(?:text|files|items)|the (?:whole|entire|complete) text|the text)"
)
def _select_all(_: re.Match[str], __: Quoted) -> list[Intent]:
    return [i.Keys("Ctrl+a")]


_KNOWN_COMMANDS = {
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
for _words, _keys in _KNOWN_COMMANDS.items():
    _rule(f"(?:{_words})")(lambda _, __, keys=_keys: [i.Keys(keys)])  # type: ignore[misc]


@_rule(r"(?:press|hit|tap|push|strike|use|hold)(?: on)?\s+(?P<what>.+?)(?:,?\s+(?P<times>once|twice|thrice|\w+ times))?")
def _press(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    words = found["what"]
    times = _count(found["times"])
    if re.search(r"\b(?:button|link|icon)$", words, re.IGNORECASE):
        return [i.Press(_label(words, quoted), times, button=True)]
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
    return [i.Press(_label(words, quoted), times, button=True)]


@_rule(r"(?:press |hit )?(?:enter|return)(?: (?:twice|once))?")
def _enter(found: re.Match[str], _: Quoted) -> list[Intent]:
    return [i.Press("Return", 2 if "twice" in found[0].lower() else 1)]


@_rule(
    r"(?:visit|browse to|browse|navigate to|load|surf to|go (?:in)?to|head to|move to)\s+(?:the )?(?P<kind>url |web ?page |web ?site |site |address |page at |folder |directory |file )?(?P<where>.+)"
)
def _visit(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    where = quoted.plain(found["where"]) if not quoted.all_in(found["where"]) else _label(found["where"], quoted)
    kind = (found["kind"] or "").strip().lower()
    if kind in ("folder", "directory") or re.search(r"\b(?:folder|directory)$", where, re.IGNORECASE):
        return [i.Open(re.sub(r"\s+(?:folder|directory)$", "", where, flags=re.IGNORECASE), "folder")]
    return [i.Visit(where)]


@_rule(r"(?:go to|jump to) line (?P<line>\d{1,6})")
def _line(found: re.Match[str], _: Quoted) -> list[Intent]:
    return [i.Keys("Ctrl+l"), i.Type(found["line"]), i.Press("Return")]


@_rule(
    r"(?:run|execute|enter|type|issue|give|start)\s+(?:the\s+)?(?:shell |terminal |following )?command:?\s+(?P<command>.+?)(?:,?\s+(?:which|and it|it|that) (?:should|will|must) (?:print|show|output|say|display) (?P<expect>.+))?"
)
def _command(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.Run(quoted.plain(found["command"]), quoted.plain(found["expect"] or ""))]


@_rule(r"(?:run|execute)\s+(?P<command>.+)")
def _run(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    command = found["command"]
    if re.fullmatch(rf"{_IT}|the command", command, re.IGNORECASE):
        return [i.Run("")]
    if known(command) is not None:
        return [i.Open(quoted.plain(command), "program")]
    inside = quoted.all_in(command)
    if len(inside) == 1 and not re.search(r"\bprogram|application|app\b", command, re.IGNORECASE):
        return [i.Run(quoted.plain(command) if not command.startswith("\x00") else inside[0])]
    if re.search(r"\b(?:program|application|app)\b", command, re.IGNORECASE):
        return [i.Open(bare_name(quoted.plain(command)), "program")]
    return [i.Run(quoted.plain(command))]


@_rule(r"(?:open|start|launch|bring up|fire up|pull up|show|display|double[- ]click(?: on)?)\s+(?:up\s+)?(?P<what>.+)")
def _open(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    words = found["what"]
    verb = found[0].split()[0].lower()
    if verb.startswith("double"):
        return None
    plain = quoted.plain(words)
    if known(plain) is not None:
        return [i.Open(plain, "program")]
    if re.fullmatch(_IT, words, re.IGNORECASE):
        return [i.Open("", "file")]
    two = re.split(r",? and (?:the )?|, (?:the )?", words)
    if len(two) > 1 and all(known(part) for part in two):
        return [i.Open(part, "program") for part in two]
    fresh = re.fullmatch(
        r"(?:a |an )?(?:new|empty|blank)(?: empty| blank)? (?:text )?(?:document|file|note)", words, re.IGNORECASE
    )
    if fresh:
        return [i.Make("document")]
    kind = re.search(
        r"\b(file|document|folder|directory|link|page|website|site|url|address|menu|dialog|program|application|app|tab|section|item|image|picture)\b(?=\s|$)",
        words,
        re.IGNORECASE,
    )
    if verb in ("show", "display") and not kind:
        return [i.See(_label(words, quoted))]
    label = _label(words, quoted)
    label = (
        re.sub(
            r"^(?:file|document|folder|directory|link|page|website|site|url|address|program|application|app|image|picture)\s+(?:called |named |at |to )?",
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
    names = {"file": "file", "document": "file", "image": "file", "picture": "file", "folder": "folder", "directory": "folder", "link": "link", "page": "page", "tab": "page", "section": "page",
             "website": "address", "site": "address", "url": "address", "address": "address", "menu": "menu", "program": "program",
             "application": "program", "app": "program", "dialog": "menu", "item": ""}  # fmt: skip
    return [i.Open(label, names[kind[1].lower()] if kind else "")]


@_rule(
    r"(?P<how>double[- ]?click|right[- ]?click|middle[- ]?click|left[- ]?click|single[- ]?click|click|tap)(?: once| twice)?(?: on| at)?\s+(?P<label>.+)"
)
def _click(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    how = found["how"].lower().split("-")[0].split()[0].removesuffix("click") or "click"
    how = how if how in ("double", "right", "middle") else "click"
    words = found["label"]
    path = re.split(r"\s*(?:>|→|->|»)\s*", words)
    if len(path) > 1:
        return [i.Choose(tuple(_label(part, quoted) for part in path if part.strip()))]
    return [i.ClickOn(_label(words, quoted), how, bool(re.search(r"\b(?:hyper)?link\b", words, re.IGNORECASE)))]


@_rule(r"(?:follow|click through)\s+(?P<label>.+)")
def _follow(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.ClickOn(_label(found["label"], quoted), "click", True)]


@_rule(
    r"(?:choose|select|pick)\s+(?P<value>.+?)\s+(?:in|from|for|as|under) (?:the )?(?P<option>.+?)(?P<kind> menu| drop-?down(?: list| menu)?| list| combo ?box| box| option| options)?"
)
def _choose_from(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    if re.search(r">|→|->", found[0]):
        return None
    value, option, kind = _label(found["value"], quoted), _label(found["option"], quoted), (found["kind"] or "").strip().lower()
    if kind == "menu":
        return [i.Choose((option, value))]
    if kind or found["option"].startswith("\x00"):
        return [i.SetTo(option, value)]
    return None


@_rule(r"(?:choose|select|pick|use|go to|highlight)\s+(?P<path>.+)")
def _choose(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    words = re.sub(r"^the (?:menu (?:item |entry )?|option )?|^menu (?:item |entry )?", "", found["path"], flags=re.IGNORECASE)
    path = [part for part in re.split(r"\s*(?:>|→|->|»)\s*", words) if part.strip()]
    if len(path) == 1 and quoted.is_quoted(words) and re.search(r"\S\s*(?:>|→|->)\s*\S", quoted.plain(words)):
        return [i.Choose(tuple(re.split(r"\s*(?:>|→|->)\s*", quoted.plain(words))))]
    if len(path) > 1:
        return [i.Choose(tuple(_label(part, quoted) for part in path))]
    return [i.ClickOn(_label(words, quoted))] if found[0].lower().startswith(("choose", "select", "pick", "highlight")) else None


@_rule(r"(?:save|store)\b(?P<rest>.*)")
def _save(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return save(found["rest"], quoted)


@_rule(
    r"(?:name|call|title) (?:it|this|that|the (?:file|folder|document|directory)|the new (?:folder|file|directory))\s+(?:as )?(?P<name>.+)"
)
def _name(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.NameIt(_label(found["name"], quoted))]


@_rule(
    r"(?:close|quit|exit|leave)(?P<what>\s+.+?)?(?P<discard>,?\s+(?:without saving.*|(?:and )?(?:do not|don't) save.*|discarding.*))?"
)
def _close(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    what = (found["what"] or "").strip()
    if re.fullmatch(
        rf"{_IT}|(?:the )?(?:current |active |front )?(?:window|dialog|program|application|app)|everything", what, re.IGNORECASE
    ):
        what = ""
    what = re.sub(r"\s+(?:window|program|application|app)$", "", what, flags=re.IGNORECASE)
    return [i.CloseIt(quoted.plain(re.sub(r"^the ", "", what, flags=re.IGNORECASE)), bool(found["discard"]))]


@_rule(r"(?:do not|don't) save(?: .+)?|discard (?:the |all )?changes")
def _discard(_: re.Match[str], __: Quoted) -> list[Intent]:
    return [i.Press("Don't Save", button=True)]


@_rule(r"rename\s+(?P<old>.+?)\s+(?:to|as|into)\s+(?P<new>.+)|change the name of\s+(?P<old2>.+?)\s+to\s+(?P<new2>.+)")
def _rename(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    old, new = found["old"] or found["old2"], found["new"] or found["new2"]
    if re.fullmatch(_IT, old, re.IGNORECASE):
        return [i.RenameIt("", _label(new, quoted))]
    return [i.RenameIt(_thing(old, quoted), _label(new, quoted))]


@_rule(r"(?:make|create|add|set up|new)\s+(?P<rest>.+)")
def _make(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    return make(found["rest"], quoted)


@_rule(r"(?:delete|remove|trash|erase|clear)\s+(?P<what>.+)")
def _delete(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    if re.fullmatch(
        r"(?:all|everything|the (?:text|display|contents?|field|document)|all (?:of )?the text)(?: .{0,20})?",
        found["what"],
        re.IGNORECASE,
    ):
        return [i.DeleteIt("")]
    return [i.DeleteIt(_thing(found["what"], quoted))]


@_rule(r"(?P<verb>copy|move|put|drag)\s+(?P<what>.+?)\s+(?:to|into|in|inside)\s+(?P<folder>.+)")
def _put(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    whole = found["folder"] + found["what"]
    if (
        re.fullmatch(rf"{_IT}|.*\bclipboard\b.*|.*\b(?:text|result|contents?|everything|all)\b", found["what"], re.IGNORECASE)
        or "clipboard" in whole.lower()
    ):
        return [i.CopyIt()] if "clipboard" in whole.lower() else None
    if found["verb"].lower() == "put" and not re.search(r"\b(?:file|folder)\b", whole, re.IGNORECASE):
        return None
    return [i.PutIn(_thing(found["what"], quoted), _thing(found["folder"], quoted), found["verb"].lower() != "copy")]


@_rule(r"copy(?: .+)?")
def _copy(_: re.Match[str], __: Quoted) -> list[Intent]:
    return [i.CopyIt()]


@_rule(r"paste(?: (?:it|this|that|them|the .+|.+ clipboard))?(?: (?:in|into|there|here|below)(?: .+)?)?")
def _paste(_: re.Match[str], __: Quoted) -> list[Intent]:
    return [i.PasteIt()]


@_rule(r"fill (?P<rest>.+)")
def _fill(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    return fill(found["rest"], quoted)


@_rule(r"replace\s+(?:all |every |each )?(?:occurrences? of |the words? )?(?P<old>.+?)\s+(?:with|by)\s+(?P<new>.+)")
def _replace(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.ReplaceIt(_label(found["old"], quoted), _label(found["new"], quoted))]


@_rule(
    r"(?:turn on|switch on|enable|activate|turn off|switch off|disable|tick|untick|uncheck|check|toggle)\s+(?P<label>(?!that|whether|if).+)"
)
def _toggle(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.ClickOn(_label(found["label"], quoted))]


@_rule(r"(?:switch|go|change|return|get|come|bring|jump)(?: back)?(?: over)? to\s+(?P<what>.+?)(?: window)?")
def _switch(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    what = quoted.plain(found["what"])
    return [i.Switch(what)] if known(what) is not None else None


@_rule(r"(?:bring|raise)\s+(?P<what>.+?)\s+to the (?:front|top)")
def _raise(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.Switch(quoted.plain(found["what"]))]


@_rule(r"(?:set|change|switch)\s+(?P<option>.+?)\s+(?:to|as)\s+(?P<value>.+)|(?:switch|change) to (?P<mode>.+)")
def _set(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    if found["mode"]:
        return [i.SetTo("", _label(found["mode"], quoted))]
    return [i.SetTo(_label(found["option"], quoted), _label(found["value"], quoted))]


@_rule(r"(?:submit|send)(?: (?:it|the (?:form|page|query|search)))?(?: (?:with|using|by (?:pressing|clicking)) (?P<button>.+))?")
def _submit(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.SubmitIt(_label(found["button"], quoted) if found["button"] else "")]


@_rule(
    r"scroll(?:\s+(?P<way>up|down))?(?:\s+(?:the )?(?:page|window|list|view|document|text)?)?(?:\s*(?P<way2>up|down))?(?:\s*(?:all the way )?to (?:the )?(?:very )?(?P<end>bottom|top|end|start|beginning)(?: of .+)?|\s*(?:by )?(?P<times>\w+) (?:times|pages?|screens?)|\s*(?:a (?:bit|little|page)|further))?"
)
def _scroll(found: re.Match[str], _: Quoted) -> list[Intent]:
    end = (found["end"] or "").lower()
    if end:
        return [i.ScrollIt("bottom" if end in ("bottom", "end") else "top")]
    return [i.ScrollIt((found["way"] or found["way2"] or "down").lower(), _count(found["times"]))]


@_rule(
    r"scroll.*?(?:\buntil (?:you (?:see|find) )?|\bto (?:the )?(?:text |heading |section |word )?)(?P<text>.+?)(?: (?:is (?:shown|visible|displayed)|appears|comes into view))?"
)
def _scroll_until(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.ScrollUntil(_label(found["text"], quoted))]


@_rule(
    r"wait(?: for)?(?: about)? (?P<n>\w+) (?P<unit>seconds?|secs?|s|minutes?|milliseconds?|ms)|wait (?:a (?:moment|second|bit|while|little)|briefly)"
)
def _wait(found: re.Match[str], _: Quoted) -> list[Intent]:
    unit = (found["unit"] or "").lower()
    number = _count(found["n"]) if found["n"] else 2
    return [i.Pause(min(60, number * 60 if unit.startswith("minute") else 1 if unit.startswith("m") else number))]


@_rule(
    r"wait(?: (?:for|until|till) (?P<text>.+?)(?: (?:to )?(?:appears?|is (?:shown|visible|open|opened|loaded|displayed|ready)|shows up|opens|loads|show up|load|open))?)?"
)
def _await(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    words = found["text"]
    if not words or re.fullmatch(rf"{_IT}|.*\b(?:to finish|finishes|program|window|page)", words, re.IGNORECASE):
        return [i.Pause(2)]
    return [i.Await(_label(words, quoted))]


@_rule(r"(?:verify|check|make sure|ensure|confirm|see|assert)(?: that| whether| if)?\s+(?P<text>.+)")
def _see(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    inside = quoted.all_in(found["text"])
    if len(inside) == 1:
        return [i.See(inside[0])]
    plain = re.sub(
        r"^(?:the )?(?:text |word |result |output |answer )?(?:is )?|\s+(?:is|are|appears?|was|has been)(?: (?:shown|visible|displayed|there|open|on the screen|saved|created|present))?.*$",
        "",
        found["text"],
        flags=re.IGNORECASE,
    )
    return [i.See(quoted.plain(plain))] if plain.strip() else []


@_rule(
    r"(?:the )?(?:output|it|result|terminal|command|screen|page|answer|this)\s+(?:should|must|will)\s+(?:be|show|print|say|contain|display|output|read)\s+(?P<text>.+)"
)
def _should(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.See(_label(found["text"], quoted))]


@_rule(r"(?:search(?: for)?|find|look (?:for|up))\s+(?P<text>.+)")
def _find(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.FindIt(_label(found["text"], quoted))]


@_rule(r"(?:type|write|enter|input|put|insert|key in|jot down|note down|add|say)\s+(?:in\s+)?(?P<rest>.+)")
def _type(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return typed(found["rest"], quoted, entered=found[0].lower().startswith("enter"))


@_rule(r"(?:use|take)\s+(?P<what>.+)")
def _use(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    what = quoted.plain(found["what"])
    return [i.Use(what)] if known(what) is not None else None


def _thing(words: str, quoted: Quoted) -> str:
    """The name in `the file "a.txt"`, `a.txt`, `the Reports folder`."""
    inside = quoted.all_in(words)
    if len(inside) == 1:
        return inside[0]
    text = re.sub(
        r"^(?:the |a |this |my )?(?:new )?(?:(?:file|folder|directory|document|item)\s+(?:called |named )?)?",
        "",
        words.strip(),
        flags=re.IGNORECASE,
    )
    text = re.sub(r"\s+(?:file|folder|directory|document|item)$", "", text, flags=re.IGNORECASE)
    return quoted.plain(trim(text)) or quoted.plain(words)


__all__ = ["MARK", "read_english"]
