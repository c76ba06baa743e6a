"""Labels found on the screen: where to click for a name, best first."""

from __future__ import annotations

from dataclasses import dataclass

from ..screen import Line, ScreenText, Word
from .folding import has_cjk, lookalike, same_label, squash

PANEL = 32
"""Height in pixels of the strip at the top or bottom where desktops keep their panel and task bar."""


@dataclass(frozen=True)
class Target:
    """A place that carries the label. `whole` when the label is all that stands there; `score` is higher for better."""

    left: int
    top: int
    right: int
    bottom: int
    score: float
    whole: bool
    text: str

    @property
    def centre(self) -> tuple[int, int]:
        """The pixel (x, y) to click."""
        return (self.left + self.right) // 2, (self.top + self.bottom) // 2


def in_panel(top: int, bottom: int, screen: ScreenText) -> bool:
    """Whether a box lies in the strip of the panel or task bar."""
    return bottom <= PANEL + 2 or top >= screen.height - PANEL


def find(screen: ScreenText, label: str, panel: bool = False) -> list[Target]:
    """All places that carry `label`, best first: exact before one slip before part of a word, content before panel.

    With `panel`, places in the panel come first (the buttons of windows).
    """
    wanted = squash(label)
    if not wanted or len(wanted) > 200:
        return []
    found = [target for line in screen.lines for target in _in_line(line, label, screen, panel)]
    if not any(target.score > 0.8 for target in found):
        found.extend(_wrapped(screen, label))
    unique: dict[tuple[int, int], Target] = {}
    for target in sorted(found, key=lambda target: -target.score):
        unique.setdefault((target.centre[0] // 6, target.centre[1] // 6), target)
    return list(unique.values())


def _in_line(line: Line, label: str, screen: ScreenText, panel: bool) -> list[Target]:
    bonus = _bonus(line.left, line.top, line.right, line.bottom, screen, panel)
    if squash(line.text) == squash(label):
        exact_case = 0.02 if line.text.strip() == label.strip() else 0.0
        return [Target(line.left, line.top, line.right, line.bottom, 1.0 + bonus + exact_case, True, line.text)]
    if same_label(label, line.text):
        return [Target(line.left, line.top, line.right, line.bottom, 0.86 + bonus, True, line.text)]
    words = line.words or (Word(line.text, line.left, line.top, line.right, line.bottom),)
    runs = _runs(words, label)
    if runs:
        return [
            Target(
                run[0].left, min(w.top for w in run), run[-1].right, max(w.bottom for w in run), score + bonus, False, line.text
            )
            for run, score in runs
        ]
    return _inside(line, words, label, bonus)


def _runs(words: tuple[Word, ...], label: str) -> list[tuple[tuple[Word, ...], float]]:
    """Runs of whole words that make the label, exactly (0.93) or with a slip (0.8)."""
    wanted = squash(label)
    loose = lookalike(label)
    out: list[tuple[tuple[Word, ...], float]] = []
    texts = [squash(word.text.strip("•·*-.,:;()[]<>")) for word in words]
    for first in range(min(len(words), 60)):
        joined = ""
        for last in range(first, min(len(words), 60)):
            joined += texts[last]
            if len(joined) > len(wanted) + 2:
                break
            if not texts[first] or not texts[last]:
                continue
            run = words[first : last + 1]
            if joined == wanted:
                out.append((run, 0.93))
            elif abs(len(joined) - len(wanted)) <= 1 and (lookalike(joined) == loose or same_label(wanted, joined)):
                out.append((run, 0.8))
    return out


def _inside(line: Line, words: tuple[Word, ...], label: str, bonus: float) -> list[Target]:
    """The label within longer words: certain in scripts without spaces, a guess elsewhere."""
    wanted, whole = lookalike(label), lookalike(line.text)
    at = whole.find(wanted)
    if at < 0 or len(wanted) < (1 if has_cjk(label) else 3):
        return []
    left = line.left + (line.right - line.left) * at // max(len(whole), 1)
    right = line.left + (line.right - line.left) * (at + len(wanted)) // max(len(whole), 1)
    score = 0.85 if has_cjk(label) else 0.55
    return [Target(left, line.top, max(right, left + 1), line.bottom, score + bonus, False, line.text)]


def _wrapped(screen: ScreenText, label: str) -> list[Target]:
    """Labels of icons that are written on two lines, one below the other."""
    wanted = lookalike(label)
    out: list[Target] = []
    starts = [line for line in screen.lines[:400] if len(lookalike(line.text)) >= 2 and wanted.startswith(lookalike(line.text))]
    for upper in starts[:40]:
        for lower in screen.lines[:400]:
            near = abs(upper.centre[0] - lower.centre[0]) <= 12 and 0 <= lower.top - upper.top <= 2 * upper.height
            if near and lower is not upper and lookalike(upper.text + lower.text) == wanted:
                box = (min(upper.left, lower.left), upper.top, max(upper.right, lower.right), lower.bottom)
                out.append(Target(*box, 0.9 + _bonus(*box, screen, False), True, f"{upper.text} {lower.text}"))
    return out


def _bonus(left: int, top: int, right: int, bottom: int, screen: ScreenText, panel: bool) -> float:
    bonus = 0.0
    if in_panel(top, bottom, screen):
        bonus += 0.3 if panel else -0.2
    if screen.changed is not None:
        changed = screen.changed
        x, y = (left + right) // 2, (top + bottom) // 2
        if changed[0] <= x < changed[2] and changed[1] <= y < changed[3]:
            bonus += 0.03
    return bonus
