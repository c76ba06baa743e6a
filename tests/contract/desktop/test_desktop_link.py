"""What either backend shows of a real X server, and what becomes of it when the connection goes."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from screenagent.desktop.make import make_desktop
from screenagent.desktop.options import DesktopOptions
from screenagent.domain.actions import Click, KeyDown, Move, Wait
from screenagent.domain.geometry import Box, Point, Size
from screenagent.errors import ActionRefused, AuthenticationFailed, Cancelled, DesktopUnreachable, LinkLost
from screenagent.flow.cancel import CancelToken
from screenagent.flow.settle import NORMAL, settle

DEADLINE = 30.0


def wait_until(desktop, condition, token):
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end
        desktop.wait_damage(time.monotonic(), 0.2, token)


def test_a_screenshot_is_what_xwd_sees(connect, xserver, token):
    desktop = connect(draw_pointer=False)
    began = time.monotonic()
    xserver.run("xsetroot", "-mod", "5", "7", "-fg", "#e01020", "-bg", "#102030")
    settle(desktop, began, NORMAL, token)
    shot = desktop.screenshot()
    assert shot.size == Size(800, 600)
    assert np.array_equal(shot.pixels, xserver.pixels())
    assert not shot.pixels.flags.writeable


def test_the_pointer_is_drawn_where_it_was_put(connect, xserver, token):
    desktop = connect(draw_pointer=True)
    xserver.run("xsetroot", "-cursor_name", "left_ptr")
    desktop.perform(Move(Point(400, 300)), token)
    settle(desktop, time.monotonic(), NORMAL, token)
    shot = desktop.screenshot()
    different = np.argwhere((shot.pixels != xserver.pixels()).any(axis=2))
    assert len(different)
    assert abs(different - (300, 400)).max() < 40
    assert shot.pointer == Point(400, 300)


def test_damage_tells_where_the_screen_was_painted(desktop, xserver, token):
    began = time.monotonic()
    xserver.run("xsetroot", "-solid", "#336699")
    assert desktop.wait_damage(began, DEADLINE, token)
    settled = settle(desktop, began, NORMAL, token)
    assert settled.quiet
    assert settled.changed == Box(0, 0, 800, 600)
    assert settled.area == 800 * 600
    assert tuple(settled.screenshot.pixels[599, 0]) == (0x33, 0x66, 0x99)


def test_nothing_painted_is_no_change(desktop, token):
    settle(desktop, time.monotonic(), NORMAL, token)
    settled = settle(desktop, time.monotonic(), NORMAL, token)
    assert settled.quiet
    assert settled.changed is None


def test_a_listener_hears_of_damage_until_it_unsubscribes(desktop, xserver, token):
    heard = threading.Event()

    def listen(change):
        if change.damage and change.link == "connected":
            heard.set()

    unsubscribe = desktop.subscribe(listen)
    xserver.run("xsetroot", "-solid", "#010203")
    assert heard.wait(DEADLINE)
    unsubscribe()


def test_a_resized_screen_is_noticed(desktop, xserver, token):
    xserver.run("xrandr", "-s", "640x480")
    wait_until(desktop, lambda: desktop.size == Size(640, 480) and desktop.screenshot().size == Size(640, 480), token)
    began = time.monotonic()
    xserver.run("xsetroot", "-solid", "#a0b0c0")
    settle(desktop, began, NORMAL, token)
    assert tuple(desktop.screenshot().pixels[479, 639]) == (0xA0, 0xB0, 0xC0)
    with pytest.raises(ActionRefused, match="640x480"):
        desktop.perform(Click(Point(700, 100)), token)


def test_waiting_ends_at_once_when_cancelled(desktop, token):
    hand = threading.Timer(0.1, token.cancel)
    hand.start()
    with pytest.raises(Cancelled):
        desktop.perform(Wait(3600), token)
    with pytest.raises(Cancelled):
        desktop.wait_damage(time.monotonic(), 3600, token)
    hand.join()


def test_a_killed_server_fails_waiters_and_performers(desktop, xserver, token):
    lost: list[LinkLost] = []

    def wait() -> None:
        try:
            while True:
                desktop.wait_damage(time.monotonic(), 3600, token)
        except LinkLost as error:
            lost.append(error)

    waiter = threading.Thread(target=wait)
    waiter.start()
    desktop.perform(KeyDown("ctrl"), token)
    xserver.kill()
    waiter.join(DEADLINE)
    assert lost
    assert not desktop.connected
    with pytest.raises(LinkLost):
        desktop.perform(Click(Point(1, 1)), token)
    with pytest.raises(LinkLost):
        desktop.screenshot()
    desktop.pointer_event(Point(1, 1), 1)
    desktop.release()
    desktop.close()
    desktop.close()


def test_the_link_comes_back_with_the_server(desktop, xserver, token):
    back = threading.Event()
    states: list[str] = []

    def listen(change):
        if not change.damage:
            states.append(change.link)
            if change.link == "connected":
                back.set()

    desktop.subscribe(listen)
    xserver.kill()
    xserver.start()
    assert back.wait(DEADLINE)
    assert states[0] == "reconnecting"
    desktop.perform(Click(Point(1, 1)), token)
    assert desktop.screenshot().size == Size(800, 600)


def test_a_wrong_password_is_named_as_such(xserver, backend, token):
    desktop = make_desktop(DesktopOptions("127.0.0.1", xserver.port, "wrong", backend))
    with pytest.raises(AuthenticationFailed, match="password"):
        desktop.connect(token)
    desktop.close()


def test_a_missing_password_is_named_as_such(xserver, backend, token):
    desktop = make_desktop(DesktopOptions("127.0.0.1", xserver.port, None, backend))
    with pytest.raises(AuthenticationFailed, match="none was given"):
        desktop.connect(token)
    desktop.close()


def test_a_dead_port_is_unreachable(xserver, backend, token):
    xserver.kill()
    desktop = make_desktop(DesktopOptions("127.0.0.1", xserver.port, None, backend))
    with pytest.raises(DesktopUnreachable):
        desktop.connect(token)
    xserver.start()
    desktop.close()


def test_connecting_ends_at_once_when_cancelled(xserver, backend):
    token = CancelToken()
    token.cancel()
    desktop = make_desktop(DesktopOptions("127.0.0.1", xserver.port, "sesame42", backend))
    with pytest.raises(Cancelled):
        desktop.connect(token)
    desktop.close()


def test_after_a_failed_attempt_one_can_connect_again(xserver, backend, token):
    desktop = make_desktop(DesktopOptions("127.0.0.1", xserver.port, "sesame42", backend))
    xserver.kill()
    with pytest.raises(DesktopUnreachable):
        desktop.connect(token)
    xserver.start()
    desktop.connect(token)
    assert desktop.connected
    desktop.close()
    assert not desktop.connected
