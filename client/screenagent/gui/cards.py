"""The look that every panel shares: a card with a heading, and lists that wrap."""

from __future__ import annotations

from html import escape

from PyQt5.QtCore import QModelIndex, QRect, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QResizeEvent
from PyQt5.QtWidgets import (
    QAction,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from screenagent.domain.text import shortened
from screenagent.gui import icons, style

_LONGEST = 200
_DROP = 4  # brings a picture at the top of a line to the middle of the text beside it


class Card(QFrame):
    """A panel; with a heading on the left, something soft beside it, and room for more on the right, if there is one."""

    def __init__(self, heading: str = "") -> None:
        super().__init__()
        self.setObjectName("card")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(style.MARGIN, style.GAP, style.MARGIN, style.MARGIN)
        self.column.setSpacing(6)
        if heading:
            self._head(heading)

    def _head(self, heading: str) -> None:
        self.top = QHBoxLayout()
        self.top.setSpacing(style.GAP)
        self.heading = QLabel(heading)
        self.heading.setObjectName("heading")
        self.aside = QLabel()
        self.aside.setObjectName("soft")
        self.aside.setAlignment(Qt.AlignRight | Qt.AlignVCenter)
        self.top.addWidget(self.heading)
        self.top.addWidget(self.aside, 1)
        self.column.addLayout(self.top)


class WrappedLabel(QLabel):
    """A label whose wrapped lines are never cut off: layouts forget them when space is short."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.PlainText)
        self.setWordWrap(True)

    def setText(self, text: str) -> None:
        super().setText(text)
        self._claim()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._claim()

    def _claim(self) -> None:
        needed = max(0, self.heightForWidth(self.width())) if self.text() else 0
        if needed != self.minimumHeight():
            self.setMinimumHeight(needed)


class _Wrapping(QStyledItemDelegate):
    """Makes items high enough for their wrapped text; Qt's own reckoning forgets the style sheet's padding."""

    _PADDING = 10

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        super().initStyleOption(option, index)
        option.decorationAlignment = Qt.AlignHCenter | Qt.AlignTop

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        width = max(40, self._view.viewport().width() - self._PADDING)
        narrow = QStyleOptionViewItem(option)
        narrow.rect = QRect(0, 0, width, 1)
        return QSize(width, super().sizeHint(narrow, index).height())


class WrappedList(QListWidget):
    """A list whose items wrap over as many lines as they need."""

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)
        self.setResizeMode(QListView.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollPerPixel)
        self.setItemDelegate(_Wrapping(self))


class Lines(WrappedList):
    """A list of wrapped lines with a picture each, and a sentence where it is empty.

    Where it is `choosable`, the keyboard can stand on a line, and a double-click or Return on one emits `chosen`. A line added
    with `checked` has a box, which Space turns (`ticked`).
    """

    chosen = pyqtSignal(int)
    ticked = pyqtSignal()

    def __init__(self, empty: str, *, choosable: bool = False) -> None:
        super().__init__()
        self._empty = empty
        self._choosable = choosable
        if not choosable:
            self.setObjectName("plain")
        self.setProperty("calm", True)
        self.setSelectionMode(QListWidget.SingleSelection if choosable else QListWidget.NoSelection)
        self.setIconSize(QSize(16, 16 + _DROP))
        self.setMinimumHeight(44)
        self.itemChanged.connect(lambda item: self.ticked.emit())
        self.clear_lines()

    @property
    def empty(self) -> bool:
        """Whether there is no line but the sentence that says so."""
        return self.count() == 1 and not self.item(0).flags()

    def clear_lines(self) -> None:
        """Empty the list."""
        self.clear()
        item = QListWidgetItem(self._empty)
        item.setForeground(QColor(style.SOFT))
        item.setFlags(Qt.NoItemFlags)
        self.addItem(item)

    def add_line(
        self,
        text: str,
        picture: str,
        colour: str,
        tip: str,
        *,
        bold: bool = False,
        soft: bool = False,
        checked: bool | None = None,
    ) -> None:
        """Append a line; `tip` says in words what the picture says; with `checked` the line has a box to tick."""
        if self.empty:
            self.takeItem(0)
        item = QListWidgetItem(icons.icon(picture, colour, _DROP), shortened(text, _LONGEST))
        item.setToolTip(f"<p>{escape(tip)}: {escape(text)}</p>" if len(text) > _LONGEST else tip)
        item.setData(Qt.AccessibleDescriptionRole, tip)
        if bold:
            font = QFont(self.font())
            font.setBold(True)
            item.setFont(font)
        item.setForeground(QColor(style.SOFT if soft else style.TEXT))
        item.setFlags(Qt.ItemIsEnabled | (Qt.ItemIsSelectable if self._choosable else Qt.NoItemFlags))
        if checked is not None:
            item.setFlags(item.flags() | Qt.ItemIsUserCheckable)
            item.setCheckState(Qt.Checked if checked else Qt.Unchecked)
        self.addItem(item)

    def is_checked(self, row: int) -> bool:
        """Whether the box of the line `row` is ticked."""
        return self.item(row).checkState() == Qt.Checked

    def reveal(self, row: int) -> None:
        """Scroll to the line `row`."""
        self.doItemsLayout()
        self.scrollToItem(self.item(row))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeypadModifier
        if self._choosable and event.key() in (Qt.Key_Return, Qt.Key_Enter) and plain:
            self._choose(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        if event.button() == Qt.LeftButton:
            self._choose(self.indexAt(event.pos()))

    def _choose(self, index: QModelIndex) -> None:
        if self._choosable and index.isValid() and not self.empty:
            self.chosen.emit(index.row())


def button_for(action: QAction, name: str = "", *, text: bool = True, parent: QWidget | None = None) -> QPushButton:
    """A push button that is one with an action: text, picture, tooltip, whether it can be pressed."""
    button = QPushButton(parent)
    button.setObjectName(name)
    # a click leaves the keyboard where it is, also when the button disables itself
    button.setFocusPolicy(Qt.TabFocus)

    def follow() -> None:
        if text:
            button.setText(action.text())
        button.setIcon(action.icon())
        button.setToolTip(action.toolTip())
        button.setAccessibleName(action.text())
        button.setEnabled(action.isEnabled())
        button.setCheckable(action.isCheckable())
        button.setChecked(action.isChecked())

    follow()
    action.changed.connect(follow)
    button.clicked.connect(lambda: action.trigger())
    return button
