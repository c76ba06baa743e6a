"""`screenagent vnc HOST type|key|click|drag`, as the X server sees it."""

from __future__ import annotations

import signal
import subprocess
import threading

import pytest

from support.vnc_command import ending, start_vnc, vnc

PASSWORD = "sesame42"
CTRL, SHIFT = 0xFFE3, 0xFFE1
DEADLINE = 30.0


@pytest.fixture
def command(xserver):
    """Call it on the X server."""

    def call(*words, stdin=None):
        return vnc(f"127.0.0.1::{xserver.port}", *words, password=PASSWORD, stdin=stdin)

    return call


def pressed(observer):
    return [event.code for event in observer.of("KeyPress")]


def test_text_arrives_as_keys_and_the_pointer_stays(command, observer):
    done = command("type", "Hi!")

    assert (done.exit_code, done.stdout) == (0, "3 characters by keysyms\n")
    observer.until(lambda: len(observer.of("KeyRelease")) >= 5)
    assert pressed(observer) == [SHIFT, ord("H"), ord("i"), SHIFT, ord("!")]
    assert observer.of("MotionNotify") == []


def test_text_comes_from_standard_input_too(command, observer):
    done = command("type", "-", stdin=b"ok\n")

    assert done.exit_code == 0
    observer.until(lambda: len(observer.of("KeyRelease")) >= 3)
    assert pressed(observer) == [ord("o"), ord("k"), 0xFF0D]


def test_by_keys_no_character_takes_another_way(command, observer):
    done = command("type", "你", "--by", "keys")

    assert (done.exit_code, done.stdout) == (0, "1 character by Unicode keysyms\n")
    observer.until(lambda: 0x01004F60 in pressed(observer))


@pytest.fixture
def pasted(xserver):
    """Ask for the clipboard again and again, as a program does that is told to paste; the texts found."""
    found, over = [], threading.Event()

    def ask():
        while not over.wait(0.05):
            command = ["xclip", "-o", "-selection", "clipboard"]
            told = subprocess.run(command, env=xserver.environment, capture_output=True, timeout=DEADLINE, check=False)
            found.append(told.stdout.decode())

    asking = threading.Thread(target=ask)
    asking.start()
    yield found
    over.set()
    asking.join()


def test_by_the_clipboard_it_is_pasted(command, observer, pasted):
    done = command("type", "你好", "--by", "clipboard")

    assert (done.exit_code, done.stdout) == (0, "2 characters by server clipboard\n")
    assert "你好" in pasted
    observer.until(lambda: len(observer.of("KeyRelease")) >= 2)
    assert pressed(observer) == [SHIFT, 0xFF63]


def test_chords_are_struck_one_after_another(command, observer):
    done = command("key", "ctrl+s", "Return")

    assert done.exit_code == 0
    observer.until(lambda: len(observer.of("KeyRelease")) >= 3)
    assert pressed(observer) == [CTRL, ord("s"), 0xFF0D]


def test_a_held_key_is_up_at_the_end(command, observer, xserver):
    done = command("key", "shift+Right", "--hold", "0.2")

    assert done.exit_code == 0
    observer.until(lambda: len(observer.of("KeyRelease")) >= 2)
    assert pressed(observer) == [SHIFT, 0xFF53]
    assert xserver.held() == (0, 0)


def test_a_click_goes_to_its_place(command, observer):
    done = command("click", "30,40", "--button", "right", "--count", "2")

    assert done.exit_code == 0
    observer.until(lambda: len(observer.of("ButtonRelease")) >= 2)
    assert [(event.code, event.x, event.y) for event in observer.of("ButtonPress")] == [(3, 30, 40)] * 2


def test_a_drag_goes_by_way_of_all_its_points(command, observer):
    done = command("drag", "10,10", "60,10", "60,90")

    assert done.exit_code == 0
    observer.until(lambda: observer.of("ButtonRelease"))
    (press,), (release,) = observer.of("ButtonPress"), observer.of("ButtonRelease")
    assert (press.code, press.x, press.y, release.x, release.y) == (1, 10, 10, 60, 90)
    assert (60, 10) in [(event.x, event.y) for event in observer.of("MotionNotify")]


def test_what_is_off_the_screen_is_refused_and_nothing_is_pressed(command, observer):
    for words in (["click", "800,10"], ["drag", "10,10", "10,600"]):
        done = command(*words)
        assert done.exit_code == 15
        assert "off the screen, which is 800x600" in done.stderr

    assert command("key", "F11").exit_code == 0
    observer.until(lambda: len(observer.of("KeyRelease")) >= 1)
    assert observer.of("ButtonPress") == []


@pytest.mark.parametrize(
    ("words", "kind", "number"),
    [
        (["drag", *["10,10", "790,590"] * 50], "ButtonPress", signal.SIGINT),
        (["key", "ctrl+a", "--hold", "1000"], "KeyPress", signal.SIGTERM),
    ],
)
def test_a_signal_lets_everything_go(words, kind, number, observer, xserver):
    with start_vnc(f"127.0.0.1::{xserver.port}", *words, password=PASSWORD) as process:
        observer.until(lambda: observer.of(kind))
        assert xserver.held() != (0, 0)
        status, _, said = ending(process, number)

    assert status == 130, said
    observer.until(lambda: len(observer.of(kind.replace("Press", "Release"))) == len(observer.of(kind)))
    assert xserver.held() == (0, 0)
