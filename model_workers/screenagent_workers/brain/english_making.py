"""English rules for what is made and changed: files, names, windows, text, fields, settings, waiting, looking."""

from __future__ import annotations

import re

from . import intents as i
from .english_text import fill, make, save, typed
from .english_words import IT, count, label_in, thing_in
from .intents import Intent
from .programs import known
from .quotes import Quoted
from .rules import Rules
from .shell_words import shell_word

RULES = Rules()
_COMPOSITION = re.compile(
    r"(?:a|an|me|my|some)\s+(?:\w+\s+){0,3}?(?:list|letter|poem|story|e-?mail|message|note|essay|summary|paragraph|report|article)s?"
    r"\s+(?:with|of|about|to|for|on|from|describing|explaining)\b",
    re.IGNORECASE,
)
"""A text that the words describe and do not hold."""


@RULES.add(r"(?:save|store)\b(?P<rest>.*)")
def _save(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return save(found["rest"], quoted)


@RULES.add(
    r"(?:name|call|title) (?:it|this|that|the (?:file|folder|document|directory)"
    r"|the new (?:folder|file|directory))\s+(?:as )?(?P<name>.+)"
)
def _name(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.NameIt(label_in(found["name"], quoted))]


@RULES.add(
    r"(?:close|quit|exit|leave)(?P<what>\s+.+?)?(?P<discard>,?\s+(?:without "
    r"saving.*|(?:and )?(?:do not|don't) save.*|discarding.*))?"
)
def _close(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    what = (found["what"] or "").strip()
    if re.fullmatch(
        rf"{IT}|(?:the )?(?:current |active |front )?(?:window|dialog|program|application|app)|everything", what, re.IGNORECASE
    ):
        what = ""
    what = re.sub(r"\s+(?:window|program|application|app)$", "", what, flags=re.IGNORECASE)
    return [i.CloseIt(quoted.plain(re.sub(r"^the ", "", what, flags=re.IGNORECASE)), bool(found["discard"]))]


@RULES.add(r"(?:do not|don't) save(?: .+)?|discard (?:the |all )?changes")
def _discard(_: re.Match[str], __: Quoted) -> list[Intent]:
    return [i.Press("Don't Save", button=True)]


@RULES.add(r"rename\s+(?P<old>.+?)\s+(?:to|as|into)\s+(?P<new>.+)|change the name of\s+(?P<old2>.+?)\s+to\s+(?P<new2>.+)")
def _rename(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    old, new = found["old"] or found["old2"], found["new"] or found["new2"]
    if re.fullmatch(IT, old, re.IGNORECASE):
        return [i.RenameIt("", label_in(new, quoted))]
    return [i.RenameIt(thing_in(old, quoted), label_in(new, quoted))]


@RULES.add(
    r"(?:make|create) (?:a|another) copy of (?:the )?(?:file )?(?P<old>.+?)"
    r" (?:called|named|as|under the name(?: of)?) (?P<new>.+)"
)
def _duplicate(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    old, new = shell_word(thing_in(found["old"], quoted)), shell_word(label_in(found["new"], quoted))
    return [i.Wish(f"cp -r {old} {new}", (i.Unknown(quoted.plain(found[0])),))]


@RULES.add(r"(?:make|create|add|set up|new)\s+(?P<rest>.+)")
def _make(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    return make(found["rest"], quoted)


@RULES.add(r"(?:delete|remove|trash|erase|clear)\s+(?P<what>.+)")
def _delete(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    if re.fullmatch(
        r"(?:all|everything|the (?:text|display|contents?|field|document)|all (?:of )?the text)(?: .{0,20})?",
        found["what"],
        re.IGNORECASE,
    ):
        return [i.DeleteIt("")]
    return [i.DeleteIt(thing_in(found["what"], quoted))]


@RULES.add(r"(?P<verb>copy|move|put|drag)\s+(?P<what>.+?)\s+(?:to|into|in|inside)\s+(?P<folder>.+)")
def _put(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    whole = found["folder"] + found["what"]
    if (
        re.fullmatch(rf"{IT}|.*\bclipboard\b.*|.*\b(?:text|result|contents?|everything|all)\b", found["what"], re.IGNORECASE)
        or "clipboard" in whole.lower()
    ):
        return [i.CopyIt()] if "clipboard" in whole.lower() else None
    if found["verb"].lower() == "put" and not re.search(r"\b(?:file|folder)\b", whole, re.IGNORECASE):
        return None
    return [i.PutIn(thing_in(found["what"], quoted), thing_in(found["folder"], quoted), found["verb"].lower() != "copy")]


@RULES.add(
    r"(?:type|write|enter|put|insert|note|paste)(?: down)? (?:the|its) (?:result|answer|sum|total|product)"
    r"(?:\s+(?:in|into|to) (?:a |the )?(?:new |empty )?(?:text )?(?:file|document)(?:(?: called| named)? (?P<name>\S+))?)?"
)
def _result(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.PasteIt(), i.SaveIt(quoted.plain(found["name"]))] if found["name"] else [i.PasteIt()]


@RULES.add(r"copy(?: .+)?")
def _copy(_: re.Match[str], __: Quoted) -> list[Intent]:
    return [i.CopyIt()]


@RULES.add(
    r"paste(?: (?:it|this|that|them|the .+|.+ clipboard))?(?: (?:in|into|there|here|below)(?: .+?)?)?"
    r"(?: (?P<times>twice|thrice|\w+ times))?"
)
def _paste(found: re.Match[str], _: Quoted) -> list[Intent]:
    return [i.PasteIt()] * count(found["times"])


@RULES.add(r"fill (?P<rest>.+)")
def _fill(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    return fill(found["rest"], quoted)


@RULES.add(r"replace\s+(?:all |every |each )?(?:occurrences? of |the words? )?(?P<old>.+?)\s+(?:with|by)\s+(?P<new>.+)")
def _replace(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.ReplaceIt(label_in(found["old"], quoted), label_in(found["new"], quoted))]


@RULES.add(
    r"(?:turn on|switch on|enable|activate|turn off|switch off|disable|tick|"
    r"untick|uncheck|check|toggle)\s+(?P<label>(?!that|whether|if).+)"
)
def _toggle(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.ClickOn(label_in(found["label"], quoted))]


@RULES.add(r"(?:switch|go|change|return|get|come|bring|jump)(?: back)?(?: over)? to\s+(?P<what>.+?)(?: window)?")
def _switch(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    what = quoted.plain(found["what"])
    return [i.Switch(what)] if known(what) is not None else None


@RULES.add(r"(?:bring|raise)\s+(?P<what>.+?)\s+to the (?:front|top)")
def _raise(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.Switch(quoted.plain(found["what"]))]


@RULES.add(r"(?:set|change|switch)\s+(?P<option>.+?)\s+(?:to|as)\s+(?P<value>.+)|(?:switch|change) to (?P<mode>.+)")
def _set(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    if found["mode"]:
        return [i.SetTo("", label_in(found["mode"], quoted))]
    return [i.SetTo(label_in(found["option"], quoted), label_in(found["value"], quoted))]


@RULES.add(
    r"(?:submit|send)(?: (?:it|the (?:form|page|query|search)))?(?: (?:with|using|by (?:pressing|clicking)) (?P<button>.+))?"
)
def _submit(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.SubmitIt(label_in(found["button"], quoted) if found["button"] else "")]


@RULES.add(
    r"scroll(?:\s+(?P<way>up|down))?(?:\s+(?:the )?(?:page|window|list|view|"
    r"document|text)?)?(?:\s*(?P<way2>up|down))?(?:\s*(?:all the way )?to (?:the "
    r")?(?:very )?(?P<end>bottom|top|end|start|beginning)(?: of .+)?|\s*(?:by "
    r")?(?P<times>\w+) (?:times|pages?|screens?)|\s*(?:a (?:bit|little|page)"
    r"|further))?"
)
def _scroll(found: re.Match[str], _: Quoted) -> list[Intent]:
    end = (found["end"] or "").lower()
    if end:
        return [i.ScrollIt("bottom" if end in ("bottom", "end") else "top")]
    return [i.ScrollIt((found["way"] or found["way2"] or "down").lower(), count(found["times"]))]


@RULES.add(
    r"scroll.*?(?:\buntil (?:you (?:see|find) )?|\bto (?:the )?(?:text |heading "
    r"|section |word )?)(?P<text>.+?)(?: (?:is (?:shown|visible|displayed)|appears|"
    r"comes into view))?"
)
def _scroll_until(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.ScrollUntil(label_in(found["text"], quoted))]


@RULES.add(
    r"wait(?: for)?(?: about)? (?P<n>\w+) (?P<unit>seconds?|secs?|s|minutes?|"
    r"milliseconds?|ms)|wait (?:a (?:moment|second|bit|while|little)|briefly)"
)
def _wait(found: re.Match[str], _: Quoted) -> list[Intent]:
    unit = (found["unit"] or "").lower()
    number = count(found["n"]) if found["n"] else 2
    return [i.Pause(min(60, number * 60 if unit.startswith("minute") else 1 if unit.startswith("m") else number))]


@RULES.add(
    r"wait(?: (?:for|until|till) (?P<text>.+?)(?: (?:to )?(?:appears?|is (?:shown|"
    r"visible|open|opened|loaded|displayed|ready)|shows up|opens|loads|show "
    r"up|load|open))?)?"
)
def _await(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    words = found["text"]
    if not words or re.fullmatch(rf"{IT}|.*\b(?:to finish|finishes|program|window|page)", words, re.IGNORECASE):
        return [i.Pause(2)]
    return [i.Await(label_in(words, quoted))]


@RULES.add(r"(?:verify|check|make sure|ensure|confirm|see|assert)(?: that| whether| if)?\s+(?P<text>.+)")
def _see(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    inside = quoted.all_in(found["text"])
    if len(inside) == 1:
        return [i.See(inside[0])]
    plain = re.sub(
        r"^(?:the )?(?:text |word |result |output |answer )?(?:is )?|\s+(?:is|are|"
        r"appears?|was|has been)(?: (?:shown|visible|displayed|there|open|on the "
        r"screen|saved|created|present))?.*$",
        "",
        found["text"],
        flags=re.IGNORECASE,
    )
    return [i.See(quoted.plain(plain))] if plain.strip() else []


@RULES.add(
    r"(?:the )?(?:output|it|result|terminal|command|screen|page|answer|this)"
    r"\s+(?:should|must|will)\s+(?:be|show|print|say|contain|display|output|"
    r"read)\s+(?P<text>.+)"
)
def _should(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.See(label_in(found["text"], quoted))]


@RULES.add(r"(?:search(?: for)?|find(?! out)|look (?:for|up))\s+(?P<text>.+)")
def _find(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.FindIt(label_in(found["text"], quoted))]


@RULES.add(r"(?:type|write|enter|input|put|insert|key in|jot down|note down|add|say)\s+(?:in\s+)?(?P<rest>.+)")
def _type(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    if not quoted.all_in(found["rest"]) and _COMPOSITION.match(found["rest"]):
        return [i.Unknown(quoted.plain(found[0]))]
    return typed(found["rest"], quoted, entered=found[0].lower().startswith("enter"))


@RULES.add(r"(?:use|take)\s+(?P<what>.+)")
def _use(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    what = quoted.plain(found["what"])
    return [i.Use(what)] if known(what) is not None else None
