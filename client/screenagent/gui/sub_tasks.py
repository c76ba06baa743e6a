"""The plan of a run."""

from __future__ import annotations

from PyQt5.QtCore import pyqtSignal

from screenagent.domain.plan import Progress
from screenagent.domain.story import Story
from screenagent.gui import style
from screenagent.gui.cards import Card, Lines
from screenagent.gui.words import Words

_PROGRESS = {
    Progress.DONE: ("tick", style.GOOD),
    Progress.CURRENT: ("arrow", style.ACCENT),
    Progress.WAITING: ("ring", style.FAINT),
}
_SAID = {Progress.DONE: "done", Progress.CURRENT: "running", Progress.WAITING: "queued"}


class SubTasks(Card):
    """What is done is ticked, the current sub-task stands out; a double-click or Return on one chooses it."""

    chosen = pyqtSignal(int)

    def __init__(self, words: Words) -> None:
        super().__init__(words("sub_tasks"))
        self._words = words
        self.heading.setToolTip(words("tip.choose"))
        self._shown: object = None
        self.lines = Lines(words("sub_tasks.none"), choosable=True)
        self.lines.setAccessibleName(words("sub_tasks"))
        self.lines.setObjectName("sub_tasks")
        self.lines.chosen.connect(self.chosen)
        self.column.addWidget(self.lines, 1)

    def show_story(self, story: Story) -> None:
        """Show the story's plan."""
        if story.plan is self._shown:
            return
        self._shown = story.plan
        self.lines.clear_lines()
        for item in story.plan.sub_tasks:
            picture, colour = _PROGRESS[item.progress]
            self.lines.add_line(
                item.text,
                picture,
                colour,
                self._words(_SAID[item.progress]),
                bold=item.progress is Progress.CURRENT,
                soft=item.progress is Progress.DONE,
            )
        total = len(story.plan.sub_tasks)
        self.aside.setText(f"{min(story.plan.current, total)}/{total}" if total else "")
        if story.plan.current < total:
            self.lines.reveal(story.plan.current)

    def choose(self) -> None:
        """Choose the sub-task that the keyboard is on."""
        if self.lines.currentRow() >= 0 and self._shown is not None:
            self.chosen.emit(self.lines.currentRow())
