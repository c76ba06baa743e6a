"""The buttons that drive a run."""

from __future__ import annotations

from PyQt5.QtCore import QSize
from PyQt5.QtWidgets import QAction, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from screenagent.gui.cards import button_for
from screenagent.gui.switch import Switch


class Controls(QWidget):
    """Start; Pause, Step and Stop; whether the run goes from step to step by itself; Clear."""

    def __init__(self, do: dict[str, QAction]) -> None:
        super().__init__()
        self.start = button_for(do["start"], "primary")
        self.pause, self.step, self.stop = (button_for(do[name], name) for name in ("pause", "step", "stop"))
        self.transitions = Switch(do["auto_transitions"])
        self.clear = button_for(do["clear"], "flat")
        self.clear.setIconSize(QSize(14, 14))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(6)
        for button in (self.pause, self.step, self.stop):
            button.setSizePolicy(QSizePolicy.Ignored, QSizePolicy.Fixed)  # equal widths, whatever they say
            row.addWidget(button, 1)
        below = QHBoxLayout()
        below.setSpacing(6)
        below.addWidget(self.transitions)
        below.addStretch(1)
        below.addWidget(self.clear)
        column.addWidget(self.start)
        column.addLayout(row)
        column.addLayout(below)
