"""A text that is shown while it comes in, and that a person may change while the run waits."""

from __future__ import annotations

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtGui import QTextCursor
from PyQt5.QtWidgets import QPlainTextEdit

from screenagent.gui import style


class Draft(QPlainTextEdit):
    """Read-only until `open`; what the person wrote is never thrown away: it is sent on, undone by them, or kept.

    Text that grows is inserted at its end, and the view stays at the end unless the person scrolled away from it.
    """

    edited = pyqtSignal()

    def __init__(self, name: str, empty: str) -> None:
        super().__init__()
        self._number = 0
        self._source = ""
        self._shown = ""
        self._base = ""
        self._kept = ""
        self._open = False
        self._filling = False
        self._touched = False
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setFont(style.fixed_font())
        self.setPlaceholderText(empty)
        self.setAccessibleName(name)
        self.setMinimumHeight(44)
        self.textChanged.connect(self._changed)

    @property
    def opened(self) -> bool:
        """Whether the person may write."""
        return self._open

    @property
    def changed(self) -> bool:
        """Whether what stands here is not what was shown."""
        return self._touched and self.toPlainText() != self._base

    @property
    def rewritten(self) -> bool:
        """Whether what was sent on from here was not what was shown."""
        return self._shown != self._source

    @property
    def kept(self) -> str:
        """The person's text that was overtaken before it was sent on; empty when there is none."""
        return self._kept

    @property
    def text(self) -> str:
        """The text as it is to go on: the very text shown where it was not edited."""
        return self.toPlainText() if self.changed else self._shown

    def show_text(self, text: str, number: int = 0, *, growing: bool = False) -> None:
        """Show this text from now on; does nothing when it is the one shown already, edited or not.

        A text of another `number` is another text even where it says the same. `growing` says that more of it is to come, so
        that even its first part is followed to the end.
        """
        if (number, text) == (self._number, self._source):
            return
        self._keep()
        if number != self._number:
            self._number = number
            self._replace("")
            self._source = self._shown = ""
        untouched = not self._touched and not self.rewritten
        if untouched and (self._shown or growing) and text.startswith(self._shown):
            self._append(text[len(self._shown) :])
        else:
            self._replace(text)
        self._source = self._shown = text

    def open(self) -> None:
        """Let the person write."""
        if not self._open:
            self._open = True
            if not self._touched:
                self._base = self.toPlainText()
            self.setUndoRedoEnabled(True)
            self._allow(True)

    def shut(self, *, sent: bool = False) -> None:
        """Let the person write no more; what they wrote stays in view, and is kept beyond that unless it was `sent`."""
        if sent:
            self._shown, self._kept = self.text, ""
            self._base, self._touched = self.toPlainText(), False
        else:
            self._keep()
        if self._open:
            self._open = False
            self.setUndoRedoEnabled(False)
            self._allow(False)

    def restore(self) -> None:
        """Bring back the text that was kept."""
        if self._open and self._kept:
            kept, self._kept = self._kept, ""
            self._write(kept)

    def revert(self) -> None:
        """Undo what the person changed; their own undo (Ctrl+Z) brings it back."""
        if self.changed:
            self._write(self._shown)

    def forget(self) -> None:
        """Keep nothing, and show what was shown before it was edited."""
        self._kept = ""
        self._shown = self._source
        self._replace(self._shown)

    def point_out(self, part: str) -> bool:
        """Select `part` and bring it into view; False when it does not stand here."""
        text = self.toPlainText()
        at = text.find(part) if part else -1
        if at < 0:
            return False
        cursor = QTextCursor(self.document())
        cursor.setPosition(_units(text[:at]))  # Qt counts UTF-16 units
        cursor.setPosition(_units(text[: at + len(part)]), QTextCursor.KeepAnchor)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()
        return True

    def _allow(self, writing: bool) -> None:
        self.setReadOnly(not writing)
        self.style().unpolish(self)
        self.style().polish(self)

    def _keep(self) -> None:
        if self._open and self.changed:
            self._kept = self.toPlainText()

    def _write(self, text: str) -> None:
        """Put another text here as the person would, so that it can be undone."""
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.Document)
        cursor.insertText(text)

    def _replace(self, text: str) -> None:
        self._filling = True
        self.setPlainText(text)
        self._filling = False
        self._touched = False
        if self._open:
            self._base = self.toPlainText()
        self.edited.emit()

    def _append(self, more: str) -> None:
        bar = self.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 1
        self._filling = True
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.End)
        cursor.insertText(more)
        self._filling = False
        if at_end:
            bar.setValue(bar.maximum())
        if self._open:
            self._base = self.toPlainText()

    def _changed(self) -> None:
        if not self._filling:
            self._touched = True
            self.edited.emit()


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
