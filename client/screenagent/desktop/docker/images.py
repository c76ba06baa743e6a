"""The images of desktop and worker: their names, and how they are built from a checkout when they are missing or out of date."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from screenagent.desktop.docker import engine
from screenagent.errors import DockerError

CHECKOUT = Path(__file__).resolve().parents[4]
DESKTOP = "screenagent-desktop"
WORKER = "screenagent-worker"
_DOCKERFILES = {DESKTOP: "docker/desktop/Dockerfile", WORKER: "docker/worker/Dockerfile"}
_SOURCES = {
    DESKTOP: ("docker/desktop", "client/screenagent/desktop/xfce", "clipboard_server", "scripts/packages.txt", "constraints.txt"),
    WORKER: ("docker/worker", "client", "model_workers", "clipboard_server", "pyproject.toml", "constraints.txt"),
}
_SOURCE_LABEL = "org.screenagent.source"
_BASE_LABEL = "org.screenagent.base"
_STEP = re.compile(r"Step \d+/\d+ : .*|#\d+ \[.*")
_LONGEST_STEP = 100


@dataclass(frozen=True)
class Recipe:
    """Which images to use, and the base that those of ours are built on (the Dockerfiles' own, or the last one, when empty)."""

    desktop: str = DESKTOP
    worker: str = WORKER
    base: str = ""


def ensure(recipe: Recipe, worker: bool, on_progress: Callable[[str], None], cancelled: threading.Event) -> None:
    """Build what is missing, or was built by us from other sources; `on_progress` hears every step.

    Raises DockerError, Cancelled.
    """
    for image, usual in ((recipe.desktop, DESKTOP), *([(recipe.worker, WORKER)] if worker else [])):
        if image == usual and (CHECKOUT / _DOCKERFILES[usual]).is_file():
            _build_if_old(usual, recipe.base, on_progress, cancelled)
        else:
            require(image)


def require(image: str) -> None:
    """Raise DockerError when there is no such image here."""
    if engine.succeeds("image", "inspect", image):
        return
    if image in _DOCKERFILES:
        hint = f"In a checkout of ScreenAgent: docker build -t {image} -f {_DOCKERFILES[image]} ."
    else:
        hint = f"If a registry has it: docker pull {image}. Left out, {DESKTOP} is used, which is built when it is missing."
    raise DockerError(f"There is no image {image} here.", hint=hint)


def _build_if_old(image: str, base: str, on_progress: Callable[[str], None], cancelled: threading.Event) -> None:
    """Build one of our images, unless it is there: built by a person, or by us from the same sources on the same base."""
    source = _fingerprint(image)
    labels = engine.image_labels(image)
    if labels is not None:
        if _SOURCE_LABEL not in labels and not base:
            return
        base = base or labels.get(_BASE_LABEL, "")
        if labels.get(_SOURCE_LABEL) == source and labels.get(_BASE_LABEL, "") == base:
            return
    why = "once; some minutes" if labels is None else "it was built from other sources"
    on_progress(f"Building the image {image} ({why})")
    arguments = {"BASE_IMAGE": base} if base else {}
    made_from = {_SOURCE_LABEL: source, _BASE_LABEL: base}
    engine.build(image, CHECKOUT / _DOCKERFILES[image], CHECKOUT, arguments, made_from, _steps(on_progress), cancelled)


def _fingerprint(image: str) -> str:
    """Return a hash over the names and contents of what the image is built from."""
    total = hashlib.sha256()
    for name in _SOURCES[image]:
        place = CHECKOUT / name
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file() and "__pycache__" not in path.parts:
                total.update(f"{path.relative_to(CHECKOUT)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:16]


def _steps(on_progress: Callable[[str], None]) -> Callable[[str], None]:
    """Let through what tells a step of the build, cut to a line."""

    def hear(line: str) -> None:
        if _STEP.fullmatch(line):
            on_progress(f"  {line[:_LONGEST_STEP]}")

    return hear
