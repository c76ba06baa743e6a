"""The screen as a widget: paints it, and turns a person's mouse and keyboard on it into events of the desktop."""

from __future__ import annotations

from enum import Enum

import numpy as np
from PyQt5.QtCore import QEvent, QSize, Qt, pyqtSignal
from PyQt5.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QWheelEvent,
)
from PyQt5.QtWidgets import QSizePolicy, QWidget

from screenagent.domain.geometry import Point, Size
from screenagent.domain.screen import Screenshot
from screenagent.errors import ScreenAgentError
from screenagent.gui import commands, keysyms, style
from screenagent.gui.placement import Placement
from screenagent.ports import Desktop

_BUTTONS = {Qt.LeftButton: 1, Qt.MiddleButton: 2, Qt.RightButton: 4}
_WHEEL_UP, _WHEEL_DOWN, _WHEEL_LEFT, _WHEEL_RIGHT = 8, 16, 32, 64
_NOTCH = 120


class Hands(Enum):
    """Whose the desktop's mouse and keyboard are."""

    NOBODY = "nobody"
    AGENT = "agent"
    PERSON = "person"


class Canvas(QWidget):
    """Paints the screen and turns input on it into pointer and key events of the desktop."""

    pointed = pyqtSignal(object)
    taken_over = pyqtSignal()
    focused = pyqtSignal(bool)
    drawn = pyqtSignal()

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._desktop = desktop
        self._shot: Screenshot | None = None
        self._image = QImage()
        self._scaled = QPixmap()
        self._hands = Hands.NOBODY
        self._fitting = True
        self._mask = 0
        self._turn = [0, 0]
        self._down: dict[tuple[int, int], list[int]] = {}
        self._at = Point(0, 0)
        self.setFocusPolicy(Qt.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WA_InputMethodEnabled)
        self.setAttribute(Qt.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Expanding)

    # what is shown

    @property
    def placement(self) -> Placement | None:
        """Where the screen lies in this widget; nothing before the first picture."""
        if self._shot is None:
            return None
        place = Placement.fit if self._fitting else Placement.actual
        return place(self._shot.size, Size(max(1, self.width()), max(1, self.height())))

    @property
    def hands(self) -> Hands:
        """Whose the mouse and the keyboard are."""
        return self._hands

    def set_hands(self, hands: Hands) -> None:
        """Give mouse and keyboard to somebody; a person's held keys and buttons are let go first."""
        if hands is not self._hands:
            self.let_go()
            self._hands = hands
            self.setCursor(Qt.CrossCursor if hands is Hands.PERSON else Qt.ArrowCursor)
            self.update()

    def set_fitting(self, fitting: bool) -> None:
        """Scale to the widget's size, or show 1:1."""
        self._fitting = fitting
        self._scaled = QPixmap()
        self.update()

    def show_screen(self, shot: Screenshot) -> None:
        """Show this picture from now on."""
        pixels = np.ascontiguousarray(shot.pixels)
        height, width = pixels.shape[:2]
        resized = self._shot is None or self._shot.size != shot.size
        self._shot = shot
        image = QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format_RGB888)
        # converting also unties the image from the bytes, whose lifetime Qt does not know
        self._image = image.convertToFormat(QImage.Format_RGB32)
        self._scaled = QPixmap()
        if resized:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        size = self._shot.size if self._shot else Size(640, 480)
        return QSize(size.width, size.height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(style.CALM_BACK))
        placement = self.placement
        if placement is None:
            return
        painter.drawPixmap(placement.left, placement.top, self._picture(placement))
        if self._hands is Hands.NOBODY:
            veil = QColor(style.CALM_BACK)
            veil.setAlpha(190)
            painter.fillRect(self.rect(), veil)
        painter.end()
        self.drawn.emit()

    def _picture(self, placement: Placement) -> QPixmap:
        if self._scaled.isNull() or self._scaled.size() != self._device_size(placement):
            wanted = self._device_size(placement)
            image = self._image
            if image.size() != wanted:
                image = image.scaled(wanted, Qt.IgnoreAspectRatio, Qt.SmoothTransformation)
            self._scaled = QPixmap.fromImage(image)
            self._scaled.setDevicePixelRatio(self.devicePixelRatioF())
        return self._scaled

    def _device_size(self, placement: Placement) -> QSize:
        ratio = self.devicePixelRatioF()
        return QSize(round(placement.width * ratio), round(placement.height * ratio))

    # mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.MouseFocusReason)
        if self._mine() and self._covers(event):
            self._mask |= _BUTTONS.get(event.button(), 0)
            self._point(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        bit = _BUTTONS.get(event.button(), 0)
        if self._hands is Hands.PERSON and self._mask & bit:
            self._mask &= ~bit
            self._point(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        placement = self.placement
        if placement is None:
            return
        inside = placement.covers(event.localPos().x(), event.localPos().y())
        self.pointed.emit(placement.to_screen(event.localPos().x(), event.localPos().y()) if inside else None)
        if self._hands is Hands.PERSON and (inside or self._mask):
            self._point(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()
        placement = self.placement
        if placement is None or not self._mine():
            return
        at = placement.to_screen(event.position().x(), event.position().y())
        for axis, delta, (more, less) in (
            (0, event.angleDelta().x(), (_WHEEL_LEFT, _WHEEL_RIGHT)),
            (1, event.angleDelta().y(), (_WHEEL_UP, _WHEEL_DOWN)),
        ):
            self._turn[axis] += delta
            notches = int(self._turn[axis] / _NOTCH)
            self._turn[axis] -= notches * _NOTCH
            for _ in range(abs(notches)):
                self._send_pointer(at, self._mask | (more if notches > 0 else less))
                self._send_pointer(at, self._mask)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(None)
        if self._mask:
            self._release_buttons()

    def _covers(self, event: QMouseEvent) -> bool:
        placement = self.placement
        return placement is not None and placement.covers(event.localPos().x(), event.localPos().y())

    def _point(self, event: QMouseEvent) -> None:
        placement = self.placement
        if placement is not None:
            self._send_pointer(placement.to_screen(event.localPos().x(), event.localPos().y()), self._mask)

    # keyboard

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.ShortcutOverride and self._hands is Hands.PERSON:
            # Keys that mean something to the window and to the desktop are the desktop's while it has the keyboard.
            if _spelt(event) not in commands.EVERYWHERE:
                event.accept()
            return True
        return super().event(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._hands is Hands.AGENT and (event.key() in keysyms.MODIFIERS or event.key() == Qt.Key_Escape):
            return
        if not self._mine():
            return
        key = _key_of(event)
        syms = self._down.get(key) if event.isAutoRepeat() else None
        if syms is None:
            syms = keysyms.of_event(event)
            if len(syms) > 1 or event.key() in (0, Qt.Key_unknown):
                self._type(syms)
                return
            self._down[key] = syms
        for sym in syms:
            self._send_key(sym, True)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat():
            for sym in reversed(self._down.pop(_key_of(event), [])):
                self._send_key(sym, False)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        if event.commitString() and self._mine():
            self._type(keysyms.of_text(event.commitString()))
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.let_go()
        self.focused.emit(False)

    def let_go(self) -> None:
        """Release every key and button that the person holds down here."""
        for syms in reversed(list(self._down.values())):
            for sym in reversed(syms):
                self._send_key(sym, False)
        self._down.clear()
        self._release_buttons()

    def _release_buttons(self) -> None:
        if self._mask:
            self._mask = 0
            self._send_pointer(self._at, 0)

    def _type(self, syms: list[int]) -> None:
        for sym in syms:
            self._send_key(sym, True)
            self._send_key(sym, False)

    # the desktop

    def _mine(self) -> bool:
        if self._hands is Hands.AGENT:
            self.taken_over.emit()
            return False
        return self._hands is Hands.PERSON

    def _send_pointer(self, at: Point, mask: int) -> None:
        self._at = at
        try:
            self._desktop.pointer_event(at, mask)
        except ScreenAgentError:
            pass  # a lost link is told by the link itself

    def _send_key(self, sym: int, down: bool) -> None:
        try:
            self._desktop.key_event(sym, down)
        except ScreenAgentError:
            pass  # as above


def _key_of(event: QKeyEvent) -> tuple[int, int]:
    """What names a physical key: its scan code where there is one, else Qt's key."""
    code = event.nativeScanCode()
    return (code, 0) if code else (0, event.key())


def _spelt(event: QEvent) -> str:
    if event.key() in keysyms.MODIFIERS or event.key() in (0, Qt.Key_unknown):
        return ""
    modifiers = int(event.modifiers() & ~Qt.KeypadModifier)
    return QKeySequence(modifiers | event.key()).toString(QKeySequence.PortableText)
