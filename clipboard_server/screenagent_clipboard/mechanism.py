"""Ways to the clipboard of the desktop that this process sits on, and the choice between them.

On X with xclip present, xclip is run here directly: a copy leaves a process behind that answers for the selection and keeps
whatever pipes it was given, so it gets none; and a paste waits for the program that owns the selection, so it gets a deadline.
Everywhere else (Windows, macOS, Wayland, xsel, klipper, Qt) pyperclip knows the way.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from typing import Protocol

from screenagent_clipboard.limits import Limits


class ClipboardUnavailable(Exception):
    """The clipboard cannot be reached now; the message is a sentence that says why."""


class Mechanism(Protocol):
    """A way to the clipboard. Texts come back exactly as they went in. Used by one caller at a time; a check may come at any."""

    @property
    def name(self) -> str: ...

    def check(self) -> None:
        """Raise ClipboardUnavailable when a copy or a paste could not work now."""

    def copy(self, text: str) -> None:
        """Make `text` the content of the clipboard; raise ClipboardUnavailable."""

    def paste(self) -> str:
        """Return the text on the clipboard, empty when it holds none; raise ClipboardUnavailable."""


class Xclip:
    """The CLIPBOARD selection of an X display, by way of xclip."""

    name = "xclip"

    def __init__(self, timeout: float = Limits.clipboard_time, largest: int = Limits.body) -> None:
        self._timeout = timeout
        self._largest = largest

    def check(self) -> None:
        self._run(["-o", "-target", "TARGETS"], b"")

    def copy(self, text: str) -> None:
        status, message = self._run([], text.encode())[1:]
        if status != 0:
            raise ClipboardUnavailable(f"xclip could not take the text: {message or f'exit status {status}'}")

    def paste(self) -> str:
        return self._run(["-o"], b"")[0].decode(errors="replace")

    def _run(self, options: list[str], text: bytes) -> tuple[bytes, int, str]:
        """Return what xclip wrote, its exit status and its message; an empty selection is status 1 with a message."""
        command = ["xclip", "-selection", "clipboard", *options]
        reads = "-o" in options
        try:
            with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as messages:
                done = subprocess.run(
                    command,
                    input=text,
                    stdout=output if reads else subprocess.DEVNULL,
                    stderr=messages,
                    timeout=self._timeout,
                    check=False,
                )
                output.seek(0)
                messages.seek(0)
                message = messages.read(2000).decode(errors="replace").strip()
                written = output.read(self._largest + 1)
        except subprocess.TimeoutExpired:
            raise ClipboardUnavailable(
                f"the program that holds the clipboard did not answer within {self._timeout:g} seconds"
            ) from None
        except OSError as error:
            raise ClipboardUnavailable(f"xclip cannot be run: {error.strerror or error}") from None
        if done.returncode != 0 and "display" in message.lower():
            raise ClipboardUnavailable(f"the X display cannot be opened (DISPLAY={os.environ.get('DISPLAY', '')})")
        if len(written) > self._largest:
            raise ClipboardUnavailable(f"it holds more than {self._largest} bytes")
        return written, done.returncode, message


class Pyperclip:
    """Whatever pyperclip finds on this system; it is asked once, at the start."""

    def __init__(self, largest: int = Limits.body) -> None:
        import pyperclip

        self._largest = largest
        self._copy, self._paste = pyperclip.determine_clipboard()
        found = str(getattr(self._copy, "__name__", ""))
        self.name = f"pyperclip ({found.removeprefix('copy_')})" if found else ""

    def check(self) -> None:
        if not self.name:
            raise ClipboardUnavailable(
                "there is no clipboard mechanism here: set DISPLAY and install xclip (X), or install wl-clipboard (Wayland)"
            )
        if self._copy.__name__ == "copy_wl" and not _wayland_answers():
            raise ClipboardUnavailable(
                f"the Wayland display cannot be opened (WAYLAND_DISPLAY={os.environ.get('WAYLAND_DISPLAY', '')})"
            )

    def copy(self, text: str) -> None:
        self.check()
        try:
            self._copy(text)
        except (RuntimeError, OSError, ValueError) as error:
            raise ClipboardUnavailable(f"the clipboard refused the text: {error}") from error

    def paste(self) -> str:
        self.check()
        try:
            text = str(self._paste())
        except (RuntimeError, OSError, ValueError) as error:
            raise ClipboardUnavailable(f"the clipboard cannot be read: {error}") from error
        if len(text) > self._largest:
            raise ClipboardUnavailable(f"it holds more than {self._largest} characters")
        return text


def _wayland_answers() -> bool:
    """Whether somebody listens at the display's socket; wl-copy and wl-paste fail in silence where nobody does."""
    path = os.path.join(os.environ.get("XDG_RUNTIME_DIR", ""), os.environ.get("WAYLAND_DISPLAY") or "wayland-0")
    with socket.socket(socket.AF_UNIX) as display:
        display.settimeout(1.0)
        try:
            display.connect(path)
        except OSError:
            return False
    return True


def find(limits: Limits | None = None) -> Mechanism:
    """Return the way to the clipboard of this desktop; whether it works now is for `check` to say."""
    limits = limits or Limits()
    if os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY") and shutil.which("xclip"):
        return Xclip(limits.clipboard_time, limits.body)
    return Pyperclip(limits.body)
