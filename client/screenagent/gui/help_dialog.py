"""F1: every shortcut on one small page."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QDialog, QHeaderView, QLabel, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from screenagent.gui.actions import spelt
from screenagent.gui.commands import COMMANDS
from screenagent.gui.words import Words


class HelpDialog(QDialog):
    """The table of commands, as it is wired."""

    def __init__(self, words: Words, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(words("help"))
        self.setWindowFlag(Qt.WindowContextHelpButtonHint, False)
        self.setAttribute(Qt.WA_DeleteOnClose)
        rows = [(spelt(entry), words(f"tip.{entry.name}")) for entry in COMMANDS]
        rows.insert(4, ("Esc Esc", words("tip.stop")))
        rows[3] = (rows[3][0], words("stop"))
        table = QTableWidget(len(rows), 2)
        table.setHorizontalHeaderLabels([words("help.keys"), words("help.what")])
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setEditTriggers(QTableWidget.NoEditTriggers)
        table.setSelectionMode(QTableWidget.NoSelection)
        table.setWordWrap(True)
        for at, (keys, what) in enumerate(rows):
            table.setItem(at, 0, QTableWidgetItem(keys))
            table.setItem(at, 1, QTableWidgetItem(what))
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignLeft)
        header.setSectionResizeMode(0, QHeaderView.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.Stretch)
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeToContents)
        note = QLabel(words("help.note"))
        note.setObjectName("soft")
        note.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 14, 14, 14)
        column.addWidget(table, 1)
        column.addWidget(note)
        self.resize(680, 620)
