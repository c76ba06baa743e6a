"""The few pictures the window needs, drawn, so that they are sharp at every scale and need no theme."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from screenagent.gui import style

_SIDE = 16.0


def _play(p: QPainter) -> None:
    p.drawPolygon(QPolygonF([QPointF(4, 2.5), QPointF(13.5, 8), QPointF(4, 13.5)]))


def _pause(p: QPainter) -> None:
    p.drawRoundedRect(QRectF(3.5, 2.5, 3.2, 11), 1, 1)
    p.drawRoundedRect(QRectF(9.3, 2.5, 3.2, 11), 1, 1)


def _step(p: QPainter) -> None:
    p.drawPolygon(QPolygonF([QPointF(3, 3), QPointF(10, 8), QPointF(3, 13)]))
    p.drawRoundedRect(QRectF(11, 3, 2.4, 10), 1, 1)


def _stop(p: QPainter) -> None:
    p.drawRoundedRect(QRectF(3, 3, 10, 10), 1.5, 1.5)


def _line(p: QPainter, *points: tuple[float, float], width: float = 1.9) -> None:
    p.setPen(QPen(p.brush().color(), width, Qt.SolidLine, Qt.RoundCap, Qt.RoundJoin))
    path = QPainterPath(QPointF(*points[0]))
    for point in points[1:]:
        path.lineTo(QPointF(*point))
    p.setBrush(Qt.NoBrush)
    p.drawPath(path)


def _tick(p: QPainter) -> None:
    _line(p, (3, 8.5), (6.5, 12), (13, 4.5), width=2.1)


def _cross(p: QPainter) -> None:
    colour = p.brush().color()
    _line(p, (4, 4), (12, 12))
    p.setBrush(colour)
    _line(p, (12, 4), (4, 12))


def _ring(p: QPainter) -> None:
    p.setPen(QPen(p.brush().color(), 1.5))
    p.setBrush(Qt.NoBrush)
    p.drawEllipse(QRectF(4, 4, 8, 8))


def _dot(p: QPainter) -> None:
    p.drawEllipse(QRectF(4, 4, 8, 8))


def _reload(p: QPainter) -> None:
    colour = p.brush().color()
    p.setPen(QPen(colour, 1.8, Qt.SolidLine, Qt.RoundCap))
    p.setBrush(Qt.NoBrush)
    p.drawArc(QRectF(3, 3, 10, 10), 50 * 16, 290 * 16)
    p.setPen(Qt.NoPen)
    p.setBrush(colour)
    p.drawPolygon(QPolygonF([QPointF(9.5, 1.2), QPointF(14.2, 4.4), QPointF(9.3, 7)]))


def _alert(p: QPainter) -> None:
    p.drawEllipse(QRectF(1, 1, 14, 14))
    p.setBrush(QColor(style.CARD))
    p.drawRoundedRect(QRectF(7, 3.8, 2, 5.2), 1, 1)
    p.drawEllipse(QRectF(6.9, 10.3, 2.2, 2.2))


def _arrow(p: QPainter) -> None:
    _line(p, (3, 8), (12.5, 8), width=1.8)
    p.setBrush(p.pen().color())
    _line(p, (9, 4.5), (12.8, 8), (9, 11.5), width=1.8)


def _undo(p: QPainter) -> None:
    colour = p.brush().color()
    p.setPen(QPen(colour, 1.8, Qt.SolidLine, Qt.RoundCap))
    p.setBrush(Qt.NoBrush)
    path = QPainterPath(QPointF(4, 5.5))
    path.lineTo(9, 5.5)
    path.cubicTo(14.5, 5.5, 14.5, 13, 9, 13)
    path.lineTo(5, 13)
    p.drawPath(path)
    p.setPen(Qt.NoPen)
    p.setBrush(colour)
    p.drawPolygon(QPolygonF([QPointF(1.6, 5.5), QPointF(6.6, 2), QPointF(6.6, 9)]))


def _restore(p: QPainter) -> None:
    colour = p.brush().color()
    _line(p, (4, 9.5), (4, 13), (12, 13), (12, 9.5), width=1.7)
    p.setBrush(colour)
    _line(p, (8, 10), (8, 3), width=1.8)
    p.setPen(Qt.NoPen)
    p.setBrush(colour)
    p.drawPolygon(QPolygonF([QPointF(4.6, 5.4), QPointF(8, 1.4), QPointF(11.4, 5.4)]))


def _sweep(p: QPainter) -> None:
    colour = p.brush().color()
    _line(p, (13, 2.5), (8.5, 7.5), width=1.8)
    p.setPen(Qt.NoPen)
    p.setBrush(colour)
    p.drawPolygon(QPolygonF([QPointF(6.8, 6), QPointF(10.2, 9.2), QPointF(7.5, 14), QPointF(2, 11)]))


def _question(p: QPainter) -> None:
    p.drawEllipse(QRectF(1, 1, 14, 14))
    p.setPen(QPen(QColor(style.CARD), 1.7, Qt.SolidLine, Qt.RoundCap))
    p.setBrush(Qt.NoBrush)
    p.drawArc(QRectF(5.6, 3.6, 4.8, 4.8), -40 * 16, 220 * 16)
    p.drawLine(QPointF(8.6, 8), QPointF(8, 9.6))
    p.setPen(Qt.NoPen)
    p.setBrush(QColor(style.CARD))
    p.drawEllipse(QRectF(7, 11, 2, 2))


def _aim(p: QPainter) -> None:
    colour = p.brush().color()
    p.setPen(QPen(colour, 1.5))
    p.setBrush(Qt.NoBrush)
    p.drawEllipse(QRectF(3.5, 3.5, 9, 9))
    for x, y in ((0, -1), (0, 1), (-1, 0), (1, 0)):
        p.drawLine(QPointF(8 + 2.6 * x, 8 + 2.6 * y), QPointF(8 + 7 * x, 8 + 7 * y))


def _marks(p: QPainter) -> None:
    colour = p.brush().color()
    p.setPen(QPen(colour, 1.5, Qt.SolidLine, Qt.RoundCap, Qt.RoundJoin))
    p.setBrush(Qt.NoBrush)
    eye = QPainterPath(QPointF(1.2, 8))
    eye.cubicTo(4.4, 2.9, 11.6, 2.9, 14.8, 8)
    eye.cubicTo(11.6, 13.1, 4.4, 13.1, 1.2, 8)
    p.drawPath(eye)
    p.setPen(Qt.NoPen)
    p.setBrush(colour)
    p.drawEllipse(QRectF(5.9, 5.9, 4.2, 4.2))


_DRAW: dict[str, Callable[[QPainter], None]] = {
    "play": _play,
    "pause": _pause,
    "step": _step,
    "stop": _stop,
    "tick": _tick,
    "cross": _cross,
    "ring": _ring,
    "dot": _dot,
    "reload": _reload,
    "alert": _alert,
    "arrow": _arrow,
    "undo": _undo,
    "restore": _restore,
    "sweep": _sweep,
    "aim": _aim,
    "marks": _marks,
    "question": _question,
}


def pixmap(name: str, colour: str, side: int = 16, ratio: float = 2.0, drop: int = 0) -> QPixmap:
    """Draw one picture of `side` logical pixels, `drop` pixels below the upper edge."""
    picture = QPixmap(round(side * ratio), round((side + drop) * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.Antialiasing)
    painter.translate(0, drop)
    painter.scale(side / _SIDE, side / _SIDE)
    painter.setPen(Qt.NoPen)
    painter.setBrush(QColor(colour))
    _DRAW[name](painter)
    painter.end()
    return picture


@lru_cache(maxsize=64)
def icon(name: str, colour: str = style.TEXT, drop: int = 0) -> QIcon:
    """An icon whose disabled form is faint and whose selected form keeps its colour; `drop` as in `pixmap`."""
    made = QIcon()
    made.addPixmap(pixmap(name, colour, drop=drop), QIcon.Normal)
    made.addPixmap(pixmap(name, colour, drop=drop), QIcon.Selected)
    made.addPixmap(pixmap(name, style.FAINT, drop=drop), QIcon.Disabled)
    return made
