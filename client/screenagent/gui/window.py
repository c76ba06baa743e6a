"""The window: which panel stands where, and one method that wires all signals."""

from __future__ import annotations

from PyQt5.QtCore import QSize, Qt, QTimer, QUrl
from PyQt5.QtGui import QCloseEvent, QDesktopServices, QResizeEvent
from PyQt5.QtWidgets import QApplication, QLineEdit, QMainWindow, QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from screenagent.domain.geometry import Point
from screenagent.domain.machine import LIVE
from screenagent.domain.story import Story
from screenagent.gui import icons, style
from screenagent.gui.actions import make_actions
from screenagent.gui.answer_bar import AnswerBar
from screenagent.gui.cards import Card, button_for
from screenagent.gui.commands import SWITCHES, Moment, available
from screenagent.gui.connection_bar import ConnectionBar
from screenagent.gui.controls import Controls
from screenagent.gui.desktop_panel import DesktopPanel
from screenagent.gui.escape import DoubleEscape
from screenagent.gui.exchange import Exchange
from screenagent.gui.hands import Hands
from screenagent.gui.help_dialog import HelpDialog
from screenagent.gui.message_bar import MessageBar
from screenagent.gui.reins import gate_of
from screenagent.gui.state_strip import StateStrip
from screenagent.gui.status import Status
from screenagent.gui.sub_tasks import SubTasks
from screenagent.gui.task_panel import TaskPanel
from screenagent.gui.workbench import Message, Workbench

CLOSE_MS = 12_000
_SIZE = QSize(1280, 800)
_NARROW = 1000  # below, the heading of the live desktop has no room for more than it needs


class MainWindow(QMainWindow):
    """Left: what to do and how far it is. Middle: the desktop. Right: what the model was asked, said and did."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.bench = bench
        self._words = bench.words
        self._closed = False
        self._opened = False
        self.actions_by_name = make_actions(bench.words, self)
        self._lay_out()
        self._escape = DoubleEscape(lambda: bench.moment.running, bench.stop)
        self._deadline = QTimer(self)
        self._deadline.setSingleShot(True)
        self._deadline.setInterval(CLOSE_MS)
        self._connect_signals()
        self.setWindowTitle(self._words("title"))
        self.setMinimumSize(940, 640)
        self.resize(_SIZE.boundedTo(QApplication.primaryScreen().availableSize()))
        self.connection.show_name(bench.desktop_name)
        self.status.show_link(bench.moment.link)
        self._refresh_commands()
        self.tasks.field.setFocus()

    # layout

    def _lay_out(self) -> None:
        do, words = self.actions_by_name, self._words
        self.messages = MessageBar(words)
        self.answer = AnswerBar(words)
        self.connection = ConnectionBar(words, do["reconnect"])
        self.tasks = TaskPanel(words, do["reload"])
        self.controls = Controls(do)
        self.start, self.pause, self.step, self.stop = (
            self.controls.start,
            self.controls.pause,
            self.controls.step,
            self.controls.stop,
        )
        self.strip = StateStrip(words, do)
        self.sub_tasks = SubTasks(words)
        live = (do["fit"], do["actual"], do["reconnect"])
        said = _column(self.answer, self.messages)
        self.desktop = DesktopPanel(words, self.bench.controller.desktop, said, *live)
        self.marks = button_for(do["marks"], "small", text=False)
        self.desktop.top.insertWidget(self.desktop.top.count() - 2, self.marks)
        self.exchange = Exchange(self.bench, do)
        self.prompt, self.reply, self.actions = self.exchange.prompt, self.exchange.reply, self.exchange.actions
        self.status = Status(words)
        self.setStatusBar(self.status)

        states = Card()
        states.setAccessibleName(words("states"))
        states.column.addWidget(self.strip)
        left = _column(self.connection, (self.tasks, 3), self.controls, states, (self.sub_tasks, 2))
        self.columns = QSplitter(Qt.Horizontal)
        for column in (left, self.desktop, self.exchange):
            self.columns.addWidget(column)
        for at, stretch in enumerate((1, 4, 1)):
            self.columns.setStretchFactor(at, stretch)
        self.columns.setSizes([276, 680, 308])
        self.columns.setHandleWidth(style.GAP)
        self.columns.setChildrenCollapsible(False)
        left.setMinimumWidth(248)
        self.exchange.setMinimumWidth(256)

        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(style.GAP, style.GAP, style.GAP, style.GAP)
        column.setSpacing(style.GAP)
        column.addWidget(self.columns, 1)
        self.setCentralWidget(middle)
        self.setTabOrder(self.sub_tasks.lines, self.marks)

    # wiring

    def _connect_signals(self) -> None:
        bench, live, canvas = self.bench, self.desktop.live, self.desktop.live.canvas
        for name, slot in {
            "start": self._start,
            "pause": self._pause_or_resume,
            "step": self._step,
            "stop": bench.stop,
            "clear": self._clear,
            "go_held": self._go_held,
            "send_on": self._send_on,
            "undo_changes": self.exchange.undo,
            "restore_edit": self.exchange.restore,
            "parse": self.exchange.parse,
            "run_actions": self.exchange.run_actions,
            "run_one": self.exchange.run_one,
            "pick_point": self._pick_point,
            "marks": self._mark,
            "choose": self.sub_tasks.choose,
            **{f"jump_{state.value}": lambda state=state: bench.jump(state) for state in LIVE},
            **{name: lambda name=name: self._turn(name) for name in SWITCHES},
            "reconnect": bench.open,
            "reload": bench.reload_tasks,
            "focus_task": self._focus_task,
            "switch": self._switch_keyboard,
            "fit": lambda: self._zoom(fitting=True),
            "actual": lambda: self._zoom(fitting=False),
            "help": self._help,
        }.items():
            # without the lambda Qt would hand the action's checked state to the slot
            self.actions_by_name[name].triggered.connect(lambda _checked=False, slot=slot: slot())
        bench.changed.connect(self._refresh_commands)
        bench.story_changed.connect(self._show_story)
        bench.asked.connect(self._ask)
        bench.link_changed.connect(self._show_link)
        bench.progressed.connect(self.desktop.show_progress)
        bench.tasks_changed.connect(self.tasks.set_tasks)
        bench.said.connect(self.messages.say)
        bench.unsaid.connect(self.messages.unsay)
        bench.painted.connect(live.schedule)
        bench.closed.connect(self._finish_closing)
        live.frame_due.connect(self._fetch_frame)
        canvas.pointed.connect(self.status.show_pointer)
        canvas.drawn.connect(self.status.frame)
        canvas.taken_over.connect(bench.take_over)
        self.exchange.actions.turned.connect(self._show_preview)
        self.tasks.edited.connect(bench.task_edited)
        self.sub_tasks.chosen.connect(bench.choose)
        self.answer.answered.connect(bench.answer_question)
        self.messages.pressed.connect(self._act_on)
        self._deadline.timeout.connect(self._finish_closing)
        QApplication.instance().installEventFilter(self._escape)

    def present(self) -> None:
        """Come onto the screen; all over it where there is no room to spare."""
        room = QApplication.primaryScreen().availableSize()
        if room.width() < _SIZE.width() * 1.05 or room.height() < _SIZE.height() * 1.1:
            self.showMaximized()
        else:
            self.show()

    def open(self) -> None:
        """Show the task list and open the desktop in the background; called once the window is on the screen."""
        self.bench.reload_tasks()
        self.bench.say_warnings()
        self.bench.open()

    # what the model says

    def _refresh_commands(self) -> None:
        now = self.bench.moment
        possible = available(now)
        for name, action in self.actions_by_name.items():
            action.setEnabled(name in possible)
        for name in SWITCHES:
            self.actions_by_name[name].setChecked(getattr(self.bench.switches, name))
        pause = self.actions_by_name["pause"]
        pause.setText(self._words("resume" if now.paused else "pause"))
        pause.setIcon(icons.icon("play" if now.paused else "pause"))
        self.desktop.show_hands(self._hands(now), pausing=now.paused)
        if not now.reviewing:
            self.desktop.live.stop_picking()
        self.tasks.field.setReadOnly(now.running)
        self.exchange.show_moment(now)

    @staticmethod
    def _hands(now: Moment) -> Hands:
        if now.link != "connected" or now.closing:
            return Hands.NOBODY
        if now.agent_at_work:
            return Hands.BOTH if now.shared else Hands.AGENT
        return Hands.PERSON

    def _show_story(self, story: Story) -> None:
        for view in (self.strip, self.sub_tasks, self.exchange, self.desktop, self.status):
            view.show_story(story)

    def _show_preview(self) -> None:
        sheet = self.exchange.actions.sheet
        self.desktop.live.show_preview(sheet.intended if sheet else None)

    def _pick_point(self) -> None:
        actions = self.exchange.actions
        action = actions.pointing
        if action is None:
            return

        def chosen(point: Point) -> None:
            actions.move(action, point)
            actions.lines.setFocus(Qt.OtherFocusReason)

        self.desktop.live.pick(chosen)

    def _ask(self, question: str) -> None:
        shown = not self.answer.isHidden()
        self.answer.show_question(question)
        if question and not shown and not isinstance(QApplication.focusWidget(), (QLineEdit, QPlainTextEdit)):
            self.answer.field.setFocus(Qt.OtherFocusReason)

    def _show_link(self, link: str, reason: str, hint: str) -> None:
        self.connection.show_link(link, reason)
        self.connection.show_name(self.bench.desktop_name)
        self.desktop.show_link(link, reason, hint)
        self.status.show_link(link)

    def _fetch_frame(self) -> None:
        self.bench.take_painted()
        self.desktop.live.refresh()
        self.desktop.show_size()

    # what the person does

    def _start(self) -> None:
        self.bench.start(self.tasks.task)

    def _pause_or_resume(self) -> None:
        self._let_go()
        self.bench.pause_or_resume()

    def _step(self) -> None:
        self._let_go()
        self.bench.step()

    def _let_go(self) -> None:
        """Whoever says go on means what they wrote to go with it."""
        now = self.bench.moment
        if now.reviewing and now.gate and now.edited:
            self.exchange.send_on()
        elif now.reviewing and now.question and self.answer.field.text().strip():
            self.answer.answer()

    def _turn(self, name: str) -> None:
        on = self.actions_by_name[name].isChecked()
        gate = gate_of(name)
        if gate and gate == self.bench.moment.gate and on is name.startswith("auto"):
            self._let_go()
        self.bench.turn(name, on)

    def _send_on(self) -> None:
        if self.bench.moment.question:
            self.answer.answer()
        else:
            self.exchange.send_on()

    def _go_held(self) -> None:
        if self.bench.moment.question:
            self.answer.field.setFocus(Qt.ShortcutFocusReason)
        else:
            self.exchange.focus_held()

    def _mark(self) -> None:
        self.desktop.live.set_marks(self.actions_by_name["marks"].isChecked())

    def _clear(self) -> None:
        if not self.bench.moment.running:
            self.exchange.forget()
        self.bench.clear()

    def _focus_task(self) -> None:
        self.tasks.field.setFocus(Qt.ShortcutFocusReason)
        self.tasks.field.selectAll()

    def _switch_keyboard(self) -> None:
        canvas = self.desktop.live.canvas
        (self.tasks.field if canvas.hasFocus() else canvas).setFocus(Qt.ShortcutFocusReason)

    def _zoom(self, fitting: bool) -> None:
        self.actions_by_name["fit"].setChecked(fitting)
        self.actions_by_name["actual"].setChecked(not fitting)
        self.desktop.live.set_fitting(fitting)

    def _help(self) -> None:
        HelpDialog(self._words, self).show()

    def _act_on(self, message: Message) -> None:
        if message.button == "open_session":
            QDesktopServices.openUrl(QUrl.fromLocalFile(message.path))
        elif message.button == "check_again":
            self.bench.check_model()
        else:
            self.actions_by_name[message.button].trigger()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.marks.setVisible(self.width() >= _NARROW)

    # the end

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._closed:
            event.accept()
            return
        event.ignore()
        if not self._deadline.isActive():
            self.messages.say(Message("closing", "closing", self._words("say.closing")))
            self._deadline.start()
            self.bench.close()

    def _finish_closing(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._deadline.stop()
        QApplication.instance().removeEventFilter(self._escape)
        self.desktop.live.stop()
        self.status.stop()
        self.bench.dispose(seconds=1.0)
        self.close()


def _column(*parts: QWidget | tuple[QWidget, int]) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(style.GAP)
    for part in parts:
        widget, stretch = part if isinstance(part, tuple) else (part, 0)
        column.addWidget(widget, stretch)
    return box
