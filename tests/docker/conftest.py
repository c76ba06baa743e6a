"""Images built from this checkout, and containers that end with their tests. The engine is the one that DOCKER_HOST names."""

from __future__ import annotations

import os
import runpy
from collections.abc import Callable, Iterator

import pytest

from support.containers import KEEP, ROOT, Container, begin, build, is_private, remove_images

KEPT = pytest.StashKey[str]()


@pytest.fixture(scope="session")
def base_image(request: pytest.FixtureRequest) -> Iterator[str]:
    """ubuntu:24.04, or what stands in for it here. What was built on it goes at the end; a private engine goes as a whole."""
    base = os.environ.get("SCREENAGENT_TEST_BASE_IMAGE") or _find_base()
    yield base
    if not (is_private() or os.environ.get(KEEP)):
        remove_images()
        request.config.stash[KEPT] = base


def _find_base() -> str:
    script = runpy.run_path(str(ROOT / "scripts/base_image.py"))
    try:
        found: str = script["base_image"]()
    except script["Impossible"] as reason:
        pytest.skip(f"no base image: {reason}")
    return found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if KEPT in config.stash:
        kept = config.stash[KEPT]
        terminalreporter.write_line(f"The engine keeps the base image {kept}; with {KEEP}=1 also what was built on it.")


@pytest.fixture(scope="session")
def plain_image(base_image: str) -> str:
    """The desktop's image without a browser and without office programs."""
    return build("screenagent-test-desktop:plain", "docker/desktop/Dockerfile", BASE_IMAGE=base_image, BROWSER="none")


@pytest.fixture(scope="session")
def desktop_image(base_image: str, plain_image: str) -> str:
    """The desktop's image as it is built by default."""
    return build("screenagent-test-desktop:default", "docker/desktop/Dockerfile", BASE_IMAGE=base_image)


@pytest.fixture(scope="session")
def worker_image(base_image: str) -> str:
    """The OCR worker's image."""
    return build("screenagent-test-worker:default", "docker/worker/Dockerfile", BASE_IMAGE=base_image)


@pytest.fixture
def start(plain_image: str) -> Iterator[Callable[..., Container]]:
    """``start(*docker_options, image=plain, **variables)``: a container that ends with the test."""
    begun: list[Container] = []

    def one(*options: str, image: str = plain_image, **variables: str) -> Container:
        begun.append(begin(image, *options, **variables))
        return begun[-1]

    yield one
    for container in begun:
        container.remove()


@pytest.fixture(scope="module")
def container(desktop_image: str) -> Iterator[Container]:
    """A desktop from the default image that the tests of a module share."""
    begun = begin(desktop_image)
    yield begun.wait()
    begun.remove()
