"""An English task cut into clauses, one instruction each, where the next instruction's verb begins."""

from __future__ import annotations

import re

from .programs import known
from .quotes import MARK

_TRANSITIVE = (
    "open|start|launch|run|execute|type|write|enter|input|insert|put|press|hit|tap|push|click|double[- ]click|right[- ]click|"
    "middle[- ]click|choose|select|pick|save|store|close|quit|exit|create|make|rename|delete|remove|copy|cut|paste|move|"
    "calculate|compute|evaluate|work out|figure out|find out|go|visit|browse|navigate|follow|fill|set|change|switch|turn|"
    "enable|disable|tick|untick|check|uncheck|toggle|scroll|wait|search|find|look|replace|verify|make sure|ensure|confirm|"
    "submit|send|add|subtract|multiply|divide|maximi[sz]e|minimi[sz]e|reload|refresh|undo|redo|clear|erase|bring|activate|"
    "load|return to|go back|use|key in|jot down|note down|let|show|display|hold|drag|expand|leave|keep|print|"
    "download|install|log in|sign in|draw|upload|extract|describe|read|tell|"
    "give|explain|name (?:it|this|the)|call (?:it|this|the)|"
    "restart|shut|lock|mute|play|record|resize|unzip|zip|email|attach|sort|edit|format|convert|translate|count|list|move"
)
_ALONE = (
    "save|close|quit|exit|copy|paste|cut|submit|send|undo|redo|reload|refresh|stop|scroll|go back|go forward|go up|wait|"
    "rename it|delete it|run it|press enter|enter|maximi[sz]e|minimi[sz]e|log in|sign in|search"
)
_ADVERBS = (
    r"(?:(?:please|then|next|finally|now|also|afterwards?|lastly|first|firstly|"
    r"secondly|thirdly|so|just|and|after that|when (?:it|that) is done|once "
    r"(?:it|that) is (?:done|open)|simply|again|immediately|you(?: should| must|"
    r" can)?|once it opens|to finish|at the end|in the end)\s*[,:]?\s+)*"
)
STARTS = re.compile(rf"{_ADVERBS}(?:(?:{_TRANSITIVE}):?\s+\S|(?:{_ALONE})\s*(?:$|[.,;!]|\band\b|\bthen\b))", re.IGNORECASE)
_CUT = re.compile(
    r"\s*[,;]?\s*(?:\band then\b|\bthen\b|\bafter that\b|\bafterwards\b|\bbut\b|\band\b|&|->|→|=>)\s*,?\s*|\s*[,;:]\s+|\s+to\s+",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"(?<=[.!?;])\s+|(?<=[a-z\x00][.!?])(?=[A-Z][a-z]+\s)|[\r\n]+|[。！？；]")
_BULLET = re.compile(r"^\s*(?:\(?\d{1,2}[.):]\s+|[-*•]\s+|step \d+[.:)]\s*)", re.IGNORECASE)
_POLITE = re.compile(
    rf"^\s*(?:(?:hi|hello|hey)\b[ ,!]*(?=please|can|could))?{_ADVERBS}(?:(?:can|could|would|will) you (?:please )?(?:kindly )?|"
    r"i(?:'d| would) like (?:you )?to (?:have )?|i want (?:you )?to |i need "
    r"(?:you )?to |(?:you|we) (?:should|must|need to|have to) |"
    r"help me (?:to )?|your task is to |the task is to |try to |go ahead and |be so kind as to |make sure to |remember to |"
    r"don't forget to |kindly |please |let's |task: |goal: )*",
    re.IGNORECASE,
)
_WITHIN = re.compile(
    r"^(?:in|using|with|inside|within|from|on|via|by using|through)\s+(?P<where>[^,:\x00]{2,50}?)\s*[,:]\s*(?P<rest>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_WITHIN_BARE = re.compile(
    r"^(?:in|using|with|inside|within|from|via|by using|through)\s+(?P<where>(?:\w+\s+){1,3}\w*?)"
    r"\s*(?P<rest>\b(?:type|write|enter|run|execute|"
    r"calculate|compute|create|make|press|open|click|save|go|visit|rename|delete)\b.+)$",
    re.IGNORECASE | re.DOTALL,
)
_USE = re.compile(r"^(?:use|take)\s+(?P<where>[^,\x00]{2,50}?)\s+(?:to|and|for)\s+(?P<rest>.+)$", re.IGNORECASE | re.DOTALL)
_TAIL = re.compile(
    r"^(?P<rest>.+?)\s+(?:in|into|using|with|inside|within|via|from|on|by using|to)\s+(?P<where>[^,\x00]{2,45})$",
    re.IGNORECASE | re.DOTALL,
)
_NOTHING = re.compile(
    r"^(?:(?:that is all|that's all|done|thanks|thank you|good luck|ok|okay|as follows|the following(?: steps)?|please|first|"
    r"do (?:it|this|the following))\b.*|(?:so that )?(?:the )?(?:result|answer|"
    r"output) (?:is|should be|will be) (?:shown|displayed|visible).*|"
    r"(?:show|display|read|note|look at|see|get|give me|tell me) (?:me )?(?:the "
    r"|its )?(?:result|answer|output|sum)(?: there| on the (?:screen|display))?)$",
    re.IGNORECASE,
)


def clauses(text: str) -> list[str]:
    """The instructions of a protected text in order, without politeness, bullets and closing punctuation."""
    found: list[str] = []
    for sentence in _SENTENCES.split(text):
        sentence = _BULLET.sub("", sentence).strip()
        if sentence:
            found.extend(_pieces(sentence))
    trimmed = (trim(piece) for piece in found)
    return [piece for piece in trimmed if piece and not _NOTHING.match(piece)]


def trim(clause: str) -> str:
    """A clause without adverbs, politeness and closing punctuation."""
    clause = clause.strip().strip(",;:").strip()
    clause = re.sub(r"[.!?]+$", "", clause).strip()
    clause = re.sub(
        r"^(run|execute|type|write|calculate|compute|open|enter|press|click|save as|do):\s+", r"\1 ", clause, flags=re.IGNORECASE
    )
    return clause[_POLITE_END(clause) :].strip()


def _POLITE_END(clause: str) -> int:  # noqa: N802
    found = _POLITE.match(clause)
    return found.end() if found else 0


def where_and_rest(clause: str) -> tuple[str, str]:
    """`("the terminal", "run ls")` of `in the terminal, run ls` and of `run ls in the terminal`; ("", clause) else."""
    for pattern in (_WITHIN, _WITHIN_BARE, _USE):
        found = pattern.match(clause)
        if found and known(found["where"]) is not None:
            return found["where"].strip(), trim(found["rest"])
    head = clause[-60:]
    for preposition in re.finditer(r"\s+(?:in|into|using|with|inside|within|via|from|on|by using|to)\s+", head, re.IGNORECASE):
        where = head[preposition.end() :]
        if "\x00" in where or "," in where or known(where) is None:
            continue
        rest = clause[: len(clause) - len(head) + preposition.start()]
        if not re.match(r"(?:switch|go|return|change|come|get)\b(?:\s+back)?$", rest.strip(), re.IGNORECASE):
            return where.strip(), rest.strip()
    return "", clause


def _pieces(sentence: str) -> list[str]:
    pieces: list[str] = []
    start = 0
    for cut in _CUT.finditer(sentence):
        if cut.start() < start or not _cuts_here(sentence, start, cut):
            continue
        pieces.append(sentence[start : cut.start()])
        start = cut.end()
    pieces.append(sentence[start:])
    return pieces


def _cuts_here(sentence: str, start: int, cut: re.Match[str]) -> bool:
    rest = sentence[cut.end() : cut.end() + 160]
    before = sentence[start : cut.start()].strip()
    if not before:
        return False
    word = cut[0].strip().lower()
    if word in ("->", "→", "=>"):
        return STARTS.match(rest) is not None or known(trim(before).split(" ", 1)[-1]) is not None
    if word == "to":
        opened = re.match(r"(?:open|start|launch|use|run)\s+([^\x00,]{2,45})$", trim(before), re.IGNORECASE)
        return bool(opened and known(opened[1]) and STARTS.match(rest))
    leads_in = re.match(r"(?:in|using|with|inside|within|from|via|on)\b[^,:]*$", trim(before), re.IGNORECASE)
    if word in (":", ",") and leads_in:
        return False
    return (
        STARTS.match(rest) is not None
        or re.match(rf"{_ADVERBS}(?:in|using|inside|within|with) (?:the |a )?[^,\x00]{{2,40}}, ?(?=\w)", rest, re.IGNORECASE)
        is not None
    )


QUOTE = MARK
