"""The image's modules, which are no package's: found beside each other as in the image."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

PROGRAMS = Path(__file__).parents[3] / "docker/desktop"


@pytest.fixture(scope="session")
def module() -> Iterator[Callable[[str], ModuleType]]:
    """Import a module of the image by its name."""
    sys.path.insert(0, str(PROGRAMS))
    yield importlib.import_module
    sys.path.remove(str(PROGRAMS))
    for name in [path.stem for path in PROGRAMS.glob("*.py")]:
        sys.modules.pop(name, None)
