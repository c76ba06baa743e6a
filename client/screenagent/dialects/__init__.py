"""One file a model family: how it is asked, how its reply is read, which coordinates it speaks.

A third party adds a family with one module and one entry point in the group ``screenagent.dialects`` that names its class.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import Any

from screenagent.dialects.screenagent import ScreenAgentDialect
from screenagent.errors import SettingsError, did_you_mean
from screenagent.ports import Dialect

ENTRY_POINTS = "screenagent.dialects"
BUILT_IN: Mapping[str, Callable[..., Dialect]] = {"screenagent": ScreenAgentDialect}


def names() -> tuple[str, ...]:
    """The dialects that can be made, built in or installed."""
    return tuple(sorted({*BUILT_IN, *entry_points(group=ENTRY_POINTS).names}))


def make(name: str, **options: Any) -> Dialect:
    """Make a dialect by its name in the settings.

    Raises:
        SettingsError: there is no such dialect, it cannot be loaded, or its own settings are wrong.
    """
    if name in BUILT_IN:
        return BUILT_IN[name](**options)
    for entry in entry_points(group=ENTRY_POINTS, name=name):
        try:
            factory: Callable[..., Dialect] = entry.load()
        except (ImportError, AttributeError) as error:
            raise SettingsError(f'The dialect "{name}" is installed ({entry.value}) but cannot be loaded: {error}') from error
        return factory(**options)
    raise SettingsError(f'There is no dialect "{name}"{did_you_mean(name, names())}', hint=f"Known: {', '.join(names())}.")
