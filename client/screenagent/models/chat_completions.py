"""Chat completions with a picture, as OpenAI, vLLM, SGLang, Ollama and llama.cpp serve them (dialects.md, section 4)."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from screenagent.domain.events import Event
from screenagent.domain.exchange import Prompt, Reply
from screenagent.errors import ModelAnswerInvalid
from screenagent.models.http import JsonClient, StatusError
from screenagent.models.options import ModelOptions
from screenagent.ports import Cancel

_PATH = "/chat/completions"


class ChatCompletionsModel:
    """Implements `ports.Model`. Parameters that a server rejects are left out from then on."""

    def __init__(self, options: ModelOptions) -> None:
        """Take the server's address: the whole one, its ``/v1``, or the bare host.

        Raises:
            SettingsError: the address or the key cannot be used.
        """
        self._options = options
        self._client = JsonClient(options, _complete)
        self._sampling: dict[str, Any] = {
            name: value
            for name, value in (
                ("temperature", options.temperature),
                ("top_p", options.top_p),
                ("max_tokens", options.max_tokens),
            )
            if value is not None
        }

    @property
    def name(self) -> str:
        """The name a person gave it in the settings."""
        return self._options.name

    def complete(
        self, prompt: Prompt, cancel: Cancel, emit: Callable[[Event], None], finished: Callable[[str], bool] = lambda text: False
    ) -> Reply:
        """Ask and wait for the whole reply.

        Raises:
            ModelError: and its kinds, once retrying is over.
            Cancelled: within 100 ms of the cancelling.
        """
        sampling = self._sampling
        while True:
            try:
                answer, seconds = self._client.post({**self._body(prompt), **sampling}, cancel, emit)
            except StatusError as error:
                accepted = _without_rejected(sampling, error)
                if accepted == sampling:
                    raise
                sampling = accepted
            else:
                self._sampling = sampling
                return self._reply(answer, seconds)

    def _body(self, prompt: Prompt) -> dict[str, Any]:
        image = base64.b64encode(prompt.picture.data).decode("ascii")
        content = [
            {"type": "text", "text": prompt.text},
            {"type": "image_url", "image_url": {"url": f"data:{prompt.picture.media_type};base64,{image}"}},
        ]
        body: dict[str, Any] = {"model": self._options.model_name, "messages": [{"role": "user", "content": content}]}
        if prompt.context is not None:
            body["context"] = dict(prompt.context)
        return body

    def _reply(self, answer: dict[str, Any], seconds: float) -> Reply:
        choice = _first(answer.get("choices"))
        message = choice.get("message")
        text = _text(message) if isinstance(message, dict) else None
        why = choice.get("finish_reason")
        if text is None or (not text and why == "length"):
            hint = f'Check target_url and protocol of "{self._options.name}".'
            if why == "length":
                hint = f'Its thoughts took all the tokens; raise max_tokens of "{self._options.name}".'
            raise ModelAnswerInvalid(
                f"The answer of {self._client.shown} holds no text"
                + (f" (finish_reason: {why})." if isinstance(why, str) else "."),
                hint=hint,
            )
        usage = answer.get("usage")
        usage = usage if isinstance(usage, dict) else {}
        return Reply(
            text, self._options.name, seconds, _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens"))
        )


def _complete(path: str) -> str:
    if path.endswith(_PATH):
        return path
    return (path or "/v1") + _PATH


def _without_rejected(sampling: dict[str, Any], error: StatusError) -> dict[str, Any]:
    """Return the parameters without those that the server says it does not take."""
    if error.status not in (400, 422):
        return sampling
    accepted = {name: value for name, value in sampling.items() if name == "max_tokens" or name not in error.text}
    if "max_tokens" in accepted and "max_tokens" in error.text:
        accepted["max_completion_tokens"] = accepted.pop("max_tokens")
    return accepted


def _first(choices: object) -> dict[str, Any]:
    return choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}


def _text(message: dict[str, Any]) -> str | None:
    """Return the words of a message: its content, one text or a list of parts, or else the refusal."""
    content = message.get("content")
    if isinstance(content, str) and (content or not message.get("refusal")):
        return content
    if isinstance(content, list):
        parts = [part["text"] for part in content if isinstance(part, dict) and isinstance(part.get("text"), str)]
        if parts:
            return "".join(parts)
    refusal = message.get("refusal")
    return refusal if isinstance(refusal, str) and refusal else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
