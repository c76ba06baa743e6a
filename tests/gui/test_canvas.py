"""The live desktop under real mouse and key events."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt5.QtGui import QInputMethodEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication

from screenagent.domain.geometry import Point, Size
from screenagent.domain.screen import Screenshot
from screenagent.gui.canvas import Canvas, Hands
from screenagent.gui.live_view import LiveView

LEFT, RIGHT = 1, 4


@pytest.fixture
def live(qtbot: Any, desktop: Any) -> LiveView:
    """A view of 640 x 480 in the person's hands, with the keyboard."""
    desktop.connected = True
    view = LiveView(desktop)
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.show()
    qtbot.waitActive(view).__enter__()
    view.refresh()
    view.canvas.set_hands(Hands.PERSON)
    view.canvas.setFocus()
    qtbot.waitUntil(view.canvas.hasFocus)
    return view


@pytest.fixture
def canvas(live: LiveView) -> Canvas:
    return live.canvas


def at(canvas: Canvas, point: Point) -> QPoint:
    assert canvas.placement is not None
    return QPoint(*canvas.placement.to_view(point))


@pytest.mark.parametrize("fitting", [True, False])
@pytest.mark.parametrize("size", [(500, 400), (340, 260), (900, 300), (1300, 1000)])
def test_a_click_on_each_corner_pixel_lands_on_it(live: LiveView, desktop: Any, fitting: bool, size: tuple[int, int]) -> None:
    live.resize(*size)
    live.set_fitting(fitting)
    QApplication.processEvents()
    for corner in (Point(0, 0), Point(639, 0), Point(0, 479), Point(639, 479)):
        desktop.pointers.clear()
        where = QPointF(at(live.canvas, corner))
        for kind, held in ((QEvent.MouseButtonPress, Qt.LeftButton), (QEvent.MouseButtonRelease, Qt.NoButton)):
            # QTest takes (0, 0) to mean the middle
            QApplication.sendEvent(live.canvas, QMouseEvent(kind, where, Qt.LeftButton, held, Qt.NoModifier))
        assert desktop.pointers[-2:] == [(corner, LEFT), (corner, 0)]


def test_one_to_one_shows_a_pixel_a_pixel(live: LiveView, desktop: Any) -> None:
    live.set_fitting(False)
    QApplication.processEvents()
    assert live.canvas.size().width() == 640
    assert live.horizontalScrollBar().maximum() > 0
    shown = live.canvas.grab().toImage()
    assert shown.pixelColor(600, 5).blue() == desktop.pixels[5, 600, 2]


def test_a_new_screen_size_is_followed(live: LiveView, desktop: Any) -> None:
    live.set_fitting(False)
    desktop.pixels = np.zeros((200, 300, 3), np.uint8)
    live.refresh()
    assert live.canvas.placement is not None
    assert live.canvas.placement.screen == Size(300, 200)


def test_a_drag_holds_the_button_and_ends_outside_the_picture_at_its_edge(canvas: Canvas, desktop: Any) -> None:
    QTest.mousePress(canvas, Qt.LeftButton, pos=at(canvas, Point(100, 100)))
    QTest.mouseMove(canvas, QPoint(canvas.width() + 40, canvas.height() + 40))
    QTest.mouseRelease(canvas, Qt.LeftButton, pos=QPoint(canvas.width() + 40, canvas.height() + 40))
    assert desktop.pointers[0][1] == LEFT
    assert desktop.pointers[-1] == (Point(639, 479), 0)


def test_a_press_beside_the_picture_does_nothing(live: LiveView, desktop: Any) -> None:
    live.resize(900, 300)
    QApplication.processEvents()
    QTest.mouseClick(live.canvas, Qt.LeftButton, pos=QPoint(2, 2))
    assert [mask for _, mask in desktop.pointers if mask] == []


def test_buttons_have_their_bits_and_a_double_click_is_two(canvas: Canvas, desktop: Any) -> None:
    QTest.mouseClick(canvas, Qt.RightButton, pos=at(canvas, Point(10, 10)))
    assert [mask for _, mask in desktop.pointers] == [RIGHT, 0]
    desktop.pointers.clear()
    QTest.mouseClick(canvas, Qt.LeftButton, pos=at(canvas, Point(300, 200)))
    QTest.mouseDClick(canvas, Qt.LeftButton, pos=at(canvas, Point(300, 200)))
    assert [mask for _, mask in desktop.pointers].count(LEFT) == 2


@pytest.mark.parametrize(("x", "y", "bit"), [(0, 120, 8), (0, -120, 16), (120, 0, 32), (-120, 0, 64)])
def test_a_notch_of_the_wheel_is_a_button_down_and_up(canvas: Canvas, desktop: Any, x: int, y: int, bit: int) -> None:
    turn(canvas, x, y)
    assert [mask for _, mask in desktop.pointers] == [bit, 0]


def test_small_turns_of_the_wheel_add_up(canvas: Canvas, desktop: Any) -> None:
    for _ in range(8):
        turn(canvas, 0, -30)
    assert [mask for _, mask in desktop.pointers] == [16, 0, 16, 0]


def turn(canvas: Canvas, x: int, y: int) -> None:
    where = at(canvas, Point(320, 240))
    places = (QPointF(where), QPointF(canvas.mapToGlobal(where)), QPoint(), QPoint(x, y))
    QApplication.sendEvent(canvas, QWheelEvent(*places, Qt.NoButton, Qt.NoModifier, Qt.NoScrollPhase, False))


def key(canvas: Canvas, kind: QEvent.Type, name: int, modifiers: Any = Qt.NoModifier, text: str = "") -> None:
    QApplication.sendEvent(canvas, QKeyEvent(kind, name, modifiers, text))


def test_a_chord_is_pressed_and_released_in_order(canvas: Canvas, desktop: Any) -> None:
    key(canvas, QEvent.KeyPress, Qt.Key_Control)
    key(canvas, QEvent.KeyPress, Qt.Key_S, Qt.ControlModifier, "\x13")
    key(canvas, QEvent.KeyRelease, Qt.Key_S, Qt.ControlModifier, "\x13")
    key(canvas, QEvent.KeyRelease, Qt.Key_Control)
    assert desktop.keys == [(0xFFE3, True), (0x73, True), (0x73, False), (0xFFE3, False)]


def test_a_key_is_released_as_it_was_pressed_though_shift_went_up_first(canvas: Canvas, desktop: Any) -> None:
    key(canvas, QEvent.KeyPress, Qt.Key_A, Qt.ShiftModifier, "A")
    key(canvas, QEvent.KeyRelease, Qt.Key_A, Qt.NoModifier, "a")
    assert desktop.keys == [(0x41, True), (0x41, False)]


def test_auto_repeat_is_more_presses_and_one_release(canvas: Canvas, desktop: Any) -> None:
    press = (QEvent.KeyPress, Qt.Key_A, Qt.NoModifier, "a")
    for event in (
        QKeyEvent(*press),
        QKeyEvent(QEvent.KeyRelease, Qt.Key_A, Qt.NoModifier, "a", True),
        QKeyEvent(*press, True),
        QKeyEvent(QEvent.KeyRelease, Qt.Key_A, Qt.NoModifier, "a"),
    ):
        QApplication.sendEvent(canvas, event)
    assert desktop.keys == [(0x61, True), (0x61, True), (0x61, False)]


def test_an_input_method_types_chinese(canvas: Canvas, desktop: Any) -> None:
    event = QInputMethodEvent()
    event.setCommitString("你好")
    QApplication.sendEvent(canvas, event)
    assert desktop.keys == [(0x01004F60, True), (0x01004F60, False), (0x0100597D, True), (0x0100597D, False)]


def test_tab_is_the_desktops(canvas: Canvas, desktop: Any) -> None:
    QTest.keyClick(canvas, Qt.Key_Tab)
    assert desktop.keys == [(0xFF09, True), (0xFF09, False)]
    assert canvas.hasFocus()


def test_losing_the_focus_releases_keys_and_buttons(canvas: Canvas, desktop: Any) -> None:
    QTest.keyPress(canvas, Qt.Key_Shift)
    QTest.mousePress(canvas, Qt.LeftButton, pos=at(canvas, Point(50, 60)))
    canvas.clearFocus()
    assert desktop.keys[-1] == (0xFFE1, False)
    assert desktop.pointers[-1][1] == 0


def test_leaving_with_a_button_down_releases_it(canvas: Canvas, desktop: Any) -> None:
    QTest.mousePress(canvas, Qt.LeftButton, pos=at(canvas, Point(50, 60)))
    QApplication.sendEvent(canvas, QEvent(QEvent.Leave))
    assert desktop.pointers[-1][1] == 0


def test_nothing_is_sent_while_the_agent_has_the_hands_and_a_click_asks_for_them(
    canvas: Canvas, desktop: Any, qtbot: Any
) -> None:
    canvas.set_hands(Hands.AGENT)
    QTest.mouseMove(canvas, at(canvas, Point(5, 5)))
    QTest.keyClick(canvas, Qt.Key_Shift)
    QTest.keyClick(canvas, Qt.Key_Escape)
    for act in (
        lambda: QTest.mouseClick(canvas, Qt.LeftButton, pos=at(canvas, Point(5, 5))),
        lambda: QTest.keyClick(canvas, Qt.Key_A),
        lambda: turn(canvas, 0, 120),
    ):
        with qtbot.waitSignal(canvas.taken_over):
            act()
    assert desktop.keys == []
    assert desktop.pointers == []


def test_what_the_person_holds_is_released_when_the_agent_goes_on(canvas: Canvas, desktop: Any) -> None:
    QTest.keyPress(canvas, Qt.Key_Control)
    canvas.set_hands(Hands.AGENT)
    assert desktop.keys == [(0xFFE3, True), (0xFFE3, False)]


def test_input_on_a_lost_link_is_dropped_quietly(canvas: Canvas, desktop: Any) -> None:
    desktop.connected = False
    QTest.keyClick(canvas, Qt.Key_A)
    QTest.mouseClick(canvas, Qt.LeftButton, pos=at(canvas, Point(5, 5)))


def test_the_pointer_is_told_in_screen_pixels(canvas: Canvas, qtbot: Any) -> None:
    QTest.mouseMove(canvas, at(canvas, Point(0, 0)))
    with qtbot.waitSignal(canvas.pointed) as told:
        QTest.mouseMove(canvas, at(canvas, Point(639, 479)))
    assert told.args == [Point(639, 479)]


def test_a_picture_outlives_the_array_it_came_from(canvas: Canvas) -> None:
    pixels = np.full((480, 640, 3), 200, np.uint8)
    canvas.show_screen(Screenshot(pixels, 0.0))
    pixels[:] = 0
    del pixels
    assert canvas.grab().toImage().pixelColor(canvas.rect().center()).red() == 200


class Picked:
    """What a picking led to."""

    def __init__(self) -> None:
        self.points: list[Point] = []
        self.cancelled = 0

    def cancel(self) -> None:
        self.cancelled += 1

    def begin(self, live: LiveView) -> Picked:
        live.pick(self.points.append, self.cancel)
        return self


@pytest.mark.parametrize("hands", [Hands.AGENT, Hands.PERSON, Hands.BOTH])
def test_a_picked_point_is_told_and_nothing_else_happens(live: LiveView, desktop: Any, qtbot: Any, hands: Hands) -> None:
    live.canvas.set_hands(hands)
    with qtbot.assertNotEmitted(live.canvas.taken_over):
        picked = Picked().begin(live)
        QTest.mouseMove(live.canvas, at(live.canvas, Point(30, 40)))
        turn(live.canvas, 0, 120)
        QTest.keyClick(live.canvas, Qt.Key_A)
        QTest.mouseClick(live.canvas, Qt.RightButton, pos=at(live.canvas, Point(1, 1)))
        QTest.mouseClick(live.canvas, Qt.LeftButton, pos=at(live.canvas, Point(639, 479)))
        QTest.mouseDClick(live.canvas, Qt.LeftButton, pos=at(live.canvas, Point(639, 479)))
    assert picked.points == [Point(639, 479)]
    assert picked.cancelled == 0
    assert (desktop.pointers, desktop.keys) == ([], [])


def test_after_a_picking_the_mouse_is_the_desktops_again(live: LiveView, desktop: Any) -> None:
    Picked().begin(live)
    QTest.mouseClick(live.canvas, Qt.LeftButton, pos=at(live.canvas, Point(10, 10)))
    QTest.mouseClick(live.canvas, Qt.LeftButton, pos=at(live.canvas, Point(20, 20)))
    assert [mask for _, mask in desktop.pointers] == [LEFT, 0]


def test_escape_cancels_a_picking_and_is_not_the_desktops(live: LiveView, desktop: Any) -> None:
    picked = Picked().begin(live)
    QTest.keyClick(live.canvas, Qt.Key_Escape)
    assert (picked.points, picked.cancelled, desktop.keys) == ([], 1, [])


def test_a_picking_ends_with_the_focus_the_link_or_another_one(live: LiveView) -> None:
    picked = Picked().begin(live)
    live.canvas.clearFocus()
    assert picked.cancelled == 1
    picked.begin(live)
    picked.begin(live)
    assert picked.cancelled == 2
    live.canvas.set_hands(Hands.NOBODY)
    assert picked.cancelled == 3
    picked.begin(live)
    assert picked.cancelled == 4
    assert picked.points == []


def test_a_picking_lets_go_of_what_the_person_holds(live: LiveView, desktop: Any) -> None:
    QTest.keyPress(live.canvas, Qt.Key_Shift)
    Picked().begin(live)
    assert desktop.keys == [(0xFFE1, True), (0xFFE1, False)]


def test_beside_the_agent_the_persons_input_goes_to_the_desktop(canvas: Canvas, desktop: Any, qtbot: Any) -> None:
    canvas.set_hands(Hands.BOTH)
    with qtbot.assertNotEmitted(canvas.taken_over):
        QTest.mouseClick(canvas, Qt.LeftButton, pos=at(canvas, Point(5, 5)))
        QTest.keyClick(canvas, Qt.Key_Escape)
    assert [mask for _, mask in desktop.pointers] == [LEFT, 0]
    assert desktop.keys == [(0xFF1B, True), (0xFF1B, False)]


def test_a_frame_is_counted_once_however_often_it_is_painted(live: LiveView, qtbot: Any) -> None:
    drawn: list[None] = []
    live.canvas.grab()
    live.canvas.drawn.connect(lambda: drawn.append(None))
    live.canvas.grab()
    assert drawn == []
    live.refresh()
    live.canvas.grab()
    live.canvas.grab()
    assert len(drawn) == 1
