"""What calls took and used, in a few words; without Qt."""

from __future__ import annotations

from screenagent.domain.story import Story
from screenagent.gui.words import Words


def call_figures(words: Words, story: Story) -> str:
    """What the latest call took and used; empty before it ended."""
    reply, usage = story.received, story.usage
    if reply is None:
        return ""
    parts = []
    if reply.first_token is not None:
        parts.append(words("figures.first", seconds=reply.first_token))
    if usage is not None:
        about = "~" if usage.estimated else ""
        parts.append(words("figures.tokens", sent=f"{about}{count(usage.tokens_in)}", got=f"{about}{count(usage.tokens_out)}"))
        if usage.cost is not None:
            parts.append(words("figures.cost", cost=money(usage.cost)))
    return " · ".join(parts)


def run_figures(words: Words, story: Story) -> str:
    """What the run used so far; empty before the first call ended."""
    if not story.tokens:
        return ""
    about = "~" if story.estimated else ""
    said = words("figures.sum", tokens=f"{about}{count(story.tokens)}")
    return said if story.cost is None else f"{said} · {words('figures.cost', cost=about + money(story.cost))}"


def count(number: int) -> str:
    """A number with its thousands apart."""
    return f"{number:,}"


def money(amount: float) -> str:
    """An amount with as many places as it takes to see something, and no fewer than two."""
    places = 2 if amount >= 1 or amount == 0 else 4 if amount >= 0.001 else 6
    return f"{amount:.{places}f}"
