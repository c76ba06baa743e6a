"""VNC servers at fault: from the start, and no run begins; in the middle of one, and it waits for them and goes on."""

from __future__ import annotations

import socket
import struct
import subprocess
import threading

import pytest

from contract.faults.scene import check_sentence
from contract.stop.wire import READABLE, held
from contract.stop.worker import judge, key, mouse
from screenagent.domain import events as ev
from screenagent.domain.geometry import Size
from screenagent.domain.machine import State
from screenagent.errors import AuthenticationFailed, DesktopError, DesktopProtocolError, DesktopUnreachable, LinkLost
from screenagent.flow import tether

GREETING = b"RFB 003.008\n"
OPENED = GREETING + b"\x01\x01" + bytes(4)
RAW, DESKTOP_SIZE, CURSOR, UNKNOWN = 0, -223, -239, 0x7FFF0001


def screen_of(width, height, name=b"x", length=None):
    return struct.pack("!HH16xI", width, height, len(name) if length is None else length) + name


def update(x, y, width, height, encoding):
    return struct.pack("!BxHHHHHi", 0, 1, x, y, width, height, encoding)


class Speaker:
    """A server that says the same to everyone and then waits, or hangs up."""

    def __init__(self, words, hangs_up=False):
        self._words = words
        self._hangs_up = hangs_up
        self._lines = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, name="speaker")
        self._thread.start()

    def _accept(self):
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            line.sendall(self._words)
            if self._hangs_up:
                line.close()
            else:
                self._lines.append(line)

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        for line in (*self._lines, self._listener):
            line.close()


SPEAKERS = {
    "never answers": (
        b"",
        DesktopUnreachable,
        ["127.0.0.1:", "but did not send its greeting within 0.4 s"],
    ),
    "stops in the handshake": (GREETING, DesktopUnreachable, ["did not send its security types within 0.4 s"]),
    "sends no picture": (OPENED + screen_of(800, 600), DesktopUnreachable, ["did not send its picture within 0.4 s"]),
    "a web server": (b"HTTP/1.1 400 Bad Request\r\n\r\n", DesktopProtocolError, ["is not a VNC server", "a web server"]),
    "noise": (bytes(range(128, 200)), DesktopProtocolError, ["127.0.0.1:", "is not a VNC server"]),
    "no way in": (GREETING + b"\x01\x1e", AuthenticationFailed, ["macOS", "VNC viewers may control"]),
    "no password given": (GREETING + b"\x01\x02" + bytes(16) + bytes(3) + b"\1" + bytes(4), AuthenticationFailed, ["password"]),
    "an absurd screen": (OPENED + screen_of(65535, 65535), DesktopProtocolError, ["announced a screen of 65535x65535 pixels"]),
    "an absurd name": (OPENED + screen_of(8, 8, b"", 1 << 31), DesktopProtocolError, ["desktop name of 2147483648"]),
    "an absurd rectangle": (
        OPENED + screen_of(800, 600) + update(60000, 60000, 5000, 5000, RAW),
        DesktopProtocolError,
        ["5000x5000 at (60000, 60000), which is not inside the screen of 800x600"],
    ),
}


def check_not_opened(scene, kind, *words):
    """Opening fails with one sentence; nothing was recorded, since no run began."""
    with pytest.raises(DesktopError) as caught:
        scene.open()
    error = caught.value
    assert isinstance(error, kind)
    assert error.exit_status == kind.exit_status
    for word in words:
        assert word in str(error), str(error)
    check_sentence(str(error))
    assert not (scene.folder / "sessions").exists()


@pytest.mark.parametrize("case", SPEAKERS)
def test_a_server_that_is_none(scene, case):
    words, kind, told = SPEAKERS[case]
    speaker = Speaker(words)
    try:
        scene.changes |= {"remote_vnc_server.port": speaker.port, "remote_vnc_server.connect_timeout": 0.4}
        check_not_opened(scene, kind, *told)
    finally:
        speaker.close()


def test_a_server_that_hangs_up(scene):
    speaker = Speaker(GREETING, hangs_up=True)
    try:
        scene.changes["remote_vnc_server.port"] = speaker.port
        check_not_opened(scene, DesktopUnreachable, "closed the connection instead of sending its security types")
    finally:
        speaker.close()


def test_nobody_there(scene):
    scene.wire.cut()
    check_not_opened(scene, DesktopUnreachable, f"Nothing listens on 127.0.0.1:{scene.wire.port}", "Start the VNC server")


def test_a_wrong_password(make_scene, xtigervnc, screenagent):
    scene = make_scene(xtigervnc((320, 240), *READABLE))
    scene.changes["remote_vnc_server.password"] = "wrong"

    told = screenagent("run", "the task", "-c", scene.settings_file(), process=True)

    assert told.status == AuthenticationFailed.exit_status
    first, *hints = told.err.splitlines()
    assert first.startswith(f"screenagent: 127.0.0.1:{scene.wire.port} refused the password")
    assert hints == [
        "  Check the VNC password (its first 8 characters count). The server offers: VNC password (2).",
        "  It stands in remote_vnc_server.password; the user name, where there is one, in remote_vnc_server.username.",
    ]
    assert told.out.splitlines() == [f"Connecting to 127.0.0.1:{scene.wire.port}"]
    assert not (scene.folder / "sessions").exists()


IN_THE_MIDDLE = {
    "an unknown message": (b"\xff" * 64, "a message of the unknown type 255"),
    "an absurd rectangle": (update(60000, 60000, 5000, 5000, RAW), "which is not inside the screen of 1024x768"),
    "an absurd screen": (update(0, 0, 65535, 65535, DESKTOP_SIZE), "announced a screen of 65535x65535 pixels"),
    "an absurd pointer": (update(0, 0, 65535, 65535, CURSOR), "65535x65535"),
    "an unknown encoding": (update(0, 0, 8, 8, UNKNOWN), str(UNKNOWN)),
    "an absurd clipboard": (b"\3\0\0\0\x7f\xff\xff\xff", "clipboard text of 2147483647 bytes"),
}


def held_and_then(scene, go_wrong):
    """Hold a key down, go wrong while the evaluator is asked, and act once more."""
    scene.worker.lines["actor"] = [[key("down", "Shift_L"), mouse("click", 300, 200)], [mouse("click", 640, 480)]]

    def wrong(handler):
        go_wrong()
        scene.until(ev.LinkChanged, lambda event: event.state == "reconnecting")
        handler.answer(judge("need_retry", "once more"))

    scene.worker.lines["evaluator"] = [wrong, judge()]


def check_went_on(scene, why):
    """The link went and came back, the key was let go, and the second click arrived."""
    changes = [(event.state, event.reason) for event in scene.of(ev.LinkChanged)]
    assert [state for state, _ in changes] == ["reconnecting", "connected"]
    assert why in changes[0][1]
    check_sentence(changes[0][1])
    before = [event for event in scene.wire.inputs if event.connection == 1]
    after = [event for event in scene.wire.inputs if event.connection == scene.wire.connections]
    assert "key 0xffe1" in held(before)
    assert any(event.kind == "key" and event.code == 0xFFE1 and not event.down for event in after)
    assert [(event.x, event.y) for event in after if event.kind == "pointer" and event.code] == [(640, 480)]


@pytest.mark.parametrize("case", IN_THE_MIDDLE)
def test_garbage_in_the_middle_of_a_run(scene, case):
    data, why = IN_THE_MIDDLE[case]
    held_and_then(scene, lambda: scene.wire.say(data))

    scene.run()

    scene.check_end(State.FINISHED, 0)
    check_went_on(scene, why)


@pytest.mark.parametrize(
    ("case", "why"),
    [("an absurd rectangle", "5000x5000 at (60000, 60000)"), ("an unknown message", "unknown message received 255.")],
)
def test_garbage_in_the_middle_of_a_run_with_vncdotool(make_scene, screen, case, why):
    pytest.importorskip("vncdotool")
    scene = make_scene(screen, "vncdotool")
    held_and_then(scene, lambda: scene.wire.say(IN_THE_MIDDLE[case][0]))

    scene.run()

    scene.check_end(State.FINISHED, 0)
    check_went_on(scene, why)


def test_a_server_that_is_gone_for_a_while(scene):
    held_and_then(scene, scene.wire.cut)
    scene.start()
    scene.until(ev.Warned, lambda event: "Waiting for the desktop to come back" in event.text)
    scene.wire.mend()

    scene.check_end(State.FINISHED, 0)
    check_went_on(scene, "closed the connection")


def test_a_server_that_stays_away(scene, monkeypatch):
    monkeypatch.setattr(tether, "RECONNECT_SECONDS", 0.3)
    held_and_then(scene, scene.wire.cut)

    ended = scene.run()

    assert (ended.state, ended.exit_status) == (State.FAILED, LinkLost.exit_status)
    assert f"127.0.0.1:{scene.wire.port}" in ended.reason
    check_sentence(ended.reason)
    scene.check_recording(ended)


def test_a_server_that_comes_back_with_another_password(scene, xtigervnc):
    other = xtigervnc((320, 240), *READABLE)
    held_and_then(scene, scene.wire.cut)
    scene.start()
    scene.until(ev.Warned)
    scene.wire.lead_to(other)
    scene.wire.mend()

    ended = scene.end()

    assert (ended.state, ended.exit_status) == (State.FAILED, AuthenticationFailed.exit_status)
    assert "refused the password" in ended.reason
    check_sentence(ended.reason)
    scene.check_recording(ended)


def test_a_screen_that_is_resized_in_the_middle(make_scene, xtigervnc):
    server = xtigervnc((800, 600), *READABLE)
    scene = make_scene(server)
    scene.worker.lines["actor"] = [[mouse("click", 799, 599)], [mouse("click", 1279, 959)], [mouse("click", 1023, 11)]]
    sizes = iter([Size(1280, 960), Size(1024, 768)])

    def resize(handler):
        size, arrived = next(sizes), threading.Event()
        leave = scene.desktop.subscribe(lambda change: arrived.set() if scene.desktop.size == size else None)
        subprocess.run(["xrandr", "-s", str(size).replace(" ", "")], env=server.environment(), check=True, timeout=30)
        assert arrived.wait(30)
        leave()
        handler.answer(judge("need_retry"))

    scene.worker.lines["evaluator"] = [resize, resize, judge()]

    scene.run()

    scene.check_end(State.FINISHED, 0)
    clicks = [(event.x, event.y) for event in scene.wire.inputs if event.kind == "pointer" and event.code]
    assert clicks == [(799, 599), (1279, 959), (1023, 11)]
    seen = [event.prompt.screen for event in scene.of(ev.PromptSent) if event.prompt.role.value == "actor"]
    assert seen == [Size(800, 600), Size(1280, 960), Size(1024, 768)]


def test_a_point_on_a_screen_that_has_shrunk_is_refused_and_told(make_scene, xtigervnc):
    server = xtigervnc((1280, 960), *READABLE)
    scene = make_scene(server)
    asked = threading.Event()

    def shrink(handler):
        if not asked.is_set():
            asked.set()
            arrived = threading.Event()
            leave = scene.desktop.subscribe(lambda change: arrived.set() if scene.desktop.size == Size(640, 480) else None)
            subprocess.run(["xrandr", "-s", "640x480"], env=server.environment(), check=True, timeout=30)
            assert arrived.wait(30)
            leave()
        handler.answer([mouse("click", 1200, 900)])

    scene.worker.lines["actor"] = [shrink, [mouse("click", 600, 400)]]

    scene.run()

    scene.check_end(State.FINISHED, 0)
    assert "(1200, 900) is off the screen, which is 640x480 pixels" in scene.prompts("actor")[1]
    assert [(event.x, event.y) for event in scene.wire.inputs if event.kind == "pointer" and event.code] == [(600, 400)]
