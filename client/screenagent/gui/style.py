"""Every colour, font and distance of the window."""

from __future__ import annotations

from PyQt5.QtGui import QColor, QFont, QPalette
from PyQt5.QtWidgets import QApplication

BACK = "#f3f5f8"
CARD = "#ffffff"
LINE = "#d8dfe7"
TEXT = "#1b2530"
SOFT = "#566473"
FAINT = "#8994a1"
ACCENT = "#1f66d6"
ACCENT_DARK = "#184fa8"
ACCENT_BACK = "#e8f0fd"
GOOD = "#17713f"
GOOD_BACK = "#e5f4eb"
WARN = "#8a5a00"
WARN_BACK = "#fff4d8"
BAD = "#b3261e"
BAD_BACK = "#fdeceb"
CALM = "#44515f"
CALM_BACK = "#e9edf2"

TEXT_POINTS = 9.5
GAP = 8
MARGIN = 10

FAMILIES = ["Inter", "Noto Sans", "Segoe UI", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "DejaVu Sans"]
FIXED = ["JetBrains Mono", "Noto Sans Mono", "DejaVu Sans Mono", "Noto Sans Mono CJK SC", "monospace"]

# message kind -> (text colour, background)
KINDS = {
    "error": (BAD, BAD_BACK),
    "failed": (BAD, BAD_BACK),
    "worker": (WARN, WARN_BACK),
    "warning": (WARN, WARN_BACK),
    "paused": (ACCENT_DARK, ACCENT_BACK),
    "no_tasks": (ACCENT_DARK, ACCENT_BACK),
    "finished": (GOOD, GOOD_BACK),
    "stopped": (CALM, CALM_BACK),
    "closing": (CALM, CALM_BACK),
}

_SHEET = f"""
QWidget {{ color: {TEXT}; }}
QMainWindow, QDialog {{ background: {BACK}; }}
QToolTip {{ background: {TEXT}; color: {CARD}; border: none; padding: 5px 7px; }}
QFrame#card {{ background: {CARD}; border: 1px solid {LINE}; border-radius: 8px; }}
QFrame#card[focused="true"] {{ border: 1px solid {ACCENT}; }}
QFrame#card[held="true"] {{ background: {WARN_BACK}; border: 2px solid {WARN}; }}
QLabel#held {{ color: {SOFT}; }}
QFrame#card[held="true"] QLabel#held {{ color: {WARN}; font-weight: 600; }}
QLabel#heading {{ font-weight: 600; }}
QLabel#soft {{ color: {SOFT}; }}
QLabel#keyboard {{ color: {ACCENT_DARK}; }}

QLineEdit, QPlainTextEdit, QListWidget, QTableWidget {{
    background: {CARD}; border: 1px solid {LINE}; border-radius: 6px;
    selection-background-color: {ACCENT}; selection-color: white;
}}
QLineEdit {{ padding: 4px 7px; }}
QPlainTextEdit {{ padding: 2px 3px; }}
QLineEdit:focus, QPlainTextEdit:focus, QListWidget:focus {{ border: 1px solid {ACCENT}; }}
QPlainTextEdit[readOnly="true"] {{ background: {BACK}; }}
QListWidget {{ padding: 2px; outline: none; }}
QListWidget::item {{ padding: 4px 5px; border-radius: 4px; }}
QListWidget::item:disabled {{ color: {SOFT}; }}
QListWidget::item:hover {{ background: {BACK}; }}
QListWidget::item:selected {{ background: {ACCENT_BACK}; color: {TEXT}; }}
QListWidget[calm="true"] {{ background: {BACK}; }}
QFrame#card[held="true"] QListWidget[calm="true"] {{ background: {CARD}; }}
QListWidget#plain::item:selected, QListWidget#plain::item:hover {{ background: transparent; }}

QPushButton {{
    background: {CARD}; border: 1px solid {LINE}; border-radius: 6px; padding: 5px 9px; min-height: 17px;
}}
QPushButton:hover {{ background: {BACK}; border-color: {FAINT}; }}
QPushButton:pressed {{ background: {CALM_BACK}; }}
QPushButton:focus {{ border: 1px solid {ACCENT}; }}
QPushButton:disabled {{ color: {FAINT}; background: {BACK}; }}
QPushButton:checked {{ background: {ACCENT_BACK}; border-color: {ACCENT}; color: {ACCENT_DARK}; }}
QPushButton#primary {{ background: {ACCENT}; border-color: {ACCENT}; color: white; font-weight: 600; padding: 7px 10px; }}
QPushButton#primary:hover {{ background: {ACCENT_DARK}; }}
QPushButton#primary:focus {{ border-color: {TEXT}; }}
QPushButton#primary:disabled {{ background: {CALM_BACK}; border-color: {LINE}; color: {FAINT}; }}
QPushButton#primary[compact="true"] {{ padding: 5px 10px; }}
QPushButton#pause, QPushButton#step, QPushButton#stop {{ padding: 5px 3px; }}
QPushButton#stop:enabled {{ color: {BAD}; border-color: #e3a8a4; }}
QPushButton#stop:enabled:hover {{ background: {BAD_BACK}; }}
QPushButton#small {{ padding: 3px 8px; min-height: 16px; }}
QPushButton#flat {{ background: transparent; border: 1px solid transparent; padding: 3px; min-height: 0; }}
QPushButton#flat:hover {{ background: {CALM_BACK}; }}
QPushButton#flat:focus {{ border-color: {ACCENT}; }}

QLabel#chip, QPushButton#chip {{
    background: {CALM_BACK}; color: {SOFT}; border: 1px solid {CALM_BACK}; border-radius: 9px; padding: 3px 0; min-height: 0;
}}
QPushButton#chip:enabled:hover {{ border-color: {ACCENT}; }}
QPushButton#chip:focus {{ border-color: {ACCENT_DARK}; }}
#chip[lit="live"] {{ background: {ACCENT}; border-color: {ACCENT}; color: white; font-weight: 600; }}
#chip[lit="paused"] {{ background: {WARN_BACK}; border-color: {WARN}; color: {WARN}; font-weight: 600; }}
#chip[lit="finished"] {{ background: {GOOD}; border-color: {GOOD}; color: white; font-weight: 600; }}
#chip[lit="failed"] {{ background: {BAD}; border-color: {BAD}; color: white; font-weight: 600; }}
#chip[lit="stopped"] {{ background: {CALM}; border-color: {CALM}; color: white; font-weight: 600; }}

QSplitter::handle {{ background: transparent; }}
QSplitter::handle:hover {{ background: {LINE}; }}
QScrollArea#live {{ border: none; background: {CALM_BACK}; border-radius: 6px; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 1px; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 1px; }}
QScrollBar::handle {{ background: #c3ccd6; border-radius: 4px; min-height: 24px; min-width: 24px; }}
QScrollBar::handle:hover {{ background: {FAINT}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QStatusBar {{ background: {CARD}; border-top: 1px solid {LINE}; }}
QStatusBar::item {{ border: none; }}
QStatusBar QLabel {{ padding: 2px 8px; color: {SOFT}; }}
QStatusBar QLabel#warning {{ color: {WARN}; font-weight: 600; }}
QTableWidget::item {{ padding: 4px 5px; }}
QHeaderView::section {{ background: {BACK}; border: none; border-bottom: 1px solid {LINE}; padding: 5px; font-weight: 600; }}
"""


def fixed_font(size: float = 9) -> QFont:
    """A fixed-pitch font for prompts and replies."""
    font = QFont()
    font.setFamilies(FIXED)
    font.setStyleHint(QFont.Monospace)
    font.setPointSizeF(size)
    return font


def message_sheet(kind: str) -> str:
    """The style sheet of a message of this kind."""
    text, back = KINDS[kind]
    return (
        f"QFrame#message {{ background: {back}; border: 1px solid {text}; border-radius: 8px; }}"
        f"QFrame#message QLabel {{ color: {text}; }}"
        f"QFrame#message QPushButton#do {{ color: {text}; border-color: {text}; background: {CARD}; padding: 3px 9px; }}"
    )


def apply(app: QApplication) -> None:
    """Give the application its look, whatever the person's desktop theme is."""
    app.setStyle("Fusion")
    palette = QPalette(QColor(BACK))
    for role, colour in (
        (QPalette.Window, BACK),
        (QPalette.Base, CARD),
        (QPalette.AlternateBase, BACK),
        (QPalette.Text, TEXT),
        (QPalette.WindowText, TEXT),
        (QPalette.ButtonText, TEXT),
        (QPalette.Highlight, ACCENT),
        (QPalette.HighlightedText, CARD),
        (QPalette.PlaceholderText, FAINT),
    ):
        palette.setColor(role, QColor(colour))
    app.setPalette(palette)
    font = QFont()
    font.setFamilies(FAMILIES)
    font.setPointSizeF(TEXT_POINTS)
    app.setFont(font)
    app.setStyleSheet(_SHEET)
