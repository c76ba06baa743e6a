"""The first program of the desktop image: check the settings, then start the desktop and keep it until the container stops.

    user and folders, settings from the environment -> refuse what is missing or protects nothing -> an Order -> Supervisor
    -> SIGTERM: end it all

Exit status: 0 stopped in order, 1 the desktop failed, 2 what it was started with cannot be used (a sentence for each on stderr).
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import places
from places import CLIPBOARD_PORT, NOVNC_PORT, RUNTIME, SURROUNDINGS, VNC_PORT
from settings import Refused, Settings, Tls

from screenagent.desktop.xfce import processes, session, xserver
from screenagent.desktop.xfce.order import Doors, Order
from screenagent.desktop.xfce.skeleton import BROWSERS, Look
from screenagent.desktop.xfce.supervisor import Supervisor

ID = "container"
_OFFICE = ("libreoffice-writer.desktop", "libreoffice-calc.desktop", "libreoffice-impress.desktop")
_NOVNC_FILES = Path("/usr/share/novnc")
_SECURITY = {
    Tls.OFF: ("VncAuth",),
    Tls.OFFERED: ("X509Vnc", "TLSVnc", "VncAuth"),
    Tls.REQUIRED: ("X509Vnc", "TLSVnc"),
}


def say(text: str) -> None:
    """Tell whoever reads the container's log."""
    print(f"screenagent-desktop: {text}", file=sys.stderr, flush=True)


def main() -> int:
    """Run the desktop; returns the exit status."""
    problems = places.problems(os.getuid(), Path.home(), RUNTIME)
    try:
        settings = Settings.from_environment(os.environ)
    except Refused as refusal:
        return _refuse(problems + refusal.problems)
    if problems:
        return _refuse(problems)
    for notice in settings.notices:
        say(notice)
    for name in settings.secret_variables:
        os.environ.pop(name, None)
    os.environ.pop("TZ", None)
    if settings.zone:
        os.environ["TZ"] = settings.zone
    os.environ[processes.MARKER] = ID
    try:
        _clear()
        order = _order(settings)
    except (OSError, subprocess.CalledProcessError) as problem:
        say(f"The desktop cannot be started: {problem}")
        return 1
    processes.become_subreaper()
    supervisor = Supervisor(order, RUNTIME, os.getppid(), owner=None, answer=lambda message: _tell(message, order))
    return 0 if supervisor.run() else 1


def _refuse(problems: list[str]) -> int:
    for problem in problems:
        say(problem)
    say("Not started.")
    return 2


def _clear() -> None:
    """Remove what a container that was killed left behind; nobody else uses these folders here."""
    for entry in RUNTIME.iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    for number in [path.name[1:] for path in xserver.SOCKETS.iterdir()] if xserver.SOCKETS.is_dir() else []:
        xserver.remove_traces(number)
        Path(f"/tmp/.X{number}-lock").unlink(missing_ok=True)


def _order(settings: Settings) -> Order:
    certificate, key = _certificate(settings) if settings.tls is not Tls.OFF else ("", "")
    applications = Path("/usr/share/applications")
    return Order(
        id=ID,
        size=settings.size,
        home=Path.home(),
        worker=False,
        owned=False,
        stored_password=_stored(settings.password),
        token=settings.token,
        doors=Doors(
            public=True,
            vnc_port=VNC_PORT,
            clipboard_port=CLIPBOARD_PORT,
            security=_SECURITY[settings.tls],
            certificate=certificate,
            key=key,
        ),
        look=Look(
            browser=next(browser for browser in BROWSERS if shutil.which(browser) or browser == BROWSERS[-1]),
            entries=tuple(entry for entry in _OFFICE if (applications / entry).exists()),
            language=settings.language,
        ),
        companions=_web_viewer(settings.tls),
    )


def _stored(password: str) -> str:
    """Return the content of a VNC password file, as hex."""
    done = subprocess.run(["tigervncpasswd", "-f"], input=f"{password}\n".encode(), stdout=subprocess.PIPE, check=True)
    return done.stdout[:8].hex()


def _certificate(settings: Settings) -> tuple[str, str]:
    """Return certificate and key for TLS: those that were given, or a pair made now, whose fingerprint is told."""
    if settings.certificate and settings.key:
        return settings.certificate, settings.key
    certificate, key = RUNTIME / "tls.crt", RUNTIME / "tls.key"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", "/CN=ScreenAgent desktop"]
    subprocess.run([*command, "-keyout", str(key), "-out", str(certificate)], check=True, stderr=subprocess.DEVNULL)
    key.chmod(0o600)
    asked = ["openssl", "x509", "-in", str(certificate), "-noout", "-fingerprint", "-sha256"]
    shown = subprocess.run(asked, check=True, stdout=subprocess.PIPE, text=True).stdout
    say(f"TLS certificate made for this start; SHA-256 {shown.strip().partition('=')[2]}")
    return str(certificate), str(key)


def _web_viewer(tls: Tls) -> tuple[tuple[str, ...], ...]:
    if not (shutil.which("websockify") and _NOVNC_FILES.is_dir()):
        return ()
    if tls is Tls.REQUIRED:
        say(f"The web viewer (port {NOVNC_PORT}) is not started: it does not speak the TLS that VNC_TLS=required asks for.")
        return ()
    return (("websockify", "--web", str(_NOVNC_FILES), str(NOVNC_PORT), f"127.0.0.1:{VNC_PORT}"),)


def _tell(message: dict[str, Any], order: Order) -> None:
    """Say how the start goes; once it is done, leave the session's environment for programs that are started from outside."""
    if "progress" in message:
        say(f"{message['progress']}")
    elif "error" in message:
        say("\n  ".join([message["error"], *message["hint"].splitlines()]))
    else:
        facts = message["ready"]
        surroundings = session.environment(ID, facts["display"], RUNTIME, Path(facts["home"]), os.environ, order.look.language)
        surroundings.pop(processes.MARKER)
        lines = [f"export {name}={shlex.quote(value)}" for name, value in surroundings.items()]
        SURROUNDINGS.write_text("\n".join(lines) + "\n", encoding="utf-8")
        width, height = order.size
        say(f"Ready: {width}x{height}, VNC on port {facts['port']}, clipboard service on port {order.doors.clipboard_port}")


if __name__ == "__main__":
    sys.exit(main())
