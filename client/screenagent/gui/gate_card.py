"""What the three gates have in common: a switch that holds them, and a panel that stands out while something waits there."""

from __future__ import annotations

from PyQt5.QtCore import QSize, Qt
from PyQt5.QtWidgets import QAction, QHBoxLayout, QListWidget, QPushButton, QWidget

from screenagent.gui.cards import Card, WrappedLabel, button_for
from screenagent.gui.switch import Switch
from screenagent.gui.words import Words


class GateCard(Card):
    """Heading, figures and switch above; a line that says what is asked while held; buttons below."""

    def __init__(self, words: Words, name: str, switch: QAction) -> None:
        super().__init__(words(name))
        self.words = words
        self.setProperty("held", False)
        self.switch = Switch(switch)
        self.top.addWidget(self.switch)
        self.note = QWidget()
        row = QHBoxLayout(self.note)
        row.setContentsMargins(0, 0, 0, 0)
        self.asked = WrappedLabel()
        self.asked.setObjectName("held")
        row.addWidget(self.asked, 1)
        self.note.hide()
        self.column.addWidget(self.note)
        self.foot = QWidget()
        self.buttons = QHBoxLayout(self.foot)
        self.buttons.setContentsMargins(0, 0, 0, 0)
        self.buttons.setSpacing(6)
        self.foot.hide()

    @property
    def held(self) -> bool:
        """Whether something waits here."""
        return bool(self.property("held"))

    def add_foot(self) -> None:
        """Put the buttons below what has been added so far."""
        self.column.addWidget(self.foot)

    def add_button(self, action: QAction, name: str, *, text: bool = True, stretch: int = 0) -> QPushButton:
        """Append a button to the foot."""
        button = button_for(action, name, text=text, parent=self.foot)
        button.setProperty("compact", True)
        if not text:
            button.setIconSize(QSize(15, 15))
        self.buttons.addWidget(button, stretch, Qt.AlignVCenter)
        button.ensurePolished()
        self.foot.setMinimumHeight(max(self.foot.minimumHeight(), button.sizeHint().height()))
        return button

    def stand_out(self, held: bool, asked: str = "") -> None:
        """Show that something waits here, and what is asked of the person; `asked` alone is shown without the colours."""
        self.asked.setText(asked)
        self.note.setVisible(bool(asked))
        if held != self.held:
            self.setProperty("held", held)
            for widget in (self, self.asked, *self.findChildren(QListWidget)):
                widget.style().unpolish(widget)
                widget.style().polish(widget)
