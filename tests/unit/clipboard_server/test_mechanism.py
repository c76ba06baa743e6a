import signal
import subprocess

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


def test_an_owner_of_the_clipboard_that_hangs_is_given_up_on(display: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", display)
    owner = subprocess.Popen(["xclip", "-selection", "clipboard", "-quiet"], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    with owner:
        try:
            assert owner.stdin is not None
            assert owner.stderr is not None
            owner.stdin.write(b"kept")
            owner.stdin.close()
            owner.stderr.readline()
            while mechanism.Xclip().paste() != "kept":
                pass
            clipboard = mechanism.Xclip(timeout=0.5)
            owner.send_signal(signal.SIGSTOP)
            with pytest.raises(mechanism.ClipboardUnavailable, match="did not answer"):
                clipboard.paste()
        finally:
            owner.kill()


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
