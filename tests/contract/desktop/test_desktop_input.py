"""What either backend does to a real X server: every event at its pixel, in its order, and nothing left down."""

from __future__ import annotations

import threading

import pytest

from screenagent.desktop import keys
from screenagent.domain.actions import Click, Drag, Key, KeyDown, KeyUp, MouseDown, MouseUp, Move, Scroll, TypeText
from screenagent.domain.geometry import Point
from screenagent.errors import ActionRefused, Cancelled

BUTTONS = ("ButtonPress", "ButtonRelease")
KEYS = ("KeyPress", "KeyRelease")


def test_a_click_lands_on_the_exact_pixel(desktop, observer, token):
    desktop.perform(Click(Point(123.9, 45.0)), token)
    observer.barrier(desktop)
    assert [(e.kind, e.x, e.y, e.code) for e in observer.of(*BUTTONS)] == [
        ("ButtonPress", 123, 45, 1),
        ("ButtonRelease", 123, 45, 1),
    ]
    assert desktop.pointer == Point(123, 45)


@pytest.mark.parametrize(("button", "number"), [("left", 1), ("middle", 2), ("right", 3)])
def test_each_button_and_count_arrives(desktop, observer, token, button, number):
    desktop.perform(Move(Point(799, 599)), token)
    desktop.perform(Click(None, button, 3), token)
    observer.barrier(desktop)
    assert [(e.kind, e.x, e.y, e.code) for e in observer.of(*BUTTONS)] == [
        ("ButtonPress", 799, 599, number),
        ("ButtonRelease", 799, 599, number),
    ] * 3


def test_a_drag_presses_at_its_start_follows_its_path_and_releases_at_its_end(desktop, observer, token):
    desktop.perform(Drag((Point(100, 100), Point(300, 100), Point(300, 250))), token)
    observer.barrier(desktop)
    press, release = observer.of(*BUTTONS)
    assert (press.kind, press.x, press.y) == ("ButtonPress", 100, 100)
    assert (release.kind, release.x, release.y) == ("ButtonRelease", 300, 250)
    moves = [(e.x, e.y) for e in observer.of("MotionNotify") if e.state & 0x100]
    assert len(moves) > 10
    assert (300, 100) in moves
    assert all(y == 100 or x == 300 for x, y in moves)
    assert moves == sorted(moves)


def test_a_drag_with_one_point_starts_at_the_pointer(desktop, observer, token):
    desktop.perform(Move(Point(50, 60)), token)
    desktop.perform(Drag((Point(90, 60),), "middle"), token)
    observer.barrier(desktop)
    assert [(e.x, e.y, e.code) for e in observer.of(*BUTTONS)] == [(50, 60, 2), (90, 60, 2)]


@pytest.mark.parametrize(("dx", "dy", "button", "count"), [(0, 3, 5, 3), (0, -2, 4, 2), (4, 0, 7, 4), (-1, 0, 6, 1)])
def test_scrolling_turns_the_wheel_the_right_way_as_often_as_asked(desktop, observer, token, dx, dy, button, count):
    desktop.perform(Scroll(Point(200, 210), dx, dy), token)
    observer.barrier(desktop)
    assert [(e.x, e.y, e.code) for e in observer.of("ButtonPress")] == [(200, 210, button)] * count
    assert len(observer.of("ButtonRelease")) == count


def test_a_chord_goes_down_in_order_and_up_in_reverse(desktop, observer, token):
    desktop.perform(Key(("ctrl", "shift", "t"), repeat=2), token)
    observer.barrier(desktop)
    once = [
        ("KeyPress", "Control_L"),
        ("KeyPress", "Shift_L"),
        ("KeyPress", "T"),
        ("KeyRelease", "T"),
        ("KeyRelease", "Shift_L"),
        ("KeyRelease", "Control_L"),
    ]
    assert [(e.kind, e.name) for e in observer.of(*KEYS)][:12] == once * 2


def test_a_capital_beside_control_is_the_key_and_not_its_shifted_form(desktop, observer, token):
    desktop.perform(Key(("Control_L", "S")), token)
    observer.barrier(desktop)
    assert [e.name for e in observer.of("KeyPress")][:2] == ["Control_L", "s"]


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("Return", "Return"),
        ("ESC", "Escape"),
        ("page up", "Prior"),
        ("pgdn", "Next"),
        ("ArrowLeft", "Left"),
        ("del", "Delete"),
        ("backspace", "BackSpace"),
        ("win", "Super_L"),
        ("Alt", "Alt_L"),
        ("F12", "F12"),
        ("space", "space"),
        ("KP_Enter", "KP_Enter"),
        ("Insert", "Insert"),
        ("home", "Home"),
    ],
)
def test_keys_arrive_under_their_names(desktop, observer, token, name, seen):
    desktop.perform(Key((name,)), token)
    observer.barrier(desktop)
    assert observer.of("KeyPress")[0].name == seen


def test_typed_text_arrives_exactly(desktop, observer, token):
    text = "".join(map(chr, range(0x20, 0x7F))) + "Aa\nzZ\t"
    assert desktop.perform(TypeText(text), token) == "keysyms"
    observer.barrier(desktop)
    typed = [e.code for e in observer.of("KeyPress") if e.name not in ("Shift_L", "F11")]
    assert typed == [keys.keysym_of_char(character) for character in text]


def test_unicode_arrives_as_keysyms(connect, observer, token):
    desktop = connect(use_cut_text=False)
    text = "你好，wörld — ф € 😀"
    assert desktop.perform(TypeText(text), token) == "Unicode keysyms"
    observer.barrier(desktop)
    typed = [e.code for e in observer.of("KeyPress") if e.name not in ("Shift_L", "F11")]
    assert typed == [keys.keysym_of_char(character) for character in text]


def test_what_is_held_is_released_last_first(desktop, observer, xserver, token):
    desktop.perform(KeyDown("shift"), token)
    desktop.perform(KeyDown("a"), token)
    desktop.perform(MouseDown("left", Point(10, 10)), token)
    observer.barrier(desktop)
    assert xserver.held()[1] & 0x101 == 0x101
    assert desktop.release() == ("left button", "A", "Shift_L")
    observer.barrier(desktop)
    assert xserver.held() == (0, 0)
    assert desktop.release() == ()


def test_held_keys_and_buttons_can_be_let_go_one_by_one(desktop, observer, xserver, token):
    desktop.perform(KeyDown("ctrl"), token)
    desktop.perform(MouseDown("right", Point(10, 10)), token)
    desktop.perform(MouseUp("right", Point(20, 20)), token)
    desktop.perform(KeyUp("ctrl"), token)
    observer.barrier(desktop)
    assert [(e.kind, e.x) for e in observer.of(*BUTTONS)] == [("ButtonPress", 10), ("ButtonRelease", 20)]
    assert desktop.release() == ()
    assert xserver.held() == (0, 0)


def test_closing_releases_what_is_held(connect, observer, xserver, token):
    first, second = connect(), connect()
    first.perform(KeyDown("ctrl"), token)
    first.perform(MouseDown("left", Point(10, 10)), token)
    first.close()
    observer.until(lambda: xserver.held() == (0, 0))
    second.perform(Click(Point(5, 5)), token)


def test_a_persons_hand_works_beside_the_agents(desktop, observer, xserver, token):
    desktop.pointer_event(Point(30, 40), 0b1)
    desktop.pointer_event(Point(5000, 40), 0b1)
    desktop.pointer_event(Point(5000, 40), 0b0)
    desktop.key_event(keys.keysym("a"), True)
    desktop.key_event(keys.keysym("a"), False)
    observer.barrier(desktop)
    assert [(e.kind, e.x, e.y) for e in observer.of(*BUTTONS)] == [("ButtonPress", 30, 40), ("ButtonRelease", 799, 40)]
    assert xserver.held() == (0, 0)


def test_refused_actions_send_nothing(desktop, observer, token):
    observer.barrier(desktop)
    before = len(observer.events)
    refused = [
        Click(Point(800, 10)),
        Drag((Point(1, 1), Point(-5, 3))),
        Move(Point(float("nan"), 1)),
        Key(("ctrl", "no such key")),
        TypeText("bell\a"),
        Click(Point(1, 1), "left", 0),
        Key(("a",), 0),
    ]
    for action in refused:
        with pytest.raises(ActionRefused):
            desktop.perform(action, token)
    with pytest.raises(ActionRefused, match="800x600"):
        desktop.perform(Click(Point(800, 10)), token)
    observer.barrier(desktop)
    assert len(observer.events) == before + 2


@pytest.mark.parametrize(
    ("action", "begun"),
    [
        (Drag(tuple(Point(10 + 700 * (n % 2), 10 + n) for n in range(200))), "MotionNotify"),
        (TypeText("stop me " * 25), "KeyPress"),
        (Key(("ctrl", "b"), repeat=900), "KeyPress"),
        (Scroll(Point(5, 5), 0, 900), "ButtonPress"),
    ],
    ids=["drag", "typing", "keys", "scrolling"],
)
def test_stop_ends_input_at_once_and_release_lets_everything_go(desktop, observer, xserver, token, action, begun):
    ended: list[BaseException] = []

    def perform() -> None:
        try:
            desktop.perform(action, token)
        except Cancelled as stopped:
            ended.append(stopped)

    hand = threading.Thread(target=perform)
    hand.start()
    observer.until(lambda: len(observer.of(begun)) > 5)
    token.cancel()
    desktop.release()
    observer.barrier(desktop)
    after_release = len(observer.of(*BUTTONS, *KEYS))
    hand.join()
    observer.barrier(desktop)
    assert ended
    assert [e.name for e in observer.of(*BUTTONS, *KEYS)[after_release:]] == ["F11", "F11"]
    assert xserver.held() == (0, 0)
    with pytest.raises(Cancelled):
        desktop.perform(Click(Point(1, 1)), token)
