"""Ways to the clipboard of the desktop that this process sits on, and the choice between them.

On X with xclip present, xclip is run here directly: a copy leaves a process behind that answers for the selection and keeps
whatever pipes it was given, so it gets none; and a paste waits for the program that owns the selection, so it gets a deadline.
Everywhere else (Windows, macOS, Wayland, xsel, klipper, Qt) pyperclip knows the way.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
from typing import Protocol


class ClipboardUnavailable(Exception):
    """The clipboard cannot be reached now; the message is a sentence that says why."""


class Mechanism(Protocol):
    """A way to the clipboard. Texts come back exactly as they went in."""

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

    def __init__(self, timeout: float = 5.0) -> None:
        self._timeout = timeout
        self._lock = threading.Lock()

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
        with self._lock, tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as messages:
            try:
                done = subprocess.run(
                    command,
                    input=text,
                    stdout=output if reads else subprocess.DEVNULL,
                    stderr=messages,
                    timeout=self._timeout,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                raise ClipboardUnavailable(
                    f"the program that holds the clipboard did not answer within {self._timeout:g} seconds"
                ) from None
            except OSError as error:
                raise ClipboardUnavailable(f"xclip cannot be run: {error.strerror or error}") from None
            output.seek(0)
            messages.seek(0)
            message = messages.read(2000).decode(errors="replace").strip()
            if done.returncode != 0 and "display" in message.lower():
                raise ClipboardUnavailable(f"the X display cannot be opened (DISPLAY={os.environ.get('DISPLAY', '')})")
            return output.read(), done.returncode, message


class Pyperclip:
    """Whatever pyperclip finds on this system; it is asked once, at the start."""

    def __init__(self) -> None:
        import pyperclip

        self._copy, self._paste = pyperclip.determine_clipboard()
        found = str(getattr(self._copy, "__name__", ""))
        self.name = f"pyperclip ({found.removeprefix('copy_')})" if found else ""
        self._lock = threading.Lock()

    def check(self) -> None:
        if not self.name:
            raise ClipboardUnavailable(
                "there is no clipboard mechanism here: set DISPLAY and install xclip (X), or install wl-clipboard (Wayland)"
            )

    def copy(self, text: str) -> None:
        self.check()
        with self._lock:
            try:
                self._copy(text)
            except (RuntimeError, OSError, ValueError) as error:
                raise ClipboardUnavailable(f"the clipboard refused the text: {error}") from error

    def paste(self) -> str:
        self.check()
        with self._lock:
            try:
                return str(self._paste())
            except (RuntimeError, OSError, ValueError) as error:
                raise ClipboardUnavailable(f"the clipboard cannot be read: {error}") from error


def find() -> Mechanism:
    """Return the way to the clipboard of this desktop; whether it works now is for `check` to say."""
    if os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY") and shutil.which("xclip"):
        return Xclip()
    return Pyperclip()
