"""Which desktop, how the link to it is, and Re-connect."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QAction, QGridLayout, QLabel

from screenagent.gui import icons, style
from screenagent.gui.cards import Card, button_for
from screenagent.gui.words import Words

_LAMPS = {
    "connecting": ("dot", style.WARN),
    "connected": ("dot", style.GOOD),
    "reconnecting": ("dot", style.WARN),
    "lost": ("cross", style.BAD),
}


class ConnectionBar(Card):
    """The lamp has a text and a shape beside its colour."""

    def __init__(self, words: Words, reconnect: QAction) -> None:
        super().__init__()
        self.setAccessibleName(words("connection"))
        self._words = words
        self.name = QLabel()
        self.name.setObjectName("heading")
        self.name.setTextFormat(Qt.PlainText)
        self.lamp = QLabel()
        self.text = QLabel()
        self.text.setTextFormat(Qt.PlainText)
        self.button = button_for(reconnect)
        grid = QGridLayout()
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(2)
        grid.addWidget(self.name, 0, 0, 1, 2)
        grid.addWidget(self.lamp, 1, 0)
        grid.addWidget(self.text, 1, 1)
        grid.addWidget(self.button, 0, 2, 2, 1, Qt.AlignVCenter)
        grid.setColumnStretch(1, 1)
        self.column.addLayout(grid)
        self.show_link("connecting", "")

    def show_name(self, name: str) -> None:
        """The desktop's name for people."""
        self.name.setText(name)
        self.name.setToolTip(name)

    def show_link(self, link: str, reason: str) -> None:
        """How the link is; the reason is the tooltip."""
        self.lamp.setPixmap(icons.pixmap(*_LAMPS.get(link, _LAMPS["lost"])))
        self.text.setText(self._words(f"link.{link}" if link in _LAMPS else "link.lost"))
        self.text.setToolTip(reason)
