"""The task list and the field that says what shall be done."""

from __future__ import annotations

from PyQt5.QtCore import QSize, Qt, pyqtSignal
from PyQt5.QtGui import QColor
from PyQt5.QtWidgets import QAction, QLineEdit, QListWidgetItem, QPlainTextEdit

from screenagent.gui import style
from screenagent.gui.cards import Card, WrappedList, button_for
from screenagent.gui.words import Words


class TaskPanel(Card):
    """Double-click (or Return) on a task puts it into the field; the field is what Start starts."""

    edited = pyqtSignal(str)

    def __init__(self, words: Words, reload: QAction) -> None:
        super().__init__(words("tasks"))
        self._words = words
        self._tasks: tuple[str, ...] = ()
        self.reload = button_for(reload, "flat", text=False)
        self.reload.setIconSize(QSize(15, 15))
        self.search = QLineEdit()
        self.search.setPlaceholderText(words("tasks.search"))
        self.search.setAccessibleName(words("tasks.search"))
        self.search.setClearButtonEnabled(True)
        self.list = WrappedList()
        self.list.setAccessibleName(words("tasks"))
        self.list.setToolTip(words("tasks.tip"))
        self.list.setMinimumHeight(64)
        self.field = QPlainTextEdit()
        self.field.setPlaceholderText(words("task.hint"))
        self.field.setAccessibleName(words("task"))
        self.field.setToolTip(words("task"))
        self.field.setTabChangesFocus(True)
        self.field.setFixedHeight(3 * self.field.fontMetrics().lineSpacing() + 16)
        self.top.replaceWidget(self.aside, self.search)
        self.aside.deleteLater()
        self.top.addWidget(self.reload)
        self.column.addWidget(self.list, 1)
        self.column.addWidget(self.field)
        self.search.textChanged.connect(self._filter)
        self.list.itemActivated.connect(self._choose)
        self.list.itemDoubleClicked.connect(self._choose)
        self.field.textChanged.connect(lambda: self.edited.emit(self.task))

    @property
    def task(self) -> str:
        """The task in the field, on one line."""
        return " ".join(self.field.toPlainText().split())

    def set_task(self, task: str) -> None:
        """Put a task into the field."""
        self.field.setPlainText(task)

    def set_tasks(self, tasks: tuple[str, ...]) -> None:
        """Show this list."""
        self._tasks = tasks
        self._filter(self.search.text())

    def _filter(self, wanted: str) -> None:
        self.list.clear()
        parts = wanted.casefold().split()
        found = [task for task in self._tasks if all(part in task.casefold() for part in parts)]
        for task in found:
            item = QListWidgetItem(task)
            item.setData(Qt.UserRole, task)
            self.list.addItem(item)
        if not found:
            item = QListWidgetItem(self._words("tasks.no_match" if self._tasks else "tasks.none"))
            item.setFlags(Qt.NoItemFlags)
            item.setForeground(QColor(style.SOFT))
            self.list.addItem(item)

    def _choose(self, item: QListWidgetItem) -> None:
        task = item.data(Qt.UserRole)
        if task:
            self.set_task(task)
            self.list.setCurrentItem(item)
