"""The English instructions that carry a text or a name: type, save, fill, make."""

from __future__ import annotations

import re

from . import intents as i
from .intents import Intent
from .quotes import MARK, Quoted

_FIELD = re.compile(
    r"\s+(?:in|into|in to|inside|under|to|on|at)\s+(?:the\s+)?(?P<field>[^,]{1,60}?)"
    r"\s+(?:field|box|input|entry|textbox|text box|text field|input field|search "
    r"box|line edit|cell)$",
    re.IGNORECASE,
)
_ADDRESS_BAR = re.compile(
    r"\s+(?:in|into|to)\s+(?:the\s+)?(?:browser'?s?\s+)?(?:address|url|location)(?: bar| field| box)?$", re.IGNORECASE
)
_AS_FIELD = re.compile(r"^(?P<text>.+?)\s+(?:as|for)\s+(?:the\s+|your\s+)?(?P<field>[^,]{1,60})$", re.IGNORECASE | re.DOTALL)
_PAIR = re.compile(
    rf"({MARK})\s+(?:as|for|in|into)\s+(?:the\s+|your\s+)?({MARK}|[\w -]{{1,30}}?)(?:\s+field|\s+box)?(?=\s*(?:,|and\b|$))",
    re.IGNORECASE,
)
_AS_NAMED_FIELD = re.compile(rf"(?P<text>{MARK}|[^,\x00]{{1,40}}?)\s+(?:as|for)\s+(?:the\s+|your\s+)?(?P<field>[\w -]{{1,30}})")
_PLACE = re.compile(
    r"\s+(?:in|into|in to|inside|to|on|at|there|here)(?:\s+(?:it|there|the (?:window|"
    r"document|file|editor window|new document|empty document|editor|page|text "
    r"area|opened window|text|note|blank document)|a new (?:document|file)|an "
    r"empty document))?$",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:(?:in\s+)?(?:the\s+|a\s+|some\s+|this\s+)?(?:following\s+)?(?:exact\s+)?(?:short\s+)?(?:text|"
    r"words?|sentence|phrase|line|message|string|lines|note|greeting|content|"
    r"letters?|characters?|two lines|three lines)"
    r"(?:\s+(?:that\s+)?(?:says?|saying|reading|reads|with the text|containing|of))?|(?:the\s+)?following)\s*:?\s+(?=\S)|^:\s*",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(r"[\w\-.~/()+ ]*\.[A-Za-z0-9]{1,8}")


def typed(rest: str, quoted: Quoted, entered: bool = False) -> list[Intent]:
    """`type REST`: what to write, and where when a field is named."""
    rest = rest.strip()
    submitted = re.search(r",?\s*followed by (?:the )?(?:enter|return)(?: key)?$", rest, re.IGNORECASE)
    if submitted:
        return [*typed(rest[: submitted.start()], quoted, entered), i.Press("Return")]
    if re.match(r"(?:a|the)\s+(?:new\s+)?(?:text\s+)?file\s+(?:called|named)\s", rest, re.IGNORECASE):
        made = make(rest, quoted)
        if made is not None:
            return made
    pairs = _PAIR.findall(rest)
    if len(pairs) > 1 and not re.sub(r"[\s,]|\band\b", "", _PAIR.sub("", rest)):
        return [i.Type(quoted.plain(text), _name(field, quoted)) for text, field in pairs]
    parts = [_AS_NAMED_FIELD.fullmatch(part) for part in re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", rest)]
    if len(parts) > 1 and all(parts):
        return [i.Type(quoted.plain(part["text"]), _name(part["field"], quoted)) for part in parts if part]
    to_file = re.search(
        r"\s+(?:in|into|to)\s+(?:a|the)?\s*(?:new\s+)?(?:text\s+)?file\s+(?:called\s+|named\s+)?(?P<name>\S.*)$",
        rest,
        re.IGNORECASE,
    )
    if to_file and _looks_like_name(to_file["name"], quoted):
        return [*typed(rest[: to_file.start()], quoted), i.SaveIt(quoted.plain(to_file["name"]))]
    if re.match(r"(?:the\s+)?(?:folder|directory)\s", rest, re.IGNORECASE) and entered:
        return [i.Open(quoted.plain(re.sub(r"^(?:the\s+)?(?:folder|directory)\s+", "", rest, flags=re.IGNORECASE)), "folder")]
    bar = _ADDRESS_BAR.search(rest)
    if bar:
        return [i.Visit(_text(rest[: bar.start()], quoted))]
    field = _FIELD.search(rest)
    if field:
        return [i.Type(_text(rest[: field.start()], quoted), _name(field["field"], quoted))]
    labelled = re.search(rf"^(?P<text>.+?)\s+(?:in|into|for|as)\s+(?:the\s+)?(?P<field>{MARK})$", rest, re.DOTALL)
    if labelled and "\x00" in labelled["text"]:
        return [i.Type(_text(labelled["text"], quoted), quoted.plain(labelled["field"]))]
    named = _AS_FIELD.match(rest)
    if (
        named
        and re.search(
            r"\b(?:name|e-?mail|mail|city|subject|password|phone|title|address|comment|"
            r"message|user ?name|age|country|search term)\b$",
            named["field"],
            re.IGNORECASE,
        )
        and not re.search(r"\bnote\b", named["field"])
    ):
        return [i.Type(_text(named["text"], quoted), _name(named["field"], quoted))]
    return [i.Type(_text(_PLACE.sub("", rest) or rest, quoted))]


def _text(words: str, quoted: Quoted) -> str:
    """The text to write. Quoted texts are taken exactly; several on "lines" go one a line."""
    words = words.strip()
    inside = quoted.all_in(words)
    around = re.sub(MARK, "", words)
    if len(inside) == 1 and len(around.split()) <= 12:
        return inside[0]
    if len(inside) > 1 and re.fullmatch(r"[\s,;:&\w]*", around) and len(around.split()) <= 25:
        apart = "\n" if re.search(r"\blines?\b|\bbelow\b|\bunder(?:neath)?\b|\brows?\b|new ?line", around, re.IGNORECASE) else " "
        return apart.join(inside)
    plain = quoted.plain(_LEAD.sub("", words) or words)
    return plain.strip()


def _name(words: str, quoted: Quoted) -> str:
    inside = quoted.all_in(words)
    if len(inside) == 1:
        return inside[0]
    text = re.sub(r"^(?:the|a|an|your|my)\s+", "", words.strip(), flags=re.IGNORECASE)
    text = re.sub(r"\s+(?:field|box|input|entry)$", "", text, flags=re.IGNORECASE)
    return quoted.plain(text)


def _looks_like_name(words: str, quoted: Quoted) -> bool:
    plain = quoted.plain(words)
    return quoted.is_quoted(words) or _FILE_NAME.fullmatch(plain) is not None or len(plain.split()) == 1


def save(rest: str, quoted: Quoted) -> list[Intent]:
    """`save REST`: a name after as, under, named; a folder after in, to, on."""
    text = rest.strip()
    text = re.sub(
        r"^(?:it|this|that|them|(?:the|your|my|all|this) (?:[\w-]+ )?(?:file|document|"
        r"text|note|page|result|changes|work|contents?|letter|list|image))(?=\s|,|$)",
        "",
        text,
        flags=re.IGNORECASE,
    ).strip()
    name = folder = ""
    named = re.search(
        r"(?:^|\s)(?:as|under|with|by|to|in|into|using|,?\s*naming it|,?\s*calling "
        r"it)\s+(?:a |the )?(?:new )?(?:text )?(?:file ?name|name|file)(?:\s+(?:of|"
        r"called|named|as|with the name))?\s*:?\s+(?P<name>\S.*)$"
        r"|(?:^|\s)(?:as|called|named|under|naming it|calling it)\s+(?P<name2>\S.*)$",
        text,
        re.IGNORECASE | re.DOTALL,
    )
    if named:
        before = text[: named.start()]
        words = named["name"] or named["name2"]
        place = re.search(
            rf"(?:^|(?<=\x00))\s*(?:in|into|to|on|inside|under|at)\s+(?P<where>[^\x00]+|(?:the )?(?:folder )?{MARK}(?: folder)?)$"
            if words.startswith("\x00")
            else r"\s+(?:in|into|to|on|inside|under|at)\s+(?P<where>.+)$",
            words,
            re.IGNORECASE,
        )
        if place:
            folder = _folder(place["where"], quoted)
            words = words[: place.start()]
        name = _name(words, quoted)
        if not folder:
            earlier = re.search(r"(?:^|\s)(?:in|into|to|on|inside|at)\s+(?P<where>.+?)$", before, re.IGNORECASE)
            folder = _folder(earlier["where"], quoted) if earlier else ""
    else:
        place = re.search(r"(?:^|\s)(?:in|into|to|on|inside|at)\s+(?P<where>.+)$", text, re.IGNORECASE)
        if place and _FILE_NAME.fullmatch(quoted.plain(place["where"])):
            name = quoted.plain(place["where"])
        elif place:
            folder = _folder(place["where"], quoted)
        elif text and _looks_like_name(text, quoted) and _FILE_NAME.fullmatch(quoted.plain(text)):
            name = quoted.plain(text)
    return [i.SaveIt(name.strip(), folder)]


def _folder(words: str, quoted: Quoted) -> str:
    text = re.sub(
        r"^(?:the|my|your)\s+(?:folder\s+|directory\s+)?(?:called\s+|named\s+)?|^(?:folder|directory)\s+",
        "",
        words.strip(),
        flags=re.IGNORECASE,
    )
    text = re.sub(r"\s+(?:folder|directory)$", "", text, flags=re.IGNORECASE)
    return quoted.plain(text)


def fill(rest: str, quoted: Quoted) -> list[Intent] | None:
    """`fill REST`: FIELD with TEXT, TEXT as FIELD, or a form with `Field: text` pairs."""
    rest = re.sub(r"^(?:in|out|up)\s+", "", rest.strip(), flags=re.IGNORECASE)
    form = re.match(r"(?:the\s+)?(?:\w+\s+)?form\s*(?:with|:|as follows:?)?\s+(?P<pairs>.+)$", rest, re.IGNORECASE | re.DOTALL)
    words = form["pairs"] if form else rest
    pairs = re.findall(
        rf"(?:^|,\s*|\band\s+|;\s*)\s*(?:the\s+)?([\w -]{{1,40}}|{MARK})\s*(?::|=|"
        rf"\bas\b)\s*({MARK}|[^,;\x00]+?)(?=\s*(?:,|;|\band\b|$))",
        words,
        re.IGNORECASE,
    )
    if pairs and re.search(r"[:=]", words):
        return [i.Type(quoted.plain(text), _name(field, quoted)) for field, text in pairs]
    found = re.match(r"(?:the\s+)?(?P<field>.+?)\s+(?:with|as|:)\s+(?P<text>.+)$", rest, re.IGNORECASE | re.DOTALL)
    if found:
        if re.search(r"\s(?:as)\s", rest) and found["field"].startswith("\x00"):
            return [i.Type(quoted.plain(found["field"]), _name(found["text"], quoted))]
        several = re.split(rf"\s*,?\s+and\s+(?:the\s+)?(?=[\w -]+? (?:field )?with {MARK})", found["text"])
        made: list[Intent] = [i.Type(_text(several[0], quoted), _name(found["field"], quoted))]
        for more in several[1:]:
            made.extend(fill(more, quoted) or [])
        return made
    into = re.match(rf"(?P<text>{MARK}|\S+)\s+(?:in|into|as|for)\s+(?P<field>.+)$", rest, re.IGNORECASE)
    return [i.Type(quoted.plain(into["text"]), _name(into["field"], quoted))] if into else None


def make(rest: str, quoted: Quoted) -> list[Intent] | None:
    """`make REST`: a folder, file or document with its name, place and text."""
    found = re.match(
        r"(?:(?:a|an|the|another|one|two|three|\d)\s+)?(?:new\s+)?(?:empty\s+|blank\s+)?(?P<sort>(?:sub)?folders?|"
        r"director(?:y|ies)|(?:text\s+)?(?:files?|documents?|notes?)|tab|window|"
        r"launcher|shortcut)\b(?P<rest>.*)$",
        rest,
        re.IGNORECASE | re.DOTALL,
    )
    if found is None:
        trailing = re.match(
            rf"(?:(?:a|an|the)\s+)?(?:new\s+)?(?P<name>{MARK}|\S+)\s+(?P<sort>folder|directory|file)(?P<rest>.*)$",
            rest,
            re.IGNORECASE,
        )
        if trailing is None:
            return None
        kind = "file" if trailing["sort"].lower() == "file" else "folder"
        return [i.Make(kind, (quoted.plain(trailing["name"]),), _where(trailing["rest"], quoted)[1])]
    sort = found["sort"].lower()
    if sort in ("tab", "window", "launcher", "shortcut"):
        if found["rest"].strip() or not re.match(r"(?:a|an|another|new)\b", rest, re.IGNORECASE):
            return None
        return [i.Keys("Ctrl+t")] if sort == "tab" else [i.Keys("Ctrl+n")] if sort == "window" else None
    kind = "folder" if "folder" in sort or "director" in sort else "file"
    words, folder = _where(found["rest"], quoted)
    words, content = _content(words, quoted)
    words = re.sub(
        r"^\s*,?\s*(?:that is |which is |and )?(?:called|named|titled|with (?:the "
        r")?names?(?: of)?|name it|by the name(?: of)?|as|:)\s+",
        "",
        words,
        flags=re.IGNORECASE,
    ).strip(" ,:")
    names = tuple(_names(words, quoted))
    if kind == "file" and not names:
        return [i.Make("document", (), folder, content)]
    return [i.Make(kind, names, folder, content)]


def _names(words: str, quoted: Quoted) -> list[str]:
    if not words:
        return []
    inside = quoted.all_in(words)
    if inside and not re.sub(rf"{MARK}|[\s,]|\band\b", "", words):
        return inside
    parts = re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", words)
    if len(parts) > 1 and all(len(part.split()) == 1 for part in parts):
        return [quoted.plain(part) for part in parts if part]
    return [_name(words, quoted)]


def _where(words: str, quoted: Quoted) -> tuple[str, str]:
    found = re.search(
        rf"\s+(?:in|on|inside|within|under)\s+(?P<where>(?:the |my |your )?(?:folder "
        rf"|directory )?(?:{MARK}|[^\x00,]{{1,40}}?)(?: folder| directory)?)(?=\s+(?:called|"
        rf"named|with|containing|that)\b|,|$)",
        words,
        re.IGNORECASE,
    )
    if found is None:
        return words, ""
    return words[: found.start()] + words[found.end() :], _folder(found["where"], quoted)


def _content(words: str, quoted: Quoted) -> tuple[str, str | None]:
    found = re.search(
        r"\s*,?\s*(?:and )?(?:with|containing|that (?:contains|says|reads|holds)"
        r"|which (?:contains|says)|saying|holding|reading)\s+(?:the\s+)?(?:text|"
        r"content|contents|words?|line|lines)?:?\s*(?P<text>\S.*)$",
        words,
        re.IGNORECASE | re.DOTALL,
    )
    if (
        found is None
        or re.match(r"(?:the )?name", found["text"], re.IGNORECASE)
        or re.match(r"\s*with (?:the )?name", found[0], re.IGNORECASE)
    ):
        return words, None
    return words[: found.start()], _text(found["text"], quoted)
