"""A model whose server may move while a run goes on, as the embedded desktop's worker does when that desktop starts afresh."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from screenagent.domain.events import Event
from screenagent.domain.exchange import Prompt, Reply
from screenagent.models.options import ModelOptions
from screenagent.ports import Cancel, Model


class MovingModel:
    """Implements `ports.Model` by an adapter that is made anew whenever `address` tells another one."""

    def __init__(self, options: ModelOptions, make: Callable[[ModelOptions], Model], address: Callable[[], str]) -> None:
        """Make the adapter for where the server is now. Raises SettingsError like `make` and `address`."""
        self._options = replace(options, target_url=address())
        self._make = make
        self._address = address
        self._inner = make(self._options)

    @property
    def name(self) -> str:
        """The name a person gave it in the settings."""
        return self._options.name

    def complete(
        self, prompt: Prompt, cancel: Cancel, emit: Callable[[Event], None], finished: Callable[[str], bool] = lambda text: False
    ) -> Reply:
        """Ask where the server is now; `ports.Model` says what this raises."""
        address = self._address()
        if address != self._options.target_url:
            self._options = replace(self._options, target_url=address)
            self._inner = self._make(self._options)
        return self._inner.complete(prompt, cancel, emit, finished)
