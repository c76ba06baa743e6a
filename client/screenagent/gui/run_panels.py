"""What a run is made of, to read: sub-tasks, the prompt, the reply, the actions."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QImage, QPixmap
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QWidget

from screenagent.domain.actions import is_input
from screenagent.domain.exchange import Picture, Prompt
from screenagent.domain.plan import Progress
from screenagent.domain.story import ActionLine, Performed, Story
from screenagent.gui import style
from screenagent.gui.cards import Card, Lines
from screenagent.gui.words import Words

_THUMB = (64, 48)

_PROGRESS = {
    Progress.DONE: ("tick", style.GOOD),
    Progress.CURRENT: ("arrow", style.ACCENT),
    Progress.WAITING: ("ring", style.FAINT),
}
_PERFORMED = {
    Performed.QUEUED: ("ring", style.FAINT),
    Performed.RUNNING: ("arrow", style.ACCENT),
    Performed.DONE: ("tick", style.GOOD),
    Performed.FAILED: ("cross", style.BAD),
}
_SAID = {Progress.DONE: "done", Progress.CURRENT: "running", Progress.WAITING: "queued"}


class SubTasks(Card):
    """The plan: what is done is ticked, the current sub-task stands out."""

    def __init__(self, words: Words) -> None:
        super().__init__(words("sub_tasks"))
        self._words = words
        self._shown: object = None
        self.lines = Lines(words("sub_tasks.none"))
        self.lines.setAccessibleName(words("sub_tasks"))
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


class PromptPanel(Card):
    """What the model was asked, with the very picture it got."""

    def __init__(self, words: Words) -> None:
        super().__init__(words("prompt"))
        self._words = words
        self._shown: Prompt | None = None
        self.text = _reading_box(words("prompt"), words("prompt.none"))
        self.thumb, self.caption = QLabel(), QLabel()
        self.caption.setObjectName("soft")
        self.picture = QWidget()
        row = QHBoxLayout(self.picture)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.GAP)
        row.addWidget(self.thumb)
        row.addWidget(self.caption, 1)
        self.picture.hide()
        self.column.addWidget(self.picture)
        self.column.addWidget(self.text, 1)

    def show_story(self, story: Story) -> None:
        """Show the latest prompt."""
        if story.prompt is self._shown:
            return
        self._shown = prompt = story.prompt
        self.text.setPlainText(prompt.text if prompt else "")
        self.picture.setVisible(prompt is not None)
        if prompt is None:
            self.aside.clear()
            return
        self.aside.setText(f"{self._words(f'role.{prompt.role.value}')} · {self._words('status.step', n=story.step)}")
        picture = prompt.picture
        kind = picture.media_type.rpartition("/")[2].upper()
        self.caption.setText(f"{picture.size.width}×{picture.size.height}\n{kind} · {len(picture.data) / 1024:.0f} kB")
        self.thumb.setPixmap(_thumbnail(picture, self.devicePixelRatioF()))


class ReplyPanel(Card):
    """What the model answered."""

    def __init__(self, words: Words) -> None:
        super().__init__(words("reply"))
        self._words = words
        self.text = _reading_box(words("reply"), words("reply.none"))
        self.column.addWidget(self.text, 1)

    def show_story(self, story: Story) -> None:
        """Show the latest reply, or that it is awaited."""
        if self.text.toPlainText() != story.reply:
            self.text.setPlainText(story.reply)
        empty = "reply.waiting" if story.waiting_for_model else "reply.empty" if story.reply_seconds else "reply.none"
        self.text.setPlaceholderText(self._words(empty))
        if story.waiting_for_model:
            self.aside.setText(self._words("reply.waiting"))
        else:
            self.aside.setText(f"{story.reply_seconds:.1f} s" if story.reply_seconds else "")


class ActionsPanel(Card):
    """The actions read from the reply, marked as they are performed, and what could not be read."""

    def __init__(self, words: Words) -> None:
        super().__init__(words("actions"))
        self._words = words
        self._shown: object = None
        self.lines = Lines(words("actions.none"))
        self.lines.setAccessibleName(words("actions"))
        self.column.addWidget(self.lines, 1)

    def show_story(self, story: Story) -> None:
        """Show the actions and the problems of the latest reading."""
        problems = story.reading.problems if story.reading else ()
        if self._shown == (story.actions, problems):
            return
        self._shown = (story.actions, problems)
        self.lines.clear_lines()
        for problem in problems:
            broken = problem.severity == "error"
            label = self._words(f"problem.{problem.severity}")
            self.lines.add_line(f"{label}: {problem}", "alert", style.BAD if broken else style.WARN, label)
        for line in story.actions:
            self._add(line)
        inputs = [line for line in story.actions if is_input(line.action)]
        done = sum(line.progress is Performed.DONE for line in inputs)
        self.aside.setText(f"{done}/{len(inputs)}" if inputs else "")
        self._follow(story.actions, len(problems))

    def _add(self, line: ActionLine) -> None:
        if not is_input(line.action):
            self.lines.add_line(line.text, "dot", style.SOFT, self._words("said"))
            return
        picture, colour = _PERFORMED[line.progress]
        failed = line.progress is Performed.FAILED
        self.lines.add_line(
            f"{line.text}\n{line.note}" if failed and line.note else line.text,
            picture,
            colour,
            f"{self._words(line.progress.value)} ({line.note})" if line.note else self._words(line.progress.value),
            bold=line.progress is Performed.RUNNING,
            soft=line.progress is Performed.DONE,
        )

    def _follow(self, actions: tuple[ActionLine, ...], offset: int) -> None:
        for at, line in enumerate(actions):
            if line.progress is Performed.RUNNING:
                self.lines.reveal(offset + at)


def _reading_box(name: str, empty: str) -> QPlainTextEdit:
    box = QPlainTextEdit()
    box.setReadOnly(True)
    box.setTabChangesFocus(True)
    box.setFont(style.fixed_font())
    box.setPlaceholderText(empty)
    box.setAccessibleName(name)
    box.setMinimumHeight(60)
    return box


def _thumbnail(picture: Picture, ratio: float) -> QPixmap:
    image = QImage.fromData(picture.data)
    if image.isNull():
        return QPixmap()
    scaled = image.scaled(round(_THUMB[0] * ratio), round(_THUMB[1] * ratio), Qt.KeepAspectRatio, Qt.SmoothTransformation)
    shown = QPixmap.fromImage(scaled)
    shown.setDevicePixelRatio(ratio)
    return shown
