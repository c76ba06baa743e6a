"""Text into a real editor by every way there is, and the clipboard as it was afterwards."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import threading
import time

import pytest

from screenagent.desktop.clipboard import ClipboardClient
from screenagent.domain.actions import Click, Key, TypeText
from screenagent.domain.geometry import Point
from screenagent.errors import ActionRefused, Cancelled
from screenagent.flow.cancel import CancelToken
from screenagent.flow.settle import LAUNCH, rule_for, settle

DEADLINE = 30.0
TOKEN = "a-token-for-the-editor"

pytestmark = pytest.mark.skipif(
    not (shutil.which("mousepad") and shutil.which("xclip")), reason="mousepad or xclip is not installed"
)


@pytest.fixture
def service(xserver):
    """The address of the clipboard service on the same display."""
    command = [sys.executable, "-m", "screenagent_clipboard.server", "--port", "0", "--announce"]
    environment = {**xserver.environment, "CLIPBOARD_SERVER_SECRET_TOKEN": TOKEN}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        yield json.loads(process.stdout.readline())["url"]
        process.terminate()


@pytest.fixture
def editor(xserver):
    """Open an empty file in a desktop's editor; returns a function that saves and reads it."""
    path = xserver.folder / "note.txt"
    path.write_text("")
    environment = {**xserver.environment, "DBUS_SESSION_BUS_ADDRESS": "disabled:", "GSETTINGS_BACKEND": "memory"}
    started: list[subprocess.Popen] = []

    def open_in(desktop, token):
        began = time.monotonic()
        command = ["mousepad", "--disable-server", str(path)]
        started.append(subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        end = began + DEADLINE
        while settle(desktop, began, LAUNCH, token).area < LAUNCH.window:
            assert time.monotonic() < end, "the editor did not open"
        desktop.perform(Click(Point(300, 200)), token)

        def read(expected: str) -> str:
            """Save until the file holds `expected` or the time is over."""
            end = time.monotonic() + DEADLINE
            while True:
                began = time.monotonic()
                desktop.perform(Key(("ctrl", "s")), token)
                settle(desktop, began, rule_for([Key(("ctrl", "s"))]), token)
                if path.read_text() == expected or time.monotonic() > end:
                    return path.read_text()

        return read

    yield open_in
    for process in started:
        process.kill()
        process.wait()


def copied(xserver, text):
    """Copy as a person does."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(["xclip", "-selection", "clipboard"], env=xserver.environment, input=text.encode(), check=True, **quiet)


def heard(desktop, text):
    """Wait until the server has told of it."""
    end = time.monotonic() + DEADLINE
    while desktop._text._server._holds != text:
        assert time.monotonic() < end, "the server told of no clipboard"
        threading.Event().wait(0.02)


def clipboard_of(xserver):
    return xserver.run("xclip", "-o", "-selection", "clipboard", "-t", "UTF8_STRING").decode()


def test_printable_ascii_is_typed(desktop, editor, token):
    read = editor(desktop, token)
    text = 'Hello, World! {[~@#$%^&*()_+|"<>?:;\\/]}\n\tFOX jumps 1234567890'
    assert desktop.perform(TypeText(text), token) == "keysyms"
    assert read(text) == text


def test_chinese_goes_through_the_clipboard_service_and_the_clipboard_is_as_before(connect, service, editor, token):
    desktop = connect(clipboard_url=service, clipboard_token=TOKEN)
    read = editor(desktop, token)
    clipboard = ClipboardClient(service, TOKEN, timeout=DEADLINE)
    clipboard.copy("what a person copied 早", token)
    text = "你好，世界 🙂 and Latin\nsecond line\n第三行"
    assert desktop.perform(TypeText(text), token) == "clipboard service, keysyms"
    assert clipboard.paste(token) == "what a person copied 早"
    assert read(text) == text


def test_many_lines_are_pasted_whole(connect, service, editor, token):
    desktop = connect(clipboard_url=service, clipboard_token=TOKEN)
    read = editor(desktop, token)
    text = "\n".join(f"    {number}行: indented and long enough" for number in range(40))
    assert desktop.perform(TypeText(text), token) == "clipboard service"
    assert read(text) == text


def test_a_pasted_text_replaces_what_is_selected(connect, service, editor, token):
    desktop = connect(clipboard_url=service, clipboard_token=TOKEN)
    read = editor(desktop, token)
    desktop.perform(TypeText("Untitled"), token)
    desktop.perform(Key(("ctrl", "a")), token)
    desktop.perform(TypeText("标题"), token)
    assert read("标题") == "标题"


def test_a_long_text_goes_through_the_servers_clipboard_without_a_service(desktop, xserver, editor, token):
    copied(xserver, "copied by a person")
    heard(desktop, "copied by a person")
    read = editor(desktop, token)
    text = "".join(chr(0x20 + at % 95) for at in range(1500))
    assert desktop.perform(TypeText(text), token) == "server clipboard"
    assert read(text) == text
    assert clipboard_of(xserver) == "copied by a person"


def test_chinese_goes_through_a_server_clipboard_that_can_be_sent_utf_8(desktop, xserver, editor, token):
    copied(xserver, "copied 早")
    if desktop._link.unicode_cut_text:
        heard(desktop, "copied 早")
    read = editor(desktop, token)
    text = "你好，世界 🙂\nsecond line\n第三行"
    way = "server clipboard" if desktop._link.unicode_cut_text else "Unicode keysyms"
    assert desktop.perform(TypeText(text), token) == f"{way}, keysyms"
    assert read(text) == text
    assert clipboard_of(xserver) == "copied 早"


def test_through_a_server_clipboard_too_a_text_that_begins_with_ascii_replaces_what_is_selected(desktop, editor, token):
    read = editor(desktop, token)
    desktop.perform(TypeText("Untitled"), token)
    desktop.perform(Key(("ctrl", "a")), token)
    desktop.perform(TypeText("Grüße"), token)
    assert read("Grüße") == "Grüße"


def test_without_any_clipboard_chinese_is_typed_as_unicode_keysyms(connect, editor, token):
    desktop = connect(use_cut_text=False)
    read = editor(desktop, token)
    assert desktop.perform(TypeText("你好，世界 — ünï €"), token) == "Unicode keysyms"
    assert read("你好，世界 — ünï €") == "你好，世界 — ünï €"


def test_typing_ends_where_the_server_has_run_out_of_keys_and_says_so(connect, editor, token):
    desktop = connect(use_cut_text=False)
    read = editor(desktop, token)
    text = "".join(map(chr, range(0x4E00, 0x4E28)))
    way, told = desktop.perform(TypeText(text), token).split("\n")
    first = text.index(re.fullmatch('The text ends before "(.)": the VNC server has no key for it. .*', told)[1])
    assert way == "Unicode keysyms"
    assert 10 < first < 40
    assert read(text[:first]) == text[:first]
    with pytest.raises(ActionRefused, match=f'has no key for "{text[first]}"'):
        desktop.perform(TypeText(text), token)
    assert read(text[:first]) == text[:first]


def test_a_service_that_is_gone_is_named_and_replaced(connect, editor, token):
    desktop = connect(clipboard_url="http://127.0.0.1:9", clipboard_token=TOKEN)
    read = editor(desktop, token)
    how = desktop.perform(TypeText("你好"), token)
    way, told = how.split("\n")
    assert way == ("server clipboard" if desktop._link.unicode_cut_text else "Unicode keysyms")
    assert told.startswith("The clipboard service at 127.0.0.1:9 ")
    assert "The text is entered without it." in told
    assert read("你好") == "你好"


def test_stop_while_pasting_takes_effect_at_once_and_the_clipboard_is_put_back(connect, service, xserver, token):
    desktop = connect(clipboard_url=service, clipboard_token=TOKEN)
    clipboard = ClipboardClient(service, TOKEN, timeout=DEADLINE)
    clipboard.copy("what a person copied", token)
    stop = threading.Timer(0.3, token.cancel)
    stop.start()
    with pytest.raises(Cancelled):
        desktop.perform(TypeText("粘贴\n" * 9), token)
    stop.join()
    desktop.release()
    assert desktop.held == ()
    desktop.close()
    assert clipboard.paste(CancelToken()) == "what a person copied"
