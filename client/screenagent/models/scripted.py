"""A model that says what it is told to, in order: for tests, demonstrations and trying a desktop without any model."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import yaml

from screenagent.domain.events import Event
from screenagent.domain.exchange import Prompt, Reply, Role
from screenagent.errors import ModelError, SettingsError, did_you_mean
from screenagent.models.options import ModelOptions
from screenagent.ports import Cancel


class ScriptedModel:
    """Implements `ports.Model`. Replies stand in one list for all calls, or in one list for each role."""

    def __init__(self, options: ModelOptions) -> None:
        """Take the replies of `options`; a file is YAML or JSON: a list of texts, or a mapping from role to such a list.

        Raises:
            SettingsError: the file cannot be read, or holds something else.
        """
        self._name = options.name
        self._delay = options.delay
        replies = options.replies
        script = {"": replies} if isinstance(replies, tuple) else _load(replies)
        self._script: Mapping[str, tuple[str, ...]] = script
        self._told = dict.fromkeys(script, 0)

    @property
    def name(self) -> str:
        """The name a person gave it in the settings."""
        return self._name

    def complete(
        self, prompt: Prompt, cancel: Cancel, emit: Callable[[Event], None], finished: Callable[[str], bool] = lambda text: False
    ) -> Reply:
        """Return the next reply, after the delay.

        Raises:
            ModelError: there is none left.
            Cancelled: on cancelling.
        """
        started = time.monotonic()
        cancel.check()
        cancel.wait(self._delay)
        cancel.check()
        part = prompt.role.value if prompt.role.value in self._script else ""
        replies = self._script.get(part, ())
        at = self._told.get(part, 0)
        if at >= len(replies):
            raise ModelError(
                f'The scripted model "{self._name}" has no reply left for the {prompt.role.value}; it had {len(replies)}.',
                hint="Add replies to its list or file.",
            )
        self._told[part] = at + 1
        return Reply(replies[at], self._name, time.monotonic() - started)


def _load(path: Path) -> dict[str, tuple[str, ...]]:
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: the file of replies cannot be read: {error}") from error
    except yaml.YAMLError as error:
        raise SettingsError(f"{path}: this is not YAML or JSON: {error}") from error
    parts = loaded if isinstance(loaded, dict) else {"": loaded}
    roles = [role.value for role in Role]
    for part, replies in parts.items():
        if part and part not in roles:
            raise SettingsError(f'{path}: there is no role "{part}"{did_you_mean(str(part), roles)}; use {", ".join(roles)}')
        if not isinstance(replies, list) or not all(isinstance(reply, str) for reply in replies):
            raise SettingsError(f"{path}: {part or 'the file'} should hold a list of texts")
    return {part: tuple(replies) for part, replies in parts.items()}
