"""One file a wire protocol: how a prompt reaches a model server and how the reply comes back.

A third party adds a protocol with one module and one entry point in the group ``screenagent.models`` that names its class.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from screenagent.models.chat_completions import ChatCompletionsModel
from screenagent.models.moving import MovingModel
from screenagent.models.options import ModelOptions
from screenagent.models.proxies import session_to
from screenagent.models.reading import WorkerReader
from screenagent.models.scripted import ScriptedModel
from screenagent.models.worker_generate import WorkerGenerateModel
from screenagent.ports import Model
from screenagent.settings.plugins import PROTOCOLS

BUILT_IN: Mapping[str, Callable[[ModelOptions], Model]] = {
    "chat_completions": ChatCompletionsModel,
    "scripted": ScriptedModel,
    "worker_generate": WorkerGenerateModel,
}

__all__ = ["BUILT_IN", "ModelOptions", "MovingModel", "WorkerReader", "make", "names", "session_to"]


def names() -> tuple[str, ...]:
    """The protocols that can be spoken, built in or installed."""
    return PROTOCOLS.names(BUILT_IN)


def make(protocol: str, options: ModelOptions) -> Model:
    """Make a model's adapter by its protocol's name in the settings.

    Raises:
        SettingsError: there is no such protocol, it cannot be loaded, or the options are wrong.
    """
    return PROTOCOLS.find(protocol, BUILT_IN)(options)
