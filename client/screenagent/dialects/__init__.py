"""One file a model family: how it is asked, how its reply is read, which coordinates it speaks.

A third party adds a family with one module and one entry point in the group ``screenagent.dialects`` that names its class.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from screenagent.dialects.screenagent import ScreenAgentDialect
from screenagent.ports import Dialect
from screenagent.settings.plugins import DIALECTS

BUILT_IN: Mapping[str, Callable[..., Dialect]] = {"screenagent": ScreenAgentDialect}


def names() -> tuple[str, ...]:
    """The dialects that can be made, built in or installed."""
    return DIALECTS.names(BUILT_IN)


def make(name: str, **options: Any) -> Dialect:
    """Make a dialect by its name in the settings.

    Raises:
        SettingsError: there is no such dialect, it cannot be loaded, or its own settings are wrong.
    """
    return DIALECTS.find(name, BUILT_IN)(**options)
