"""What the model answers, as it comes, and the gate behind it: the reply's editor."""

from __future__ import annotations

from PyQt5.QtWidgets import QAction

from screenagent.domain.story import Story
from screenagent.gui.cards import WrappedLabel
from screenagent.gui.commands import Moment
from screenagent.gui.draft import Draft
from screenagent.gui.figures import call_figures
from screenagent.gui.gate_card import GateCard
from screenagent.gui.words import Words


class ReplyPanel(GateCard):
    """The reply can be changed while it is held, while actions are held, and while the run is paused."""

    def __init__(self, words: Words, do: dict[str, QAction]) -> None:
        super().__init__(words, "reply", do["hold_reply"])
        self.text = Draft(words("reply"), words("reply.none"))
        self.text.setObjectName("reply_text")
        self.figures = WrappedLabel()
        self.figures.setObjectName("soft")
        self.figures.hide()
        self.column.addWidget(self.text, 1)
        self.column.addWidget(self.figures)
        self.add_foot()
        self.parse = self.add_button(do["parse"], "parse")
        self.buttons.addStretch(1)
        self.restore = self.add_button(do["restore_edit"], "flat", text=False)
        self.undo = self.add_button(do["undo_changes"], "flat", text=False)
        self.send = self.add_button(do["send_on"], "primary")
        self.send.setProperty("for", "reply")
        self._story = Story()

    def show_story(self, story: Story) -> None:
        """Show the latest reply so far, or that it is awaited, and what the call used."""
        self._story = story
        self.text.show_text(story.reply, story.step, growing=story.waiting_for_model)
        empty = "reply.waiting" if story.waiting_for_model else "reply.empty" if story.received else "reply.none"
        self.text.setPlaceholderText(self.words(empty))
        figures = call_figures(self.words, story)
        # a line breaks after a dot alone
        self.figures.setText(figures.replace(" ", "\u00a0").replace("\u00a0·\u00a0", "\u00a0· "))
        self.figures.setVisible(bool(figures))
        self.show_heading()

    def show_moment(self, now: Moment) -> None:
        """Open the text while the run waits."""
        held = now.reviewing and now.gate == "reply"
        may_write = now.reviewing and (now.gate in ("reply", "actions") or (not now.gate and not now.question and now.reply))
        if may_write:
            self.text.open()
        elif self.text.opened and not now.acting:
            self.text.shut()
        self.stand_out(held, self.words("held") if held else self.words("reply.open") if may_write and not held else "")
        self.foot.setVisible(may_write)
        self.send.setVisible(held)
        self.restore.setVisible(bool(self.text.kept))

    def show_heading(self) -> None:
        """How far the reply is, how long it took, whether it was edited."""
        story = self._story
        if story.waiting_for_model:
            self.aside.setText(self.words("reply.growing" if story.reply else "reply.waiting"))
        elif self.text.changed or self.text.rewritten:
            self.aside.setText(self.words("reply.edited"))
        else:
            self.aside.setText(f"{story.reply_seconds:.1f} s" if story.received else "")
