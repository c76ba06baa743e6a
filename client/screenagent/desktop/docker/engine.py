"""The Docker engine, by way of its own command: what is asked of it, and what its refusals mean.

Secrets reach it through the environment of that command, never through its words, which every user of the machine can see.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from screenagent.errors import Cancelled, DockerError
from screenagent.log import redact
from screenagent.rfb.address import is_this_machine

_SECONDS = 60.0
_LAST_LINES = 12


class PortTaken(DockerError):
    """A port that a container is to be reached at belongs to somebody else."""


def call(*words: str, variables: dict[str, str] | None = None, seconds: float = _SECONDS) -> str:
    """Return what docker prints. Raises DockerError with what it says when it fails."""
    done = _run(words, variables or {}, seconds)
    if done.returncode:
        raise _error(words[0], done.stderr)
    return done.stdout.strip()


def succeeds(*words: str, seconds: float = _SECONDS) -> bool:
    """Whether docker does it. Raises DockerError when there is no engine to ask."""
    done = _run(words, {}, seconds)
    if done.returncode and _is_away(done.stderr):
        raise _error(words[0], done.stderr)
    return done.returncode == 0


def inspect(container: str) -> dict[str, Any] | None:
    """Return what the engine knows of a container, None when there is none of that name. Raises DockerError."""
    done = _run(("container", "inspect", container), {}, _SECONDS)
    if done.returncode == 0:
        return dict(json.loads(done.stdout)[0])
    if "no such" in done.stderr.lower():
        return None
    raise _error("inspect", done.stderr)


def image_labels(image: str) -> dict[str, str] | None:
    """Return an image's labels, None when there is no such image. Raises DockerError when there is no engine to ask."""
    done = _run(("image", "inspect", "--format", "{{json .Config.Labels}}", image), {}, _SECONDS)
    if done.returncode == 0:
        return dict(json.loads(done.stdout) or {})
    if _is_away(done.stderr):
        raise _error("image", done.stderr)
    return None


def identity() -> str:
    """Return the engine's own id. Raises DockerError."""
    return call("info", "--format", "{{.ID}}")


def last_words(container: str) -> str:
    """Return the end of a container's log."""
    done = _run(("logs", "--tail", str(_LAST_LINES), container), {}, _SECONDS)
    return redact((done.stdout + done.stderr).strip())


def build(
    tag: str,
    dockerfile: Path,
    context: Path,
    arguments: dict[str, str],
    labels: dict[str, str],
    hear: Callable[[str], None],
    stop: threading.Event,
) -> None:
    """Build an image; `hear` gets every line that docker prints. Raises DockerError, or Cancelled when `stop` is set."""
    given = [word for name, value in arguments.items() for word in ("--build-arg", f"{name}={value}")]
    given += [word for name, value in labels.items() for word in ("--label", f"{name}={value}")]
    command = [_program(), "build", *given, "-t", tag, "-f", str(dockerfile), str(context)]
    lines: list[str] = []
    with (
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl+C is for us to hear, and for us to pass on
        ) as process,
        _ended_with(process, stop),
    ):
        for line in process.stdout or ():
            lines = [*lines[1 - _LAST_LINES :], line.rstrip()]
            hear(line.rstrip())
    if stop.is_set():
        raise Cancelled("Building the image was cancelled.")
    if process.returncode:
        raise DockerError(f"The image {tag} cannot be built.", hint="Docker's last words:\n" + "\n".join(lines))


@contextmanager
def _ended_with(process: subprocess.Popen[str], stop: threading.Event) -> Iterator[None]:
    """End the process as soon as `stop` is set."""
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            if stop.wait(0.1):
                process.terminate()
                return

    watcher = threading.Thread(target=watch, name="docker build")
    watcher.start()
    try:
        yield
        process.wait()
    finally:
        process.terminate()
        over.set()
        watcher.join()


def require_local() -> None:
    """Raise DockerError for an engine on another machine: what its containers publish on 127.0.0.1 is not reached from here."""
    asked = _run(("context", "inspect", "--format", "{{.Endpoints.docker.Host}}"), {}, _SECONDS)
    host = asked.stdout.strip() if asked.returncode == 0 else os.environ.get("DOCKER_HOST", "")
    if not host or host.startswith(("unix://", "npipe://")) or is_this_machine(urlsplit(host).netloc):
        return
    raise DockerError(
        f"Docker's engine is on another machine ({host}).",
        hint="Start the container there and name its address in the settings (docker/README.md), or choose an engine of this "
        "machine (DOCKER_HOST, docker context use).",
    )


def _program() -> str:
    found = shutil.which("docker")
    if found is None:
        raise DockerError(
            "Docker is not installed: there is no docker command.",
            hint="Install it (Debian, Ubuntu: sudo apt-get install docker.io). The embedded desktop needs none.",
        )
    return found


def _run(words: tuple[str, ...], variables: dict[str, str], seconds: float) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            [_program(), *words],
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired:
        raise DockerError(
            f"docker {words[0]} did not end within {seconds:g} s.", hint="Is the engine well? Try: docker info"
        ) from None


def _is_away(said: str) -> bool:
    return "docker daemon" in said.lower() or "permission denied" in said.lower()


def _error(verb: str, said: str) -> DockerError:
    text = redact(said.strip()) or "it does not say why"
    if "permission denied" in text.lower() and "docker" in text.lower():
        return DockerError(
            "This user may not use the Docker engine.",
            hint="Join its group and log in again: sudo usermod -aG docker $USER (whoever is in it can become root).",
        )
    if "docker daemon" in text.lower():
        return DockerError(
            "The Docker engine is not running.",
            hint=f"Start it: sudo systemctl start docker. Docker says: {text.splitlines()[0]}",
        )
    if "port is already allocated" in text or "address already in use" in text:
        return PortTaken("A port that the container is to be reached at is taken.", hint=text.splitlines()[-1])
    return DockerError(f"docker {verb} failed.", hint=f"Docker says: {text}")
