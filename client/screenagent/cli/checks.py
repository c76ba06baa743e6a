"""The doctor's checks: each looks at one thing and says what it found and, when that is bad, what to do.

To add one, write a function of `Patient` and put it into `CHECKS` where it belongs; checks run in order, and one that needs
what an earlier one did not find returns a `skipped` finding.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import urlsplit

import requests

from screenagent import models
from screenagent.desktop import embedded
from screenagent.desktop.clipboard import ClipboardClient
from screenagent.desktop.embedded.programs import install_command
from screenagent.desktop.embedded.xserver import sockets_problem
from screenagent.desktop.make import make_desktop
from screenagent.desktop.options import DesktopOptions
from screenagent.errors import ScreenAgentError, SettingsError
from screenagent.flow.cancel import CancelToken
from screenagent.log import redact
from screenagent.settings import EMBEDDED, Backend, Settings, read_tasks

_HTTP_SECONDS = 5.0


class Verdict(str, Enum):
    """What a finding means."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Finding:
    """What a check saw; `fix` says what to do about a problem."""

    verdict: Verdict
    text: str
    fix: str = ""


@dataclass
class Patient:
    """What is examined. `load` reads the settings; the checks leave what they found for those after them."""

    load: Callable[[], Settings]
    settings: Settings | None = None
    running: embedded.EmbeddedDesktop | None = None
    backends: dict[str, Backend] = field(default_factory=dict)


Check = Callable[[Patient], Iterator[Finding]]


def ok(text: str) -> Finding:
    """It is as it should be."""
    return Finding(Verdict.OK, text)


def problem(text: str, fix: str) -> Finding:
    """It keeps runs from working."""
    return Finding(Verdict.PROBLEM, text, fix)


def note(text: str) -> Finding:
    """Worth knowing; no problem."""
    return Finding(Verdict.NOTE, text)


def _of(error: ScreenAgentError) -> Finding:
    return problem(error.message, error.hint)


_NO_SETTINGS = Finding(Verdict.SKIPPED, "needs settings that can be used")


def python(patient: Patient) -> Iterator[Finding]:
    """Python itself."""
    words = ".".join(str(part) for part in sys.version_info[:3])
    yield ok(f"Python {words} in {sys.prefix}")


def settings(patient: Patient) -> Iterator[Finding]:
    """The settings file and the task list."""
    try:
        patient.settings = patient.load()
    except SettingsError as error:
        yield _of(error)
        return
    found = patient.settings
    patient.backends = {backend.name: backend for backend in found.backends.values()}
    yield ok(str(found.path) if found.path else "the embedded default")
    for warning in found.warnings:
        yield note(warning)
    try:
        yield ok(f"{len(read_tasks(found.desktop.task_list))} tasks in the list")
    except SettingsError as error:
        yield _of(error)


def packages(patient: Patient) -> Iterator[Finding]:
    """Python packages that only some settings need."""
    wanted = {"PyQt5": "gui"}
    if patient.settings and patient.settings.desktop.backend == "vncdotool":
        wanted["vncdotool"] = "vncdotool"
    if patient.settings and patient.settings.desktop.embedded:
        wanted |= dict.fromkeys(("fastapi", "uvicorn", "pyperclip"), "clipboard")
    if any(backend.target_url == EMBEDDED for backend in patient.backends.values()):
        wanted |= dict.fromkeys(("rapidocr", "onnxruntime", "rapidfuzz"), "ocr")
    missing = {name: extra for name, extra in wanted.items() if importlib.util.find_spec(name) is None}
    if missing.pop("PyQt5", None):
        yield note("PyQt5 is not installed: runs work, the window does not (pip install 'screenagent[gui]').")
    if missing:
        extras = ",".join(sorted(set(missing.values())))
        yield problem(f"{', '.join(missing)} missing.", f"pip install 'screenagent[{extras}]'")
    else:
        version = importlib.metadata.version("screenagent")
        yield ok(f"screenagent {version} with what these settings need")


def system(patient: Patient) -> Iterator[Finding]:
    """System programs that the embedded desktop is made of."""
    if patient.settings and not patient.settings.desktop.embedded:
        yield Finding(Verdict.SKIPPED, "only the embedded desktop needs them")
        return
    missing = embedded.missing_programs()
    if missing:
        yield problem(f"{', '.join(missing)} missing.", install_command(missing))
    else:
        yield ok("the embedded desktop's programs are there")


def display(patient: Patient) -> Iterator[Finding]:
    """The screen that the window would appear on."""
    name = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY")
    yield ok(name) if name else note("none, so no window; screenagent run needs none")


def fonts(patient: Patient) -> Iterator[Finding]:
    """Chinese characters on this machine's screens."""
    program = shutil.which("fc-list")
    if program is None:
        yield note("fc-list is not installed, so fonts cannot be looked at")
        return
    done = subprocess.run([program, ":lang=zh", "family"], capture_output=True, text=True, timeout=30, check=False)
    families = sorted({line.split(",")[0].strip() for line in done.stdout.splitlines() if line.strip()})
    if families:
        yield ok(f"{families[0]} has Chinese characters")
    else:
        yield problem("no font has Chinese characters; they show as boxes.", install_command(["fonts-noto-cjk"]))


def desktop(patient: Patient) -> Iterator[Finding]:
    """The desktop: reached, let in, and not blank."""
    if patient.settings is None:
        yield _NO_SETTINGS
        return
    if patient.settings.desktop.embedded:
        patient.running = embedded.running()
        if patient.running is None:
            trouble = sockets_problem()
            yield problem(*trouble) if trouble else ok("embedded; it starts with the run")
            return
        where = patient.running
        reached = DesktopOptions(host=where.host, port=where.port, password=where.password, draw_pointer=False)
    else:
        given = patient.settings.desktop
        password = given.password.get_secret_value() if given.password else None
        reached = DesktopOptions(host=given.host, port=given.port, password=password, backend=given.backend, draw_pointer=False)
    yield from _look(reached)


def _look(options: DesktopOptions) -> Iterator[Finding]:
    try:
        opened = make_desktop(options)
    except ScreenAgentError as error:
        yield _of(error)
        return
    try:
        opened.connect(CancelToken())
        screenshot = opened.screenshot()
    except ScreenAgentError as error:
        yield _of(error)
        return
    finally:
        opened.close()
    yield ok(f"{opened.name} shows {screenshot.size}")
    pixels = screenshot.pixels
    if bool((pixels == pixels[0, 0]).all()):
        yield problem("the picture is of a single colour.", "Is the desktop locked, asleep, or without a session? Look at it.")


def clipboard(patient: Patient) -> Iterator[Finding]:
    """The clipboard service on the controlled machine."""
    if patient.settings is None:
        yield _NO_SETTINGS
        return
    given = patient.settings.desktop
    if given.embedded and patient.running:
        client = ClipboardClient(patient.running.clipboard_url, patient.running.clipboard_token)
    elif given.embedded:
        yield ok("it starts with the embedded desktop")
        return
    elif given.clipboard_url is None or given.remote_clipboard_secret_token is None:
        yield note("not used (use_remote_clipboard is false): text is typed key by key")
        return
    else:
        client = ClipboardClient(given.clipboard_url, given.remote_clipboard_secret_token.get_secret_value())
    try:
        client.check(CancelToken())
        client.paste(CancelToken())
    except ScreenAgentError as error:
        yield _of(error)
    else:
        yield ok("it answers and knows our token")


def model(patient: Patient) -> Iterator[Finding]:
    """Each model's server."""
    if patient.settings is None:
        yield _NO_SETTINGS
    for name, backend in patient.backends.items():
        if backend.protocol == "scripted":
            yield ok(f"{name}: scripted, from {backend.replies}")
        elif backend.target_url == EMBEDDED:
            url = patient.running.worker_url if patient.running else None
            yield _answers(name, f"{url}/health") if url else ok(f"{name}: starts with the embedded desktop")
        else:
            yield _answers(name, backend.target_url, backend)


def _answers(name: str, url: str, backend: Backend | None = None) -> Finding:
    headers: dict[str, str] = {}
    if backend and backend.protocol == "chat_completions":
        url = url.rstrip("/").removesuffix("/chat/completions") + "/models"
        headers = {"Authorization": f"Bearer {backend.api_key.get_secret_value()}"} if backend.api_key else {}
    place = urlsplit(url)
    where = redact(f"{place.scheme}://{place.hostname}{f':{place.port}' if place.port else ''}")
    try:
        with (
            models.session_to(place.hostname or "") as session,
            session.get(url, headers=headers, timeout=_HTTP_SECONDS, allow_redirects=False, stream=True) as answer,
        ):
            status = answer.status_code
    except requests.RequestException as error:
        fix = "Start its server, or correct its target_url; screenagent-worker starts the OCR worker."
        return problem(f"{name}: nothing answers at {where} ({type(error).__name__}).", fix)
    if headers and status in (401, 403):
        return problem(f"{name}: {where} refuses the key (status {status}).", f"Correct llm_api.{name}.api_key.")
    if status >= 500:
        return problem(f"{name}: {where} answers with status {status}.", "Look at the server's own log.")
    return ok(f"{name}: {where} answers")


CHECKS: Sequence[tuple[str, Check]] = (
    ("python", python),
    ("settings", settings),
    ("packages", packages),
    ("system", system),
    ("display", display),
    ("fonts", fonts),
    ("desktop", desktop),
    ("clipboard", clipboard),
    ("model", model),
)
