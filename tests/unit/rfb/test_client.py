"""The client against a real Xtigervnc."""

from __future__ import annotations

import contextlib
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from screenagent.errors import AuthenticationFailed, Cancelled, DesktopUnreachable, LinkLost
from screenagent.rfb import Client, Damage, Options, State

_PATIENCE = 30.0


def _until(client: Client, condition: Callable[[], bool]) -> None:
    """Wait for updates until the condition holds."""
    end = time.monotonic() + _PATIENCE
    while not condition():
        number = client.snapshot().number
        if condition():
            return
        client.wait_update(number, 0.2)
        assert time.monotonic() < end, "the screen did not get there"


def _shows(client: Client, server: Any) -> bool:
    pixels = client.snapshot().pixels
    picture = server.picture()
    return pixels.shape[:2] == picture.shape[:2] and np.array_equal(pixels[:, :, :3], picture)


def test_the_picture_equals_that_of_the_x_server(real_server: Any, client_for: Any) -> None:
    server = real_server("160x120", "-SecurityTypes", "None")
    server.x("xsetroot", "-mod", "5", "7", "-fg", "#123456", "-bg", "#fedcba")
    client = client_for(server.port)
    client.connect()
    assert client.state is State.CONNECTED
    assert client.size == (160, 120)
    assert client.name
    assert _shows(client, server)
    assert len(np.unique(client.snapshot().pixels.reshape(-1, 4)[:, :3], axis=0)) == 2


def test_changes_arrive_with_their_damage(real_server: Any, client_for: Any) -> None:
    server = real_server("160x120", "-SecurityTypes", "None")
    heard: list[Damage] = []
    client = client_for(server.port, on_damage=heard.extend)
    client.connect()
    before = client.snapshot()
    began = time.monotonic()
    server.x("xsetroot", "-solid", "#ff8000")
    _until(client, lambda: client.snapshot().pixels[60, 80, :3].tolist() == [0x00, 0x80, 0xFF])
    after = client.snapshot()
    assert after.number > before.number
    assert began <= after.time <= time.monotonic()
    # The callback runs after the picture is shown, so the last damage is complete once a later round trip has been.
    client.close()
    painted = np.zeros((120, 160), np.bool_)
    for part in heard:
        assert part.cursor or part.width * part.height > 0
        if part.time >= began:
            painted[part.y : part.y + part.height, part.x : part.x + part.width] = True
    assert painted.all()


@pytest.mark.parametrize("arguments", [(), ("-Protocol3.3=1",)])
def test_a_password_opens_the_desktop(real_server: Any, client_for: Any, arguments: tuple[str, ...]) -> None:
    server = real_server("64x48", "-SecurityTypes", "VncAuth", *arguments)
    client = client_for(server.port, password=server.password)
    client.connect()
    assert client.size == (64, 48)


def test_a_wrong_or_missing_password_is_refused(real_server: Any, client_for: Any) -> None:
    server = real_server("64x48", "-SecurityTypes", "VncAuth")
    wrong = client_for(server.port, password="not it")
    with pytest.raises(AuthenticationFailed, match="refused the password"):
        wrong.connect()
    assert wrong.state is State.DISCONNECTED
    with pytest.raises(AuthenticationFailed, match="asks for a password"):
        client_for(server.port).connect()


def test_the_screen_can_change_its_size(real_server: Any, client_for: Any) -> None:
    server = real_server("160x120", "-SecurityTypes", "None")
    client = client_for(server.port)
    client.connect()
    for size in ((200, 150), (160, 130)):
        server.x("xrandr", "--fb", f"{size[0]}x{size[1]}")
        _until(client, lambda size=size: client.size == size)
        server.x("xsetroot", "-mod", "3", "4", "-fg", "#00ff00", "-bg", "#0000ff")
        _until(client, lambda: _shows(client, server))
        assert client.snapshot().pixels.shape == (size[1], size[0], 4)


@contextlib.contextmanager
def _window(server: Any, program: str, title: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program with one window, which is there when the block begins."""
    process = server.start_x(program, "-geometry", "80x60+0+0")
    try:
        server.x("xdotool", "search", "--sync", "--onlyvisible", "--name", title)
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=_PATIENCE)


def test_a_moved_window_looks_the_same_here_as_there(real_server: Any, client_for: Any) -> None:
    server = real_server("200x150", "-SecurityTypes", "None")
    client = client_for(server.port)
    client.connect()
    with _window(server, "xlogo", "xlogo"):
        server.x("xdotool", "search", "--onlyvisible", "--name", "xlogo", "windowmove", "100", "70")
        _until(client, lambda: bool(client.snapshot().pixels[70:130, 100:180, :3].any()) and _shows(client, server))


def test_pointer_and_keys_reach_the_desktop(real_server: Any, client_for: Any) -> None:
    server = real_server("200x150", "-SecurityTypes", "None")
    client = client_for(server.port)
    client.connect()
    with _window(server, "xev", "Event Tester") as xev:
        client.pointer(30, 20, 0)
        client.pointer(30, 20, 1)
        client.pointer(31, 22, 0)
        for keysym in (ord("H"), 0xE9, 0x1004F60, 0xFF0D):
            client.key(keysym, True)
            client.key(keysym, False)
        heard = []
        for line in xev.stdout or ():
            heard.append(line.decode())
            if "keysym 0xff0d" in heard[-1] and "KeyRelease" in "".join(heard[-4:]):
                break
        # Not by xev's own table: it may have been read just before the server added a key to its keyboard.
        keyboard = server.x("xmodmap", "-pke").decode()
    told = "".join(heard)
    assert "state 0x0, button 1" in told
    assert "(30,20)" in told
    assert "state 0x100, button 1" in told
    assert "(31,22)" in told
    pressed = re.findall(r"KeyPress event.*?keycode (\d+)", told, re.DOTALL)
    for name in ("H", "eacute", "U4F60", "Return"):
        (code,) = re.findall(rf"^keycode +(\d+) =.*\b{name}\b", keyboard, re.MULTILINE)
        assert code in pressed
    assert client.pointer_position == (31, 22)


def test_the_pointers_image_is_kept_apart(real_server: Any, client_for: Any) -> None:
    server = real_server("64x48", "-SecurityTypes", "None")
    client = client_for(server.port)
    client.connect()
    client.pointer(20, 20, 0)
    server.x("xsetroot", "-solid", "#0000ff", "-cursor_name", "crosshair")
    _until(client, lambda: client.cursor is not None and client.cursor.pixels.size > 0)
    assert client.cursor is not None
    assert {0, 255} <= set(np.unique(client.cursor.pixels[:, :, 3]))
    assert 0 < client.cursor.hotspot_x < client.cursor.pixels.shape[1]
    _until(client, lambda: bool((client.snapshot().pixels[:, :, :3] == [255, 0, 0]).all()))


def test_a_pointer_that_others_move_is_followed(real_server: Any, client_for: Any) -> None:
    server = real_server("64x48", "-SecurityTypes", "None")
    client = client_for(server.port)
    client.connect()
    client.pointer(20, 20, 0)
    server.x("xdotool", "mousemove", "40", "30")
    server.x("xsetroot", "-solid", "#0000ff")
    _until(client, lambda: client.pointer_position == (40, 30))


def test_refresh_brings_an_update_where_nothing_changed(real_server: Any, client_for: Any) -> None:
    server = real_server("64x48", "-SecurityTypes", "None")
    client = client_for(server.port)
    client.connect()
    before = client.statistics()
    client.refresh()
    assert client.wait_update(before.updates, _PATIENCE) > before.updates
    after = client.statistics()
    assert after.bytes_in > before.bytes_in
    assert after.bytes_out > before.bytes_out
    assert after.rectangles > before.rectangles
    assert after.connected_since is not None


def test_waiting_for_an_update_ends_with_the_time(real_server: Any, client_for: Any) -> None:
    server = real_server("64x48", "-SecurityTypes", "None")
    client = client_for(server.port)
    client.connect()
    assert client.wait_update(10_000, 0.05) == client.snapshot().number


def test_a_closed_client_is_closed_for_good(real_server: Any, client_for: Any) -> None:
    server = real_server("64x48", "-SecurityTypes", "None")
    states: list[State] = []
    client = client_for(server.port, on_state=lambda state, error: states.append(state))
    client.connect()
    client.close()
    client.close()
    assert client.state is State.CLOSED
    assert states == [State.CONNECTING, State.CONNECTED, State.CLOSED]
    for use in (client.snapshot, client.refresh, client.connect, lambda: client.key(0x61, True)):
        with pytest.raises(LinkLost, match="was closed"):
            use()
    assert client.statistics().connected_since is None
    assert client.statistics().bytes_in > 0


def test_before_connecting_there_is_no_picture() -> None:
    client = Client("127.0.0.1", 1)
    assert client.state is State.DISCONNECTED
    assert client.size == (0, 0)
    with pytest.raises(LinkLost, match="not connected"):
        client.snapshot()
    client.close()


def test_nothing_listening_is_said_so(client_for: Any, scripted_server: Any) -> None:
    server = scripted_server(lambda peer: None)
    server.refuse()
    client = client_for(server.port)
    with pytest.raises(DesktopUnreachable, match=f"Nothing listens on 127.0.0.1:{server.port}"):
        client.connect()
    assert client.state is State.DISCONNECTED


def test_an_unknown_host_is_said_so() -> None:
    client = Client("no-such-host.invalid", 5900, options=Options(connect_timeout=20))
    with pytest.raises(DesktopUnreachable, match=r"no-such-host\.invalid"):
        client.connect()
    client.close()


def test_connecting_can_be_cancelled(client_for: Any, scripted_server: Any) -> None:
    accepted, cancelled = threading.Event(), threading.Event()

    def silent(peer: Any) -> None:
        accepted.set()
        peer.hold()

    client = client_for(scripted_server(silent).port, options=Options(connect_timeout=_PATIENCE))

    def cancel() -> None:
        accepted.wait(_PATIENCE)
        cancelled.set()

    canceller = threading.Thread(target=cancel)
    canceller.start()
    with pytest.raises(Cancelled):
        client.connect(cancelled)
    canceller.join()
    assert client.state is State.DISCONNECTED


def test_closing_ends_a_connect_under_way(client_for: Any, scripted_server: Any) -> None:
    accepted = threading.Event()

    def silent(peer: Any) -> None:
        accepted.set()
        peer.hold()

    client = client_for(scripted_server(silent).port, options=Options(connect_timeout=_PATIENCE))

    def close() -> None:
        accepted.wait(_PATIENCE)
        client.close()

    closer = threading.Thread(target=close)
    closer.start()
    with pytest.raises(LinkLost, match="was closed"):
        client.connect()
    closer.join()
