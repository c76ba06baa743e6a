"""The model's question to the person, and the field for the answer."""

from __future__ import annotations

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QSizePolicy, QVBoxLayout

from screenagent.domain.text import shortened
from screenagent.gui import icons, style
from screenagent.gui.words import Words

_LONGEST = 400


class AnswerBar(QFrame):
    """There while the run waits for an answer; what was typed stays in the field until it was sent."""

    answered = pyqtSignal(str)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self.setObjectName("message")
        self.setStyleSheet(style.message_sheet("paused"))
        self.setAccessibleName(words("question"))
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(6)
        above = QHBoxLayout()
        above.setSpacing(style.GAP)
        picture = QLabel()
        picture.setPixmap(icons.pixmap("question", style.ACCENT_DARK))
        self.question = QLabel()
        self.question.setTextFormat(Qt.PlainText)
        self.question.setWordWrap(True)
        self.question.setTextInteractionFlags(Qt.TextSelectableByMouse)
        self.question.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Preferred)
        above.addWidget(picture, 0, Qt.AlignTop)
        above.addWidget(self.question, 1)
        below = QHBoxLayout()
        below.setSpacing(6)
        self.field = QLineEdit()
        self.field.setObjectName("answer")
        self.field.setPlaceholderText(words("answer.hint"))
        self.field.setAccessibleName(words("answer"))
        self.send = QPushButton(words("answer.send"))
        self.send.setObjectName("do")
        self.send.setAccessibleName(words("answer.send"))
        below.addWidget(self.field, 1)
        below.addWidget(self.send)
        column.addLayout(above)
        column.addLayout(below)
        self.field.returnPressed.connect(self.answer)
        self.send.clicked.connect(self.answer)
        self.field.textChanged.connect(self._say)
        self._say()
        self.hide()

    def show_question(self, question: str) -> None:
        """Ask; with an empty question, ask no more."""
        self.question.setText(f"{self._words('question')}: {shortened(question, _LONGEST)}")
        self.question.setToolTip(f"{question}" if len(question) > _LONGEST else "")
        self.setVisible(bool(question))

    def answer(self) -> None:
        """Send what is in the field; an empty field says go on."""
        text = self.field.text().strip()
        self.field.clear()
        self.answered.emit(text)

    def _say(self) -> None:
        self.send.setText(self._words("answer.send" if self.field.text().strip() else "answer.go_on"))
