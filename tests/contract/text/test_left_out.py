"""Servers that type what their keyboard layout has, and leave out the rest without a word."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from contract.text import places
from screenagent.domain.actions import TypeText
from screenagent.errors import ActionRefused

pytestmark = pytest.mark.end2end


def test_what_the_server_leaves_out_is_noticed_and_refused_the_next_time(x0vncserver):
    place = x0vncserver
    with place.connected() as desktop, places.editor(place, desktop) as program:
        way, told = desktop.perform(TypeText("Grüße"), place.token).split("\n")
        assert way == "keysyms"
        assert told.startswith('The text ends before "ü": the VNC server has no key for it.')
        with pytest.raises(ActionRefused, match='no key for "ü"'):
            desktop.perform(TypeText(" and Grüße"), place.token)
        desktop.perform(TypeText("uess Gott"), place.token)
        assert program.received("Gruess Gott") == "Gruess Gott"


def test_with_the_clipboard_service_every_text_arrives_there_too(x0vncserver):
    place = x0vncserver
    with place.connected(**place.with_service) as desktop, places.editor(place, desktop) as program:
        assert desktop.perform(TypeText("Grüße, 世界\nplain"), place.token) == "clipboard service, keysyms"
        assert program.received("Grüße, 世界\nplain") == "Grüße, 世界\nplain"


@pytest.fixture
def qemu(tmp_path):
    """QEMU with a boot sector that passes on what the BIOS reads from the keyboard, a byte a key."""
    if not shutil.which("qemu-system-x86_64"):
        pytest.skip("qemu-system-x86 is not installed")
    disk, typed, port = tmp_path / "disk", tmp_path / "typed", places.free_port()
    # again: mov ah, 0; int 0x16; out 0xe9, al; jmp again
    disk.write_bytes(bytes.fromhex("b400 cd16 e6e9 ebf8").ljust(510, b"\0") + b"\x55\xaa")
    machine = ["qemu-system-x86_64", "-nodefaults", "-m", "16", "-vga", "std", "-display", "none", "-boot", "a"]
    machine += ["-drive", f"file={disk},format=raw,if=floppy", "-debugcon", f"file:{typed}", "-vnc", f"127.0.0.1:{port - 5900}"]
    with subprocess.Popen(machine, stderr=subprocess.DEVNULL) as process:
        try:
            yield places.Place(tmp_path, "", port), typed
        finally:
            process.kill()


def test_qemu_gets_shift_for_every_character_that_needs_it(qemu):
    place, typed = qemu
    text = "".join(map(chr, range(0x20, 0x7F)))
    places.listening(place)
    with place.connected() as desktop:
        while not typed.read_bytes():  # the machine is still starting
            desktop.perform(TypeText("."), place.token)
        assert desktop.perform(TypeText(text), place.token) == "keysyms"
        assert places.content(typed, text, place.token, skip=".") == text
