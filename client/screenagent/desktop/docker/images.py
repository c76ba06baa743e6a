"""The images of desktop and worker: their names, and how they are built from a checkout when they are missing."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from screenagent import __version__
from screenagent.desktop.docker import engine
from screenagent.errors import DockerError

CHECKOUT = Path(__file__).resolve().parents[4]
_STEP = re.compile(r"Step \d+/\d+ : .*|#\d+ \[.*")
_LONGEST_STEP = 100


@dataclass(frozen=True)
class Recipe:
    """Which images to use, and the base that missing ones are built on (the Dockerfiles' own when empty)."""

    desktop: str = f"screenagent-desktop:{__version__}"
    worker: str = f"screenagent-worker:{__version__}"
    base: str = ""


def ensure(recipe: Recipe, worker: bool, on_progress: Callable[[str], None], cancelled: threading.Event) -> None:
    """Build what is missing; `on_progress` hears every step. Raises DockerError, Cancelled."""
    wanted = {recipe.desktop: "docker/desktop/Dockerfile", **({recipe.worker: "docker/worker/Dockerfile"} if worker else {})}
    for image, dockerfile in wanted.items():
        if engine.succeeds("image", "inspect", image):
            continue
        if not (CHECKOUT / dockerfile).is_file():
            raise DockerError(
                f"There is no image {image} here, and no checkout to build it from.",
                hint=f"In a checkout of ScreenAgent: docker build -t {image} -f {dockerfile} .",
            )
        on_progress(f"Building the image {image} (once; some minutes)")
        arguments = {"BASE_IMAGE": recipe.base} if recipe.base else {}
        engine.build(image, str(CHECKOUT / dockerfile), str(CHECKOUT), arguments, _steps(on_progress), cancelled)


def _steps(on_progress: Callable[[str], None]) -> Callable[[str], None]:
    """Let through what tells a step of the build, cut to a line."""

    def hear(line: str) -> None:
        if _STEP.fullmatch(line):
            on_progress(f"  {line[:_LONGEST_STEP]}")

    return hear
