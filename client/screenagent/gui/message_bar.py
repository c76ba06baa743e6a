"""The one place where the window says what went wrong or well: a short stack of sentences, each dismissible."""

from __future__ import annotations

from html import escape

from PyQt5.QtCore import QSize, Qt, pyqtSignal
from PyQt5.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from screenagent.domain.text import shortened
from screenagent.gui import icons, style
from screenagent.gui.words import Words
from screenagent.gui.workbench import Message

_SHOWN = 3
_LONGEST = 260
_ICONS = {"finished": "tick", "stopped": "stop", "paused": "pause", "closing": "stop"}


class MessageView(QFrame):
    """One message: picture, sentence, hint, a button where there is something to do, and a cross."""

    pressed = pyqtSignal(object)
    dismissed = pyqtSignal(str)

    def __init__(self, message: Message, words: Words) -> None:
        super().__init__()
        self.message = message
        self.setObjectName("message")
        self.setAccessibleName(message.sentence)
        self.setStyleSheet(style.message_sheet(message.kind))
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 6, 6)
        row.setSpacing(style.GAP)
        colour = style.KINDS[message.kind][0]
        picture = QLabel()
        picture.setPixmap(icons.pixmap(_ICONS.get(message.kind, "alert"), colour))
        row.addWidget(picture, 0, Qt.AlignVCenter)
        self.text = self._text(message)
        row.addWidget(self.text, 1)
        if message.button:
            self.button = QPushButton(words(message.button if message.topic != "paused" else "resume"))
            self.button.setObjectName("do")
            self.button.clicked.connect(lambda: self.pressed.emit(message))
            row.addWidget(self.button)
        self.cross = QPushButton()
        self.cross.setObjectName("flat")
        self.cross.setIcon(icons.icon("cross", colour))
        self.cross.setIconSize(QSize(12, 12))
        self.cross.setToolTip(words("dismiss"))
        self.cross.setAccessibleName(words("dismiss"))
        self.cross.clicked.connect(lambda: self.dismissed.emit(message.topic))
        row.addWidget(self.cross)

    @staticmethod
    def _text(message: Message) -> QLabel:
        # one label, so that long sentences wrap over the whole width
        text = QLabel()
        text.setTextFormat(Qt.RichText)
        hint = f"<br>{_html(message.hint)}" if message.hint else ""
        text.setText(f"<b>{_html(shortened(message.sentence, _LONGEST))}</b>{hint}")
        text.setToolTip(f"<p>{_html(message.sentence)}</p>" if len(message.sentence) > _LONGEST else "")
        text.setWordWrap(True)
        text.setTextInteractionFlags(Qt.TextSelectableByMouse)
        text.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Preferred)
        return text


class MessageBar(QWidget):
    """The messages, newest on top; a message replaces an older one of its topic."""

    pressed = pyqtSignal(object)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._views: dict[str, MessageView] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.hide()

    @property
    def messages(self) -> tuple[Message, ...]:
        """What is shown, oldest first."""
        return tuple(view.message for view in self._views.values())

    def view(self, topic: str) -> MessageView | None:
        """The view of the message on this topic."""
        return self._views.get(topic)

    def say(self, message: Message) -> None:
        """Show a message."""
        shown = self._views.get(message.topic)
        if shown is not None and shown.message == message:
            return
        self.unsay(message.topic)
        while len(self._views) >= _SHOWN:
            self.unsay(next(iter(self._views)))
        view = MessageView(message, self._words)
        view.pressed.connect(self.pressed)
        view.dismissed.connect(self.unsay)
        self._views[message.topic] = view
        self._column.insertWidget(0, view)
        self.show()

    def unsay(self, topic: str) -> None:
        """Take the message on this topic away, if there is one."""
        view = self._views.pop(topic, None)
        if view is not None:
            self._column.removeWidget(view)
            view.hide()
            view.deleteLater()
        self.setVisible(bool(self._views))


def _html(text: str) -> str:
    return escape(text).replace("\n", "<br>")
