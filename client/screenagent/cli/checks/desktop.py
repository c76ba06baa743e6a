"""The desktop: reached, let in, and showing something."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from screenagent.cli.checks.blank import Blank, blank, colour_name
from screenagent.cli.checks.findings import NO_SETTINGS, Finding, Patient, ok, problem, problem_of
from screenagent.cli.checks.stranger import greet
from screenagent.desktop import standing
from screenagent.desktop.login import name_setting, tls_of
from screenagent.desktop.make import make_desktop
from screenagent.desktop.options import DesktopOptions
from screenagent.desktop.xfce.xserver import sockets_problem
from screenagent.errors import AuthenticationFailed, DesktopError, DesktopProtocolError, EmbeddedDesktopError, ScreenAgentError
from screenagent.ports import Cancel, Desktop
from screenagent.rfb.address import show_address
from screenagent.rfb.errors import NoGreeting
from screenagent.settings import Settings

_PAINTING_SECONDS = 2.0
_CONNECT_SECONDS = 60.0
_GREETING_SECONDS = 3.0
_SESSION = (
    "Start a desktop session on that display. TigerVNC and TightVNC run ~/.vnc/xstartup: it must be executable, start one "
    "(exec startxfce4) and not end; for a display :1 that runs already: DISPLAY=:1 startxfce4 &"
)
_LOOK = (
    "Look at it with a VNC viewer. Is it locked, asleep or at a screen saver? Did its session (window manager, panel) start, "
    "or end? A computer without a monitor may need a dummy plug."
)


def desktop(patient: Patient, cancel: Cancel) -> Iterator[Finding]:
    """Connect the way a run does, and look at the picture."""
    if patient.settings is None:
        yield NO_SETTINGS
        return
    options = _options(patient.settings)
    if patient.settings.desktop.embedded:
        try:
            patient.running = standing.running()
        except ScreenAgentError as error:
            yield problem_of(error)
            return
        if patient.running is None:
            trouble = sockets_problem()
            status = EmbeddedDesktopError.exit_status
            yield problem(*trouble, status=status) if trouble else ok("embedded; it starts with the run")
            return
        where = patient.running
        options = replace(options, host=where.host, port=where.port, password=where.password)
    patient.say(f"connecting to {show_address(options.host, options.port)}")
    first = replace(options, backend="rfb")
    for finding in _visit(first, cancel):
        yield finding
        if finding.status:
            return
    if options.backend != first.backend:
        yield from _visit(options, cancel)


def _options(settings: Settings) -> DesktopOptions:
    given = settings.desktop
    return DesktopOptions(
        host=given.host,
        port=given.port,
        username=given.username,
        password=given.password.get_secret_value() if given.password else None,
        tls=tls_of(given),
        backend=given.backend,
        connect_timeout=min(given.connect_timeout, _CONNECT_SECONDS),
        draw_pointer=False,
    )


def _visit(options: DesktopOptions, cancel: Cancel) -> Iterator[Finding]:
    try:
        opened = make_desktop(options)
    except ScreenAgentError as error:
        yield problem_of(error)
        return
    try:
        opened.connect(cancel)
        yield from _look(opened, options, cancel)
    except NoGreeting as error:
        yield _silent(error, options, cancel)
    except AuthenticationFailed as error:
        yield problem_of(name_setting(error))
    except DesktopError as error:
        yield problem_of(error, "" if error.hint else "The server's own log may tell more.")
    finally:
        opened.close()


def _silent(error: NoGreeting, options: DesktopOptions, cancel: Cancel) -> Finding:
    kind = greet(options.host, options.port, min(options.connect_timeout, _GREETING_SECONDS), cancel)
    if not kind:
        return problem_of(error)
    return problem(
        f"{show_address(options.host, options.port)} is not a VNC server: {kind} answers there.",
        "Correct remote_vnc_server.port: VNC servers usually listen on 5900 or a little above.",
        status=DesktopProtocolError.exit_status,
    )


def _look(opened: Desktop, options: DesktopOptions, cancel: Cancel) -> Iterator[Finding]:
    by = "" if options.backend == "rfb" else f" through {options.backend}"
    screenshot = opened.screenshot()
    seen = blank(screenshot.pixels)
    end = time.monotonic() + _PAINTING_SECONDS
    while seen and (left := end - time.monotonic()) > 0:
        if opened.wait_damage(time.monotonic(), left, cancel):
            screenshot = opened.screenshot()
            seen = blank(screenshot.pixels)
    yield ok(f"{opened.name} shows {screenshot.size}{by}")
    status = DesktopError.exit_status
    if seen is Blank.COLOUR:
        colour = colour_name(screenshot.pixels)
        yield problem(
            f"The desktop is blank: the picture is of a single colour ({colour}).", f"{_LOOK}\n{_SESSION}", status=status
        )
    elif seen is Blank.STIPPLE:
        yield problem("The desktop is blank: the bare pattern of an X server without a session.", _SESSION, status=status)
