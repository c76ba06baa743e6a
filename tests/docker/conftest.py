"""Images built from this checkout, and containers that end with their tests. The engine is the one that DOCKER_HOST names."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Iterator

import pytest

from support.containers import ROOT, Container, begin, build


@pytest.fixture(scope="session")
def base_image() -> str:
    """ubuntu:24.04, or what stands in for it here."""
    found: str = runpy.run_path(str(ROOT / "scripts/base_image.py"))["base_image"]()
    return found


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
