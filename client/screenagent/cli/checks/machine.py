"""What is installed on this machine: Python, packages, programs, fonts."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil
import sys
from collections.abc import Iterator

from screenagent.cli.checks.child import run
from screenagent.cli.checks.findings import Finding, Patient, note, ok, problem, skipped
from screenagent.desktop import docker, embedded
from screenagent.desktop.xfce.programs import install_command
from screenagent.errors import DockerError, EmbeddedDesktopError
from screenagent.ports import Cancel
from screenagent.settings import EMBEDDED

_FONT = install_command(["fonts-noto-cjk"])


def python(patient: Patient, _: Cancel) -> Iterator[Finding]:
    """Python itself."""
    words = ".".join(str(part) for part in sys.version_info[:3])
    yield ok(f"Python {words} in {sys.prefix}")


def packages(patient: Patient, _: Cancel) -> Iterator[Finding]:
    """Python packages that only some settings need."""
    wanted: dict[str, str] = {}
    if patient.settings and patient.settings.desktop.backend == "vncdotool":
        wanted["vncdotool"] = "vncdotool"
    if patient.settings and patient.settings.desktop.embedded:
        wanted |= dict.fromkeys(("fastapi", "uvicorn", "pyperclip"), "clipboard")
    if any(backend.target_url == EMBEDDED for backend in patient.backends.values()):
        wanted |= dict.fromkeys(("rapidocr", "onnxruntime", "rapidfuzz"), "ocr")
    missing = {name: extra for name, extra in wanted.items() if importlib.util.find_spec(name) is None}
    if missing:
        extras = ",".join(sorted(set(missing.values())))
        are = "is" if len(missing) == 1 else "are"
        yield problem(
            f"These settings need {', '.join(missing)}, which {are} not installed.",
            command=f"{sys.executable} -m pip install 'screenagent[{extras}]'",
        )
    else:
        yield ok(f"screenagent {importlib.metadata.version('screenagent')} with what these settings need")


def programs(patient: Patient, _: Cancel) -> Iterator[Finding]:
    """System programs that the embedded desktop is made of."""
    if patient.settings and not patient.settings.desktop.embedded:
        yield skipped("only the embedded desktop needs them")
        return
    if _is_in_docker():
        yield skipped("a desktop in a Docker container is running, which brings its own")
        return
    missing = embedded.missing_programs()
    if missing:
        yield problem(
            f"The embedded desktop cannot start: {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not installed.",
            command=install_command(missing),
            status=EmbeddedDesktopError.exit_status,
        )
    else:
        yield ok("all that the embedded desktop is made of")


def _is_in_docker() -> bool:
    try:
        return docker.running() is not None
    except DockerError:  # the desktop's own check tells
        return True


def fonts(patient: Patient, cancel: Cancel) -> Iterator[Finding]:
    """Chinese characters on this machine's screens."""
    program = shutil.which("fc-list")
    if program is None:
        yield note(
            "fc-list is missing, so that fonts cannot be looked at.",
            "It comes with fontconfig; without a font, Chinese shows as boxes.",
            command=install_command(["fontconfig", "fonts-noto-cjk"]),
        )
        return
    done = run([program, ":lang=zh", "family"], cancel)
    families = sorted({line.split(",")[0].strip() for line in done.out.splitlines() if line.strip()})
    wanted = patient.settings is None or patient.settings.desktop.embedded or patient.settings.automaton.language == "zh"
    what = "No font on this machine has Chinese characters: they show as boxes"
    if families:
        yield ok(f"{families[0]} has Chinese characters")
    elif wanted:
        yield problem(f"{what}, in the window and on the embedded desktop.", command=_FONT)
    else:
        yield note(f"{what} in the window.", "Install one if you read or write Chinese.", command=_FONT)
