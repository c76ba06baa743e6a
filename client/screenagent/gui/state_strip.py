"""The states of a run with the live one lit, the roads between them, and a way for the person to send the run to one."""

from __future__ import annotations

from html import escape
from itertools import pairwise

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QFont, QPainter, QPainterPath, QPaintEvent, QPen
from PyQt5.QtWidgets import QAction, QGridLayout, QLabel, QPushButton, QSizePolicy, QWidget

from screenagent.domain.machine import LIVE, State
from screenagent.domain.story import Story
from screenagent.gui import style
from screenagent.gui.words import Words

_ENDS = (State.FINISHED, State.STOPPED, State.FAILED)
_ARCH = 11


class StateStrip(QWidget):
    """Upper row: the states a run lives in, with the ways back arched above. Lower row: how it can end.

    Each state of the upper row is a button for its jump, `do["jump_<state>"]`.
    """

    def __init__(self, words: Words, do: dict[str, QAction]) -> None:
        super().__init__()
        self._words = words
        self._do = do
        self.chips: dict[State, QLabel | QPushButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, _ARCH + 4, 0, 0)
        grid.setVerticalSpacing(7)
        for column, state in enumerate(LIVE):
            grid.addWidget(self._dress(self._button(do[f"jump_{state.value}"]), state), 0, 3 * column, 1, 3)
        for column, state in enumerate(_ENDS):
            label = QLabel()
            label.setAlignment(Qt.AlignCenter)
            grid.addWidget(self._dress(label, state), 1, 4 * column, 1, 4)
        for column in range(12):
            grid.setColumnStretch(column, 1)
        grid.setHorizontalSpacing(4)
        self.setSizePolicy(QSizePolicy.Preferred, QSizePolicy.Fixed)

    def _button(self, jump: QAction) -> QPushButton:
        button = QPushButton()
        button.setFocusPolicy(Qt.TabFocus)
        button.setSizePolicy(QSizePolicy.Preferred, QSizePolicy.Fixed)
        button.setAccessibleName(jump.text())
        button.clicked.connect(lambda: jump.trigger())

        def follow() -> None:
            button.setEnabled(jump.isEnabled())
            button.setCursor(Qt.PointingHandCursor if jump.isEnabled() else Qt.ArrowCursor)

        follow()
        jump.changed.connect(follow)
        return button

    def _dress(self, chip: QLabel | QPushButton, state: State) -> QLabel | QPushButton:
        chip.setText(self._words(f"state.{state.value}"))
        chip.setObjectName("chip")
        chip.setProperty("state", state.value)
        chip.setProperty("lit", "")
        font = QFont(chip.font())
        font.setPointSizeF(8.5)
        chip.setFont(font)
        self.chips[state] = chip
        self._explain(state, "")
        return chip

    def show_story(self, story: Story) -> None:
        """Light the state the run is in."""
        for state, chip in self.chips.items():
            lit = ""
            if state is story.state:
                lit = state.value if state.terminal else "paused" if story.paused else "live"
            if chip.property("lit") != lit:
                chip.setProperty("lit", lit)
                chip.style().unpolish(chip)
                chip.style().polish(chip)
                self._explain(state, story.reason if lit else "")

    def _explain(self, state: State, reason: str) -> None:
        jump = self._do.get(f"jump_{state.value}")
        said = f"<p>{escape(reason)}</p>" if reason else ""
        self.chips[state].setToolTip(said + (jump.toolTip() if jump else ""))

    @property
    def lit(self) -> State | None:
        """The state that is lit."""
        return next((state for state, chip in self.chips.items() if chip.property("lit")), None)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setPen(QPen(QColor(style.FAINT), 1.2))
        for before, after in pairwise(LIVE):
            left, right = self.chips[before].geometry(), self.chips[after].geometry()
            painter.drawLine(QPointF(left.right() + 1, left.center().y() + 0.5), QPointF(right.left(), right.center().y() + 0.5))
        self._arch(painter, State.EVALUATING, State.ACTING, _ARCH * 0.62, 0.36, 0.64)
        self._arch(painter, State.EVALUATING, State.PLANNING, _ARCH, 0.5, 0.5)
        painter.end()

    def _arch(self, painter: QPainter, start: State, end: State, height: float, leave: float, arrive: float) -> None:
        """A way back, drawn as a bridge from one chip's top to another's, with an arrow head where it lands."""
        origin, target = QRectF(self.chips[start].geometry()), QRectF(self.chips[end].geometry())
        x1, x2 = origin.left() + origin.width() * leave, target.left() + target.width() * arrive
        y = origin.top() - 1
        path = QPainterPath(QPointF(x1, y))
        path.lineTo(x1, y - height + 3)
        path.quadTo(x1, y - height, x1 - 3, y - height)
        path.lineTo(x2 + 3, y - height)
        path.quadTo(x2, y - height, x2, y - height + 3)
        path.lineTo(x2, y - 1)
        path.moveTo(x2 - 2.6, y - 3.6)
        path.lineTo(x2, y - 0.6)
        path.lineTo(x2 + 2.6, y - 3.6)
        painter.setBrush(Qt.NoBrush)
        painter.drawPath(path)
