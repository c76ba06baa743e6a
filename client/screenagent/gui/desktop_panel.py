"""The middle of the window: the live desktop, its zoom, who has the keyboard, and a clear sentence where there is no picture."""

from __future__ import annotations

from PyQt5.QtCore import QSize, Qt
from PyQt5.QtGui import QPainter, QPaintEvent
from PyQt5.QtWidgets import QAction, QFrame, QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from screenagent.domain.story import Story
from screenagent.gui import icons, style
from screenagent.gui.canvas import Hands
from screenagent.gui.cards import Card, button_for
from screenagent.gui.live_view import LiveView
from screenagent.gui.words import Words
from screenagent.ports import Desktop


class Notice(QFrame):
    """What stands in the picture's place: a title, a sentence, a hint, and Re-connect when it would help."""

    def __init__(self, reconnect: QAction) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setMaximumWidth(440)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 20)
        column.setSpacing(8)
        self.picture = QLabel()
        self.title = QLabel()
        self.title.setObjectName("heading")
        font = self.title.font()
        font.setPointSizeF(12)
        font.setBold(True)
        self.title.setFont(font)
        self.sentence = QLabel()
        self.hint = QLabel()
        self.hint.setObjectName("soft")
        self.button = button_for(reconnect, "primary")
        for label in (self.title, self.sentence, self.hint):
            label.setTextFormat(Qt.PlainText)
            label.setAlignment(Qt.AlignCenter)
            label.setWordWrap(True)
            label.setMinimumWidth(260)
            label.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.MinimumExpanding)
        for widget in (self.picture, self.title, self.sentence, self.hint, self.button):
            column.addWidget(widget, 0, Qt.AlignHCenter if widget in (self.picture, self.button) else Qt.Alignment())

    def say(self, picture: tuple[str, str], title: str, sentence: str, hint: str, *, button: bool) -> None:
        """Show these words."""
        self.picture.setPixmap(icons.pixmap(*picture, side=28))
        for label, text in ((self.title, title), (self.sentence, sentence), (self.hint, hint)):
            label.setText(text)
            label.setVisible(bool(text))
        self.button.setVisible(button)
        self.adjustSize()
        self.show()
        self.raise_()


class Whisper(QLabel):
    """A line that never asks for room: where there is too little, it is cut short, and whole as a tooltip."""

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(text)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        shown = self.fontMetrics().elidedText(self.text(), Qt.ElideRight, self.width())
        way = Qt.AlignRight | Qt.AlignVCenter
        self.style().drawItemText(painter, self.rect(), way, self.palette(), self.isEnabled(), shown, self.foregroundRole())
        painter.end()


class DesktopPanel(Card):
    """Heading with size and zoom, the live view with the notice over it, and what there is to say."""

    def __init__(
        self, words: Words, desktop: Desktop, messages: QWidget, fit: QAction, actual: QAction, reconnect: QAction
    ) -> None:
        super().__init__(words("live"))
        self._words = words
        self._link = "connecting"
        self._focused = False
        self._pausing = False
        self._picking = False
        self.aside.setAlignment(Qt.AlignLeft | Qt.AlignVCenter)
        self.size_label = self.aside
        self.keyboard = Whisper()
        self.keyboard.setObjectName("keyboard")
        self.top.addWidget(self.keyboard)
        for action in (fit, actual):
            self.top.addWidget(button_for(action, "small"))
        self.live = LiveView(desktop)
        self.live.canvas.setAccessibleName(words("live"))
        self.notice = Notice(reconnect)
        place = QWidget()
        grid = QGridLayout(place)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(self.live, 0, 0)
        grid.addWidget(self.notice, 0, 0, Qt.AlignCenter)
        # below, so that a message that appears under a person's hands does not move the picture
        self.column.addWidget(place, 1)
        self.column.addWidget(messages)
        self.live.canvas.focused.connect(self._focus)
        self.live.canvas.picking.connect(self._pick)
        self.show_link("connecting", "", "")

    def show_link(self, link: str, reason: str, hint: str) -> None:
        """Show the picture, or why there is none."""
        self._link = link
        say, words = self.notice.say, self._words
        if link == "connected":
            self.notice.hide()
        elif link == "connecting":
            say(("dot", style.ACCENT), words("live.opening"), reason, hint, button=False)
        elif link == "reconnecting":
            say(("reload", style.WARN), words("live.back_soon"), reason, hint, button=True)
        else:
            say(("alert", style.BAD), words("live.lost"), reason, hint, button=True)

    def show_progress(self, sentence: str) -> None:
        """What the opening is doing now."""
        if self._link == "connecting":
            self.show_link("connecting", sentence, "")

    def show_hands(self, hands: Hands, *, pausing: bool = False) -> None:
        """Whose the mouse and the keyboard are; `pausing` when the agent is about to give them back."""
        self._pausing = pausing
        self.live.canvas.set_hands(hands)
        self._say_keyboard()

    def show_story(self, story: Story) -> None:
        """Draw what the run does and intends on the picture."""
        self.live.show_story(story)

    def show_size(self) -> None:
        """The screen's size, beside the heading."""
        placement = self.live.canvas.placement
        if placement is not None:
            self.size_label.setText(f"{placement.screen.width}×{placement.screen.height}")

    def _focus(self, focused: bool) -> None:
        self._focused = focused
        self._say_keyboard()

    def _pick(self, picking: bool) -> None:
        self._picking = picking
        self._say_keyboard()

    def _say_keyboard(self) -> None:
        hands = self.live.canvas.hands
        person = self._focused and hands.take_input and not self._picking
        if self._picking:
            said = self._words("live.pick")
        elif hands is Hands.AGENT:
            said = self._words("live.pausing" if self._pausing else "live.agent")
        elif hands is Hands.BOTH:
            said = self._words("live.both")
        else:
            said = self._words("live.keyboard") if person else ""
        self.keyboard.setText(said)
        if self.property("focused") != person:
            self.setProperty("focused", person)
            self.style().unpolish(self)
            self.style().polish(self)
