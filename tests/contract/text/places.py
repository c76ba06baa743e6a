"""X desktops behind VNC servers, with a clipboard service and programs that text can be entered into."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from screenagent.desktop.make import make_desktop
from screenagent.desktop.options import DesktopOptions
from screenagent.desktop.vnc import VncDesktop
from screenagent.domain.actions import Click, Key
from screenagent.domain.geometry import Point
from screenagent.flow.cancel import CancelToken
from screenagent.flow.settle import LAUNCH, settle

PATIENCE = 30.0
TOKEN = "a-token-for-the-clipboard"
READER = Path(__file__).with_name("raw_reader.py")
# xterm pastes the clipboard on Ctrl+V, as an embedded desktop's terminal does; of itself it knows Shift+Insert and PRIMARY alone.
PASTES = "XTerm*VT100.translations: #override Ctrl <Key>v: insert-selection(CLIPBOARD)"


@dataclass
class Place:
    """A display, the VNC port that shows it, and what runs there. Files lie in `folder`."""

    folder: Path
    display: str
    port: int
    token: CancelToken = field(default_factory=CancelToken)
    service: str = ""

    @property
    def environment(self) -> dict[str, str]:
        plain = {name: value for name, value in os.environ.items() if name not in ("WAYLAND_DISPLAY", "XAUTHORITY")}
        private = {"DBUS_SESSION_BUS_ADDRESS": "disabled:", "GSETTINGS_BACKEND": "memory", "NO_AT_BRIDGE": "1"}
        return {**plain, **private, "DISPLAY": self.display, "HOME": str(self.folder), "LC_ALL": "C.UTF-8"}

    @contextmanager
    def running(self, *command: str, **streams: int) -> Iterator[subprocess.Popen[bytes]]:
        """Keep a program of this display running."""
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **streams}
        with subprocess.Popen(command, env=self.environment, **quiet) as process:
            try:
                yield process
            finally:
                process.kill()

    @contextmanager
    def connected(self, **options: object) -> Iterator[VncDesktop]:
        """Connect to the desktop with these options."""
        desktop = make_desktop(DesktopOptions(host="127.0.0.1", port=self.port, **options))  # type: ignore[arg-type]
        try:
            desktop.connect(self.token)
            yield desktop
        finally:
            desktop.close()

    def x(self, *command: str, text: str = "") -> str:
        """Run an X client to its end; return what it prints."""
        done = subprocess.run(
            command, env=self.environment, input=text.encode(), capture_output=True, timeout=PATIENCE, check=True
        )
        return done.stdout.decode()

    def copy(self, text: str, selection: str = "clipboard") -> None:
        """Copy as a person does with a program that stays."""
        command = ["xclip", "-i", "-selection", selection]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(command, env=self.environment, input=text.encode(), timeout=PATIENCE, check=True, **quiet)

    @property
    def with_service(self) -> dict[str, str]:
        """The options of a desktop that uses the clipboard service."""
        return {"clipboard_url": self.service, "clipboard_token": TOKEN}

    @property
    def clipboard(self) -> str:
        """What pasting would give now."""
        return self.x("xclip", "-o", "-selection", "clipboard", "-t", "UTF8_STRING")


@contextmanager
def xtigervnc(folder: Path, *arguments: str) -> Iterator[Place]:
    """A display of Xtigervnc's own."""
    port = free_port()
    command = ["Xtigervnc", "-rfbport", str(port), "-localhost", "-SecurityTypes", "None", "-geometry", "800x600", "-depth", "24"]
    with _x_server(folder, [*command, "-MaxCutText", "10000000", "-noreset", *arguments]) as display:
        yield Place(folder, display, port)


@contextmanager
def behind(folder: Path, server: Sequence[str], ready: bytes, **environment: str) -> Iterator[Place]:
    """A display without a monitor, shown by a VNC server started by `server`, which has ``{port}`` in it.

    It is there once it prints a line with `ready` in it.
    """
    port = free_port()
    with _x_server(folder, ["Xvfb", "-screen", "0", "800x600x24", "-noreset"]) as display:
        place = Place(folder, display, port)
        command = [word.format(port=port) for word in server]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        with subprocess.Popen(command, env={**place.environment, **environment}, **streams) as process:
            try:
                assert process.stdout is not None
                assert any(ready in line for line in process.stdout), f"{command[0]} did not start"
                with _read_on(process):
                    yield place
            finally:
                process.kill()


@contextmanager
def x11vnc(folder: Path) -> Iterator[Place]:
    """A display shown by x11vnc, without shared memory, which it would leave behind when it is killed.

    It would take cut texts only 8 to 45 s after a connection, were it not told otherwise.
    """
    command = ["x11vnc", "-rfbport", "{port}", "-localhost", "-no6", "-nopw", "-norc", "-noshm", "-forever", "-shared"]
    with behind(folder, command, b"PORT=", X11VNC_AVOID_WINDOWS="never") as place:
        yield place


@contextmanager
def x0vncserver(folder: Path) -> Iterator[Place]:
    """A display shown by TigerVNC's server for displays that are there already; it types what the layout has."""
    command = ["X0tigervnc", "-rfbport", "{port}", "-localhost", "-SecurityTypes", "None"]
    with behind(folder, command, b"Listening for VNC connections") as place:
        yield place


@contextmanager
def with_service(place: Place) -> Iterator[Place]:
    """The same place with the clipboard service."""
    command = [sys.executable, "-m", "screenagent_clipboard.server", "--port", "0", "--announce"]
    environment = {**place.environment, "CLIPBOARD_SERVER_SECRET_TOKEN": TOKEN}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            place.service = json.loads(process.stdout.readline())["url"]
            yield place
        finally:
            process.terminate()
            process.wait(PATIENCE)


@contextmanager
def _read_on(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Read what the process prints, so that it can go on; end it when done."""
    assert process.stdout is not None
    reading = threading.Thread(target=process.stdout.read)
    reading.start()
    try:
        yield
    finally:
        process.kill()
        reading.join()


class Target:
    """A program with the focus; `received` waits until it has received a text."""

    def __init__(self, place: Place, desktop: VncDesktop, file: Path) -> None:
        self._place = place
        self._desktop = desktop
        self._file = file

    def save(self) -> None:
        """Make it write down what it has."""

    def received(self, text: str) -> str:
        """Wait until the file holds `text`; return what it holds then, or after the longest time that it may take."""
        return content(self._file, text, self._place.token, self.save)


class Editor(Target):
    """Mousepad."""

    def save(self) -> None:
        self._desktop.perform(Key(("ctrl", "s")), self._place.token)
        self._place.token.wait(0.1)


class Terminal(Target):
    """A terminal with a program that reads keys in raw mode: Return arrives as a carriage return."""

    def received(self, text: str) -> str:
        return super().received(text.replace("\n", "\r")).replace("\r", "\n")


@contextmanager
def editor(place: Place, desktop: VncDesktop) -> Iterator[Editor]:
    """Mousepad with an empty file, and the focus in it."""
    file = place.folder / "note.txt"
    file.write_text("")
    began = time.monotonic()
    with place.running("mousepad", "--disable-server", str(file)):
        _focus(place, desktop, began)
        yield Editor(place, desktop, file)


@contextmanager
def terminal(place: Place, desktop: VncDesktop, *command: str) -> Iterator[Terminal]:
    """A terminal, xterm unless `command` starts another, with the reader in it and the focus."""
    file = place.folder / "read"
    file.write_bytes(b"")
    began = time.monotonic()
    with place.running(*(command or ("xterm", "-xrm", PASTES, "-e")), sys.executable, str(READER), str(file)):
        _focus(place, desktop, began)
        yield Terminal(place, desktop, file)


@contextmanager
def shell(place: Place, desktop: VncDesktop, *command: str) -> Iterator[None]:
    """A terminal with bash in it and the focus."""
    began = time.monotonic()
    with place.running(*command, "bash", "--norc"):
        _focus(place, desktop, began)
        yield


def content(file: Path, text: str, token: CancelToken, before: Callable[[], None] = lambda: None, skip: str = "") -> str:
    """Wait until `file` holds `text`, behind any number of `skip`; return what it holds then, or once that takes too long."""
    end = time.monotonic() + PATIENCE
    while True:
        before()
        now = (file.read_bytes().decode(errors="replace") if file.exists() else "").lstrip(skip)
        if now == text or time.monotonic() > end:
            return now
        token.wait(0.05)


def listening(place: Place) -> None:
    """Wait until something listens at the VNC port."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", place.port), PATIENCE).close()
        except OSError:
            assert time.monotonic() < end, "nothing listens"
            place.token.wait(0.02)
        else:
            return


def _focus(place: Place, desktop: VncDesktop, began: float) -> None:
    end = began + PATIENCE
    while settle(desktop, began, LAUNCH, place.token).area < LAUNCH.window:
        assert time.monotonic() < end, "no window came"
    desktop.perform(Click(Point(200, 200)), place.token)


@contextmanager
def _x_server(folder: Path, command: Sequence[str]) -> Iterator[str]:
    reading, writing = os.pipe()
    with ExitStack() as stack:
        log = stack.enter_context((folder / "xserver.log").open("wb"))
        arguments = [*command, "-displayfd", str(writing), "-nolisten", "tcp"]
        process = stack.enter_context(subprocess.Popen(arguments, stdout=log, stderr=log, pass_fds=[writing]))
        stack.callback(process.kill)
        os.close(writing)
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        assert number, (folder / "xserver.log").read_text()
        yield f":{number}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
