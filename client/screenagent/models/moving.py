"""A model whose server may move while a run goes on, as the embedded desktop's worker does when that desktop starts afresh."""

from __future__ import annotations

from collections.abc import Callable

from screenagent.domain.events import Event
from screenagent.domain.exchange import Prompt, Reply
from screenagent.models.options import ModelOptions
from screenagent.ports import Cancel, Model


class MovingModel:
    """Implements `ports.Model` by an adapter that is made anew whenever `options` tells other ones."""

    def __init__(self, make: Callable[[ModelOptions], Model], options: Callable[[], ModelOptions]) -> None:
        """Make the adapter for where the server is now. Raises SettingsError like `make` and `options`."""
        self._make = make
        self._ask = options
        self._options = options()
        self._inner = make(self._options)

    @property
    def name(self) -> str:
        """The name a person gave it in the settings."""
        return self._options.name

    def complete(
        self, prompt: Prompt, cancel: Cancel, emit: Callable[[Event], None], finished: Callable[[str], bool] = lambda text: False
    ) -> Reply:
        """Ask where the server is now; `ports.Model` says what this raises."""
        options = self._ask()
        if options != self._options:
            self._options = options
            self._inner = self._make(self._options)
        return self._inner.complete(prompt, cancel, emit, finished)
