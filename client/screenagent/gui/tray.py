"""Captions of what has no place on the screen (text, keys, waits), in rows at the lower edge of the picture."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from screenagent.domain.story import Performed
from screenagent.gui import strokes, style
from screenagent.gui.marks import CAPTIONS
from screenagent.gui.placement import Placement
from screenagent.gui.trail import Shown

MOST = 4
_GAP = 4.0
_EDGE = 8.0


def rows(shown: Sequence[Shown]) -> tuple[Shown, ...]:
    """The captions to show, the earliest first: at most `MOST`, of which at most two are over."""
    captions = [each for each in shown if each.mark.shape in CAPTIONS]
    over = [each for each in captions if each.mark.progress in (Performed.DONE, Performed.FAILED)]
    coming = sorted((each for each in captions if each not in over), key=lambda each: each.mark.number)
    return (*over[-2:], *coming)[:MOST]


def draw(painter: QPainter, captions: Sequence[Shown], placement: Placement, room: QRectF) -> None:
    """Draw them under the picture where the view has room there, else over its lower edge."""
    if not captions:
        return
    metrics = QFontMetricsF(painter.font())
    height = metrics.height() + 8
    whole = len(captions) * (height + _GAP)
    picture = QRectF(placement.left, placement.top, placement.width, placement.height)
    top = min(picture.bottom() + _GAP, room.bottom() - whole - _EDGE)
    middle = picture.intersected(room).center().x()
    for each in captions:
        label = metrics.elidedText(each.mark.tag, Qt.ElideRight, max(40.0, room.width() - 60))
        sign = 15.0 if each.mark.shape == "wait" else 0.0
        width = metrics.horizontalAdvance(label) + 24 + sign
        painter.setOpacity(each.strength)
        _row(painter, each, label, QRectF(middle - width / 2, top, width, height), sign)
        top += height + _GAP


def _row(painter: QPainter, each: Shown, label: str, box: QRectF, sign: float) -> None:
    colour = QColor(strokes.COLOURS[each.mark.progress])
    queued = each.mark.progress is Performed.QUEUED
    ink = colour if queued else QColor(style.CARD)
    painter.setPen(QPen(colour if queued else QColor(style.CARD), 1.5))
    painter.setBrush(QColor(style.CARD) if queued else colour)
    painter.drawRoundedRect(box, 7, 7)
    if sign:
        _hourglass(painter, QPointF(box.left() + 17, box.center().y()), ink)
    painter.setPen(ink)
    painter.drawText(box.adjusted(sign, 0, 0, 0), Qt.AlignCenter, label)


def _hourglass(painter: QPainter, at: QPointF, ink: QColor) -> None:
    glass = QPainterPath()
    for way in (-1, 1):
        glass.addPolygon(QPolygonF([QPointF(at.x() - 4.5, at.y() + way * 6), at, QPointF(at.x() + 4.5, at.y() + way * 6)]))
        glass.closeSubpath()
    painter.fillPath(glass, ink)
    painter.setPen(QPen(ink, 1.6, Qt.SolidLine, Qt.RoundCap))
    for way in (-1, 1):
        painter.drawLine(QPointF(at.x() - 5.5, at.y() + way * 6.5), QPointF(at.x() + 5.5, at.y() + way * 6.5))
