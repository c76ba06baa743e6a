import os
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from screenagent_clipboard import mechanism


def test_xclip_is_chosen_on_an_x_display(display: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert mechanism.find().name == "xclip"


def test_an_empty_clipboard_reads_as_no_text(display: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", display)
    clipboard = mechanism.Xclip()
    clipboard.check()
    assert clipboard.paste() == ""


def test_an_owner_of_the_clipboard_that_hangs_is_given_up_on(
    display: str, owner: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", display)
    clipboard = mechanism.Xclip(timeout=0.5)
    assert clipboard.paste() == "kept"
    owner.send_signal(signal.SIGSTOP)
    with pytest.raises(mechanism.ClipboardUnavailable, match="did not answer"):
        clipboard.paste()


def test_a_text_that_is_larger_than_the_bound_is_not_read(
    display: str, owner: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", display)
    assert mechanism.Xclip(largest=4).paste() == "kept"
    with pytest.raises(mechanism.ClipboardUnavailable, match="more than 3 bytes"):
        mechanism.Xclip(largest=3).paste()


def test_without_a_display_nothing_is_available(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    clipboard = mechanism.find()
    for use in (clipboard.check, clipboard.paste, lambda: clipboard.copy("x")):
        with pytest.raises(mechanism.ClipboardUnavailable, match="no clipboard mechanism"):
            use()


def test_a_display_that_is_gone_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":9999")
    clipboard = mechanism.Xclip()
    for use in (clipboard.check, clipboard.paste, lambda: clipboard.copy("x")):
        with pytest.raises(mechanism.ClipboardUnavailable, match=":9999"):
            use()


def test_a_wayland_display_that_is_gone_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for program in ("wl-copy", "wl-paste"):
        (tmp_path / program).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / program).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-7")
    clipboard = mechanism.find()
    assert clipboard.name == "pyperclip (wl)"
    with pytest.raises(mechanism.ClipboardUnavailable, match="wayland-7"):
        clipboard.check()
    with socket.socket(socket.AF_UNIX) as display:
        display.bind(str(tmp_path / "wayland-7"))
        display.listen()
        clipboard.check()
