"""`screenagent vnc HOST screenshot|clipboard|watch|stats`, and how it gets in."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pty
import select
import shutil
import signal
import socketserver
import struct
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from support.rfb_wire import HANDSHAKE, raw, rectangle, server_init, update
from support.serving import serving
from support.vnc_command import PATIENCE, ending, start_vnc, vnc

PASSWORD = "sesame42"


@pytest.fixture
def command(xserver):
    """Call it on the X server."""

    def call(*words, password=PASSWORD):
        return vnc(f"127.0.0.1::{xserver.port}", *words, password=password)

    return call


@pytest.fixture
def started(xserver):
    """Start it on the X server."""
    processes = []

    def start(*words):
        processes.append(start_vnc(f"127.0.0.1::{xserver.port}", *words, password=PASSWORD))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def pixels(data):
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))


def copied(xserver, text):
    """Put a text on the clipboard of the X server."""
    command = ["xclip", "-selection", "clipboard", "-i"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(command, env=xserver.environment, input=text.encode(), check=True, timeout=PATIENCE, **quiet)


# Pictures


def test_a_screenshot_is_what_the_screen_shows(command, xserver, tmp_path):
    xserver.run("xsetroot", "-mod", "5", "7", "-fg", "#123456", "-bg", "#fedcba")
    file = tmp_path / "now.png"
    file.write_text("what was there before")

    done = command("screenshot", file)

    assert done.exit_code == 0, done.stderr
    assert f"{file}: 800x600" in done.stdout
    shown = xserver.pixels()
    assert np.array_equal(pixels(file.read_bytes())[100:, :300], shown[100:, :300])  # the pointer is in the middle
    assert [path.name for path in tmp_path.glob("*") if path.name.endswith(".part")] == []


def test_a_part_of_it_goes_to_standard_output(command, xserver):
    xserver.run("xsetroot", "-solid", "#336699")

    done = command("screenshot", "-", "--region", "10,20,30,40")

    assert done.exit_code == 0, done.stderr
    assert np.array_equal(pixels(done.stdout_bytes), np.full((40, 30, 3), (0x33, 0x66, 0x99), np.uint8))


def test_the_name_ends_in_the_format(command, tmp_path):
    file = tmp_path / "now.jpg"

    assert command("screenshot", file).exit_code == 0
    assert file.read_bytes()[:3] == b"\xff\xd8\xff"


def test_a_region_off_the_screen_is_refused(command, tmp_path):
    done = command("screenshot", tmp_path / "now.png", "--region", "700,0,101,10")

    assert done.exit_code == 15
    assert "The region 700,0,101,10 is not all on the screen, which is 800x600 pixels." in done.stderr


def test_a_device_is_written_to_and_not_replaced(command, tmp_path):
    device = tmp_path / "sink.png"
    device.symlink_to("/dev/null")

    assert command("screenshot", device).exit_code == 0
    assert device.is_symlink()
    assert not os.path.isfile("/dev/null")


class PointedAt(socketserver.ThreadingTCPServer):
    """A server with a grey screen of 20x10 pixels that tells the pointer's image, a red pixel, and its place, (7, 3)."""

    daemon_threads = True
    block_on_close = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), PointedAt.Visit)

    class Visit(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.sendall(HANDSHAKE + server_init(20, 10))
            image = rectangle(0, 0, 1, 1, -239, struct.pack("<I", 0xFF0000) + b"\x80")
            self.request.sendall(update(raw(0, 0, 20, 10, 0x40), image, rectangle(7, 3, 0, 0, 0x574D5666)))
            while self.request.recv(4096):
                pass


@pytest.mark.parametrize("asked", [True, False])
def test_the_pointer_is_drawn_when_asked_for(asked):
    with serving(PointedAt()) as server:
        done = vnc(f"127.0.0.1::{server.server_address[1]}", "screenshot", "-", *(["--pointer"] if asked else []))

    assert done.exit_code == 0, done.stderr
    expected = np.full((10, 20, 3), 0x40, np.uint8)
    if asked:
        expected[3, 7] = (255, 0, 0)
    assert np.array_equal(pixels(done.stdout_bytes), expected)


# What happens


def test_watch_tells_what_happens_until_a_signal(started, xserver):
    process = started("watch", "--json")
    told = []

    def until(*kinds):
        while not set(kinds) <= {event["event"] for event in told}:
            told.append(json.loads(process.stdout.readline()))

    until("connected", "damage")
    xserver.run("xsetroot", "-solid", "#336699")
    copied(xserver, "grüße 你好")
    until("cut text")
    xserver.run("xrandr", "--output", "VNC-0", "--mode", "640x480")
    until("size")
    status, _, said = ending(process, signal.SIGINT)

    assert (status, said) == (0, "")
    by_kind = {event["event"]: event for event in told}
    first = by_kind["connected"]
    assert (first["width"], first["height"], first["security"]) == (800, 600, "VNC password (2)")
    assert by_kind["cut text"]["text"] == "grüße 你好"
    assert (by_kind["size"]["width"], by_kind["size"]["height"]) == (640, 480)
    assert all(event["time"] > 1_600_000_000 for event in told)


def test_watch_for_some_seconds_as_text(command):
    done = command("watch", "--seconds", "0.1", "--only", "connected", "--only", "damage")

    assert done.exit_code == 0, done.stderr
    lines = done.stdout.splitlines()
    assert any("connected" in line and "800x600" in line and "VNC password" in line for line in lines)
    assert any("damage" in line and "800x600 at (0, 0)" in line for line in lines)


def test_watch_ends_with_the_connection(started, xserver):
    process = started("watch", "--only", "connected")
    assert "connected" in process.stdout.readline()
    xserver.kill()
    _, said = process.communicate(timeout=PATIENCE)

    assert process.returncode == 14
    assert "closed the connection" in said


# The clipboard


needs_xclip = pytest.mark.skipif(not shutil.which("xclip"), reason="xclip is not installed")


@needs_xclip
def test_a_text_can_be_pasted_for_as_long_as_the_command_runs(started, xserver):
    process = started("clipboard", "set", "grüße 你好")
    assert "can paste it" in process.stderr.readline()

    assert xserver.run("xclip", "-selection", "clipboard", "-o").decode() == "grüße 你好"
    status, _, _ = ending(process, signal.SIGTERM)
    assert status == 0


@needs_xclip
def test_the_clipboard_is_read_byte_for_byte(started, xserver):
    process = started("clipboard", "get", "--seconds", PATIENCE)
    texts = []
    while process.returncode is None:  # it cannot say when it listens, so copying goes on until it has heard
        texts.append(f"tab\tgrüße {len(texts)}")
        copied(xserver, texts[-1])
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.2)
    printed, said = process.communicate()

    assert process.returncode == 0, said
    assert printed in texts


def test_a_clipboard_that_tells_nothing_is_an_error(command):
    done = command("clipboard", "get", "--seconds", "0.1")

    assert done.exit_code == 10
    assert "told of no text within 0.1 s" in done.stderr


# What it costs


def test_stats_are_a_table_or_json(command, xserver):
    xserver.run("xsetroot", "-mod", "5", "7", "-fg", "#123456", "-bg", "#fedcba")

    done = command("stats", "--frames", "2", "--encodings", "zrle")
    assert done.exit_code == 0, done.stderr
    for word in ("800x600", "VNC password (2)", "connect to first whole picture", "round trip", "ZRLE (16)"):
        assert word in done.stdout

    told = json.loads(command("stats", "--frames", "2", "--encodings", "zrle", "--json").stdout)
    assert (told["width"], told["height"], told["frames"], told["security"]) == (800, 600, 2, "VNC password (2)")
    assert told["encodings"]["ZRLE (16)"]["pixels"] == 3 * 800 * 600
    assert 0 < told["bytes"] < 800 * 600
    assert told["connect"] > told["frame"] > 0


def test_encodings_are_compared(command):
    rows = {row["asked"]: row for row in json.loads(command("stats", "--compare", "--frames", "1", "--json").stdout)}

    assert rows["raw"]["bytes"] >= 4 * 800 * 600 > rows["zrle"]["bytes"]
    assert rows["tight"]["sent"]
    assert not rows["trle"]["sent"]

    table = command("stats", "--compare", "--frames", "1").stdout
    assert table.count("fastest here") == 1
    assert "not sent: Raw (0) came" in table


# Getting in


def test_a_wrong_password_and_a_missing_one(command):
    done = command("screenshot", "-", password="wrong")
    assert done.exit_code == 12
    assert "refused the password" in done.stderr

    done = command("screenshot", "-", password="")
    assert done.exit_code == 12
    assert "asks for a password" in done.stderr
    assert "VNC_PASSWORD" in done.stderr


def test_the_password_comes_from_the_servers_own_file(command, xserver):
    done = command("key", "F5", "--password-file", xserver.folder / "passwd", password="")

    assert done.exit_code == 0, done.stderr


def test_the_password_is_asked_for_at_a_terminal(xserver, tmp_path):
    ours, theirs = pty.openpty()
    try:
        line = [sys.executable, "-m", "screenagent", "vnc", f"127.0.0.1::{xserver.port}", "screenshot", str(tmp_path / "now.png")]
        environment = {name: value for name, value in os.environ.items() if name != "VNC_PASSWORD"}
        ends = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
        with subprocess.Popen(["setsid", "--ctty", "--wait", *line], env=environment, **ends) as process:
            shown = b""
            while b"Password for 127.0.0.1" not in shown:
                assert select.select([ours], [], [], PATIENCE)[0], shown
                shown += os.read(ours, 4096)
            os.write(ours, PASSWORD.encode() + b"\n")
            assert process.wait(PATIENCE) == 0
        shown += os.read(ours, 65536)
    finally:
        os.close(ours)
        os.close(theirs)
    assert PASSWORD.encode() not in shown
    assert (tmp_path / "now.png").read_bytes()[:4] == b"\x89PNG"


def test_a_unix_socket_is_an_address_too(start_xtigervnc, tmp_path):
    path = tmp_path / "vnc"
    server = start_xtigervnc((64, 48), "-rfbunixpath", path, "-SecurityTypes", "None")
    try:
        done = vnc(path, "screenshot", "-")
    finally:
        server.stop()

    assert done.exit_code == 0, done.stderr
    assert pixels(done.stdout_bytes).shape == (48, 64, 3)
