"""One file a wire protocol: how a prompt reaches a model server and how the reply comes back.

A third party adds a protocol with one module and one entry point in the group ``screenagent.models`` that names its class.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points

from screenagent.errors import SettingsError, did_you_mean
from screenagent.models.chat_completions import ChatCompletionsModel
from screenagent.models.options import ModelOptions
from screenagent.models.proxies import session_to
from screenagent.models.scripted import ScriptedModel
from screenagent.models.worker_generate import WorkerGenerateModel
from screenagent.ports import Model

ENTRY_POINTS = "screenagent.models"
BUILT_IN: Mapping[str, Callable[[ModelOptions], Model]] = {
    "chat_completions": ChatCompletionsModel,
    "scripted": ScriptedModel,
    "worker_generate": WorkerGenerateModel,
}

__all__ = ["BUILT_IN", "ENTRY_POINTS", "ModelOptions", "make", "names", "session_to"]


def names() -> tuple[str, ...]:
    """The protocols that can be spoken, built in or installed."""
    return tuple(sorted({*BUILT_IN, *entry_points(group=ENTRY_POINTS).names}))


def make(protocol: str, options: ModelOptions) -> Model:
    """Make a model's adapter by its protocol's name in the settings.

    Raises:
        SettingsError: there is no such protocol, it cannot be loaded, or the options are wrong.
    """
    if protocol in BUILT_IN:
        return BUILT_IN[protocol](options)
    for entry in entry_points(group=ENTRY_POINTS, name=protocol):
        try:
            factory: Callable[[ModelOptions], Model] = entry.load()
        except (ImportError, AttributeError) as error:
            raise SettingsError(
                f'The protocol "{protocol}" is installed ({entry.value}) but cannot be loaded: {error}'
            ) from error
        return factory(options)
    raise SettingsError(
        f'There is no protocol "{protocol}"{did_you_mean(protocol, names())}', hint=f"Known: {', '.join(names())}."
    )
