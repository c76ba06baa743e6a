"""A small switch with a word beside it."""

from __future__ import annotations

from PyQt5.QtCore import QPoint, QRectF, QSize, Qt
from PyQt5.QtGui import QColor, QPainter, QPaintEvent, QPen
from PyQt5.QtWidgets import QAction, QCheckBox, QSizePolicy, QWidget

from screenagent.gui import style

_TRACK = QSize(26, 14)
_GAP = 6
_ROOM = 3  # for the ring around a switch that has the keyboard


class Switch(QCheckBox):
    """One with a checkable action: text, tooltip, whether it is on, whether it can be used. Space turns it."""

    def __init__(self, action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action = action
        self.setObjectName(f"switch_{action.objectName()}")
        self.setFocusPolicy(Qt.TabFocus)
        self.setSizePolicy(QSizePolicy.Fixed, QSizePolicy.Fixed)
        self._follow()
        action.changed.connect(self._follow)
        self.clicked.connect(lambda: action.trigger())

    def _follow(self) -> None:
        self.setText(self._action.iconText())
        self.setToolTip(self._action.toolTip())
        self.setAccessibleName(self._action.text())
        self.setEnabled(self._action.isEnabled())
        self.setChecked(self._action.isChecked())
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        words = self.fontMetrics()
        width = _TRACK.width() + _GAP + words.horizontalAdvance(self.text()) + 2 * _ROOM + 2
        return QSize(width, max(_TRACK.height(), words.height()) + 2 * _ROOM)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, at: QPoint) -> bool:
        return self.rect().contains(at)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.Antialiasing)
        on, can = self.isChecked(), self.isEnabled()
        track = QRectF(_ROOM + 0.5, (self.height() - _TRACK.height()) / 2, _TRACK.width(), _TRACK.height())
        painter.setPen(QPen(QColor(style.ACCENT if on and can else style.FAINT), 1))
        painter.setBrush(QColor(style.ACCENT if on and can else style.FAINT if on else style.CALM_BACK))
        painter.drawRoundedRect(track, track.height() / 2, track.height() / 2)
        side = track.height() - 5
        knob = QRectF(track.right() - side - 2.5 if on else track.left() + 2.5, track.top() + 2.5, side, side)
        painter.setPen(Qt.NoPen)
        painter.setBrush(QColor(style.CARD if on else style.SOFT if can else style.FAINT))
        painter.drawEllipse(knob)
        painter.setPen(QColor(style.TEXT if can else style.FAINT))
        words = self.rect().adjusted(_ROOM + _TRACK.width() + _GAP, 0, 0, 0)
        painter.drawText(words, Qt.AlignLeft | Qt.AlignVCenter, self.text())
        if self.hasFocus():
            painter.setBrush(Qt.NoBrush)
            painter.setPen(QPen(QColor(style.ACCENT), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.end()
