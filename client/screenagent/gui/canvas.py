"""The screen as a widget: paints it, and turns a person's mouse and keyboard on it into events of the desktop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PyQt5.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import (
    QColor,
    QFocusEvent,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QMoveEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PyQt5.QtWidgets import QSizePolicy, QWidget

from screenagent.domain.geometry import Point, Size
from screenagent.domain.screen import Screenshot
from screenagent.gui import commands, keysyms, style
from screenagent.gui.film import Film
from screenagent.gui.hands import Hands, PersonsHands
from screenagent.gui.overlay import Overlay
from screenagent.gui.placement import Placement
from screenagent.ports import Desktop

_BUTTONS = {Qt.LeftButton: 1, Qt.MiddleButton: 2, Qt.RightButton: 4}
_STILL_HERE = (Qt.ActiveWindowFocusReason, Qt.PopupFocusReason)


@dataclass(frozen=True)
class _Pick:
    chosen: Callable[[Point], None]
    cancelled: Callable[[], None]


class Canvas(QWidget):
    """Paints the screen and turns input on it into pointer and key events of the desktop."""

    pointed = pyqtSignal(object)
    taken_over = pyqtSignal()
    focused = pyqtSignal(bool)
    picking = pyqtSignal(bool)
    drawn = pyqtSignal()

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._film = Film()
        self._hands = Hands.NOBODY
        self._person = PersonsHands(desktop)
        self._fitting = True
        self._fresh = False
        self._pick: _Pick | None = None
        self._picked_just_now = False
        self.overlay = Overlay(self.update)
        self.setFocusPolicy(Qt.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WA_InputMethodEnabled)
        self.setAttribute(Qt.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Expanding)

    # what is shown

    @property
    def placement(self) -> Placement | None:
        """Where the screen lies in this widget; nothing before the first picture."""
        if self._film.size is None:
            return None
        place = Placement.fit if self._fitting else Placement.actual
        return place(self._film.size, Size(max(1, self.width()), max(1, self.height())))

    @property
    def hands(self) -> Hands:
        """Whose the mouse and the keyboard are."""
        return self._hands

    def set_hands(self, hands: Hands) -> None:
        """Give mouse and keyboard to somebody; a person's held keys and buttons are let go first."""
        if hands is not self._hands:
            self.let_go()
            self._hands = hands
            if hands is Hands.NOBODY:
                self.stop_picking()
            self._choose_cursor()
            self.update()

    def set_fitting(self, fitting: bool) -> None:
        """Scale to the widget's size, or show 1:1."""
        self._fitting = fitting
        self.update()

    def show_screen(self, shot: Screenshot) -> None:
        """Show this picture from now on."""
        size = self._film.size
        self._film.load(shot)
        self._fresh = True
        if size != shot.size:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        size = self._film.size or Size(640, 480)
        return QSize(size.width, size.height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(style.CALM_BACK))
        placement = self.placement
        if placement is None:
            return
        painter.drawPixmap(placement.left, placement.top, self._film.scaled(placement, self.devicePixelRatioF()))
        if self._hands is Hands.NOBODY:
            veil = QColor(style.CALM_BACK)
            veil.setAlpha(190)
            painter.fillRect(self.rect(), veil)
        else:
            room = self.visibleRegion().boundingRect()
            self.overlay.paint(painter, placement, QRectF(room if room.isValid() else self.rect()), self.font())
        painter.end()
        if self._fresh:
            self._fresh = False
            self.drawn.emit()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self.update()  # what stands at the edge of the visible part stays there while the picture is scrolled

    # picking a point

    def pick(self, chosen: Callable[[Point], None], cancelled: Callable[[], None] = lambda: None) -> None:
        """Let the person choose a screen pixel with the next click; Esc, or the focus gone elsewhere, cancels.

        Nothing is sent to the desktop meanwhile. Another picking cancels this one.
        """
        self.stop_picking()
        if self._hands is Hands.NOBODY:
            cancelled()
            return
        self.let_go()
        self._pick = _Pick(chosen, cancelled)
        self.setFocus(Qt.OtherFocusReason)
        self._choose_cursor()
        self.picking.emit(True)

    def stop_picking(self) -> None:
        """Cancel the picking, if one is under way."""
        pick = self._end_picking()
        if pick is not None:
            pick.cancelled()

    def _end_picking(self) -> _Pick | None:
        pick, self._pick = self._pick, None
        if pick is not None:
            self._choose_cursor()
            self.picking.emit(False)
        return pick

    def _choose_cursor(self) -> None:
        crossed = self._pick is not None or self._hands.take_input
        self.setCursor(Qt.CrossCursor if crossed else Qt.ArrowCursor)

    # mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.MouseFocusReason)
        at = self._under(event.localPos())
        self._picked_just_now = self._pick is not None
        if self._pick is not None:
            if at is not None and event.button() == Qt.LeftButton:
                pick = self._end_picking()
                pick.chosen(at)
        elif at is not None and self._mine():
            self._person.press(_BUTTONS.get(event.button(), 0), at)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self._picked_just_now:
            self.mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._hands.take_input:
            self._person.release(_BUTTONS.get(event.button(), 0), self._nearest(event.localPos()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.placement is None:
            return
        at = self._under(event.localPos())
        self.pointed.emit(at)
        if self._hands.take_input and self._pick is None and (at is not None or self._person.holding):
            self._person.point(self._nearest(event.localPos()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()
        if self.placement is not None and self._pick is None and self._mine():
            turned = event.angleDelta()
            self._person.turn(self._nearest(event.position()), turned.x(), turned.y())

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(None)
        self._person.let_go_of_buttons()

    def _under(self, at: QPointF) -> Point | None:
        placement = self.placement
        covered = placement is not None and placement.covers(at.x(), at.y())
        return placement.to_screen(at.x(), at.y()) if covered else None

    def _nearest(self, at: QPointF) -> Point:
        placement = self.placement
        return placement.to_screen(at.x(), at.y()) if placement else Point(0, 0)

    # keyboard

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.ShortcutOverride and (self._hands.take_input or self._pick is not None):
            # Keys that mean something to the window and to the desktop are the desktop's while it has the keyboard.
            if _spelt(event) not in commands.EVERYWHERE:
                event.accept()
            return True
        return super().event(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._pick is not None:
            if event.key() == Qt.Key_Escape:
                self.stop_picking()
            return
        if self._hands is Hands.AGENT and (event.key() in keysyms.MODIFIERS or event.key() == Qt.Key_Escape):
            return
        if not self._mine():
            return
        key = _key_of(event)
        syms = self._person.held(key) if event.isAutoRepeat() else None
        if syms is None:
            syms = keysyms.of_event(event)
            if len(syms) > 1 or event.key() in (0, Qt.Key_unknown):
                self._person.type(syms)
                return
        self._person.key_down(key, syms)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat():
            self._person.key_up(_key_of(event))

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        if event.commitString() and self._pick is None and self._mine():
            self._person.type(keysyms.of_text(event.commitString()))
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.let_go()
        if event.reason() not in _STILL_HERE:
            self.stop_picking()
        self.focused.emit(False)

    def let_go(self) -> None:
        """Release every key and button that the person holds down here."""
        self._person.let_go()

    def _mine(self) -> bool:
        if self._hands is Hands.AGENT:
            self.taken_over.emit()
        return self._hands.take_input


def _key_of(event: QKeyEvent) -> tuple[int, int]:
    """What names a physical key: its scan code where there is one, else Qt's key."""
    code = event.nativeScanCode()
    return (code, 0) if code else (0, event.key())


def _spelt(event: QEvent) -> str:
    if event.key() in keysyms.MODIFIERS or event.key() in (0, Qt.Key_unknown):
        return ""
    modifiers = int(event.modifiers() & ~Qt.KeypadModifier)
    return QKeySequence(modifiers | event.key()).toString(QKeySequence.PortableText)
