"""JSON over HTTP as models speak it: retries that can be told and stopped, and errors that say what to do."""

from __future__ import annotations

import email.utils
import json
import random
import re
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

import requests
from urllib3.exceptions import HTTPError

from screenagent.domain.events import CallRetried, Event
from screenagent.errors import (
    ModelAnswerInvalid,
    ModelError,
    ModelRefused,
    ModelTimeout,
    ModelUnreachable,
    SettingsError,
)
from screenagent.log import hide, redact
from screenagent.models.call import Answer, Request, TimedOut, TooLarge, post
from screenagent.models.options import ModelOptions
from screenagent.models.proxies import is_here
from screenagent.ports import Cancel

FIRST_DELAY = 0.5
LONGEST_DELAY = 60.0
PASSING = frozenset({408, 429, 500, 502, 503, 504, 529})
"""Statuses that may be gone in a moment."""

_SHOWN = 300


class StatusError(ModelRefused):
    """The server answered with an error status; `status` and the server's own `text`."""

    def __init__(self, message: str, status: int, text: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.text = text


class _Passing(Exception):
    """A failure worth another try: why, how long the server asks to wait, and the error for when it does not pass."""

    def __init__(self, reason: str, error: ModelError, wait: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.error = error
        self.wait = wait


class JsonClient:
    """Posts JSON objects to one address for one model."""

    def __init__(self, options: ModelOptions, path: Callable[[str], str]) -> None:
        """Check the address of `options` and complete it: `path` turns the given path into the one to use.

        Raises:
            SettingsError: the address is no HTTP address, or the key cannot be sent in a header.
        """
        parts = _split(options)
        self._options = options
        self._url = urlunsplit(parts._replace(path=path(parts.path.rstrip("/"))))
        self.shown = urlunsplit(
            parts._replace(netloc=parts.netloc.rpartition("@")[2], path=path(parts.path.rstrip("/")), query="")
        )
        self._use_proxies = not is_here(parts.hostname or "")
        self._headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "screenagent"}
        key = options.api_key.strip()
        if not (key.isascii() and key.isprintable()):
            raise SettingsError(f'The api_key of "{options.name}" holds characters that cannot be sent.')
        if key:
            hide(key)
            self._headers["Authorization"] = f"Bearer {key}"

    def post(self, body: Mapping[str, Any], cancel: Cancel, emit: Callable[[Event], None]) -> tuple[dict[str, Any], float]:
        """Post `body`; return the JSON object that came back and the seconds it took. Retries are told through `emit`.

        Raises:
            StatusError: the server answered with an error status that does not pass.
            ModelUnreachable, ModelTimeout, ModelRefused, ModelAnswerInvalid: the call failed for good.
            Cancelled: within 100 ms of the cancelling.
        """
        options = self._options
        request = Request(
            self._url, json.dumps(body).encode(), self._headers, options.timeout, options.connect_timeout, self._use_proxies
        )
        attempt = 1
        while True:
            try:
                return self._once(request, cancel)
            except _Passing as failure:
                delay = _delay(attempt) if failure.wait is None else failure.wait
                if attempt > options.retries or delay > LONGEST_DELAY:
                    raise failure.error from failure.__cause__
                attempt += 1
                emit(CallRetried(attempt, round(delay, 2), failure.reason))
            cancel.wait(delay)
            cancel.check()

    def _once(self, request: Request, cancel: Cancel) -> tuple[dict[str, Any], float]:
        try:
            answer = post(request, cancel)
        except TimedOut as error:
            raise ModelTimeout(
                f"The model at {self.shown} did not answer within {request.timeout:g} s.",
                hint=f'Raise timeout of "{self._options.name}" in the settings if it is only slow.',
            ) from error
        except TooLarge as error:
            raise ModelAnswerInvalid(f"The answer of {self.shown} is longer than 16 MB.", hint=self._address_hint) from error
        except (requests.RequestException, HTTPError, OSError) as error:
            raise self._no_answer(error) from error
        if not 200 <= answer.status < 300:
            raise self._status(answer)
        return self._object(answer), answer.seconds

    def _no_answer(self, error: Exception) -> Exception:
        """What to raise for an exchange that broke."""
        causes = list(_causes(error))
        if isinstance(error, requests.exceptions.SSLError):
            return ModelUnreachable(
                f"No secure connection to {self.shown}: {_short(redact(str(causes[-1])))}",
                hint="Check that target_url begins with the right http:// or https://, and the server's certificate.",
            )
        for cause in causes:
            if isinstance(cause, socket.gaierror):
                unknown = ModelUnreachable(
                    f"The name of the model server in {self.shown} cannot be found.", hint="Check target_url, and the network."
                )
                return _Passing("name look-up failed", unknown) if cause.errno == socket.EAI_AGAIN else unknown
            if isinstance(cause, ConnectionRefusedError):
                return _Passing(
                    "connection refused",
                    ModelUnreachable(
                        f"Nothing answers at {self.shown}: the connection was refused.",
                        hint="Is the worker running? Start it, or check target_url.",
                    ),
                )
        if isinstance(error, requests.exceptions.ChunkedEncodingError):
            broken = ModelAnswerInvalid(f"The answer of {self.shown} broke off half-way.", hint="See the server's log.")
            return _Passing("the answer broke off", broken)
        if any(isinstance(cause, TimeoutError) for cause in causes):
            reason, sentence = "no connection in time", f"No connection to {self.shown} came about in time."
        else:
            reason, sentence = "connection lost", f"The connection to {self.shown} broke before an answer came."
        return _Passing(reason, ModelUnreachable(sentence, hint="Is the worker overloaded or stopping? See its log."))

    def _status(self, answer: Answer) -> Exception:
        """What to raise for an error status."""
        status, name = answer.status, self._options.name
        text = _server_text(answer)
        says = f": {text}" if text else "."
        message, hint = f"The server at {self.shown} answered with status {status}{says}", ""
        if status in (401, 403):
            if "Authorization" in self._headers:
                message = f"The server at {self.shown} refused the key ({status}){says}"
            else:
                message = f"The server at {self.shown} wants a key ({status}){says}"
            hint = f'Check api_key of "{name}" in the settings.'
        elif status == 404:
            message = f"There is nothing at {self.shown}, or it has no model of that name (404){says}"
            hint = f'Check target_url and model_name ("{self._options.model_name}") of "{name}".'
        elif status == 405:
            hint = self._address_hint
        elif status == 413:
            hint = "The picture is too large for the server; send JPEG, or a smaller max_side."
        elif 300 <= status < 400:
            hint = (
                f"It points to {_short(redact(answer.headers.get('location', 'nowhere')))}; use the final address as target_url."
            )
        if status not in PASSING:
            return StatusError(message, status, text, hint=hint)
        wait = _retry_after(answer.headers.get("retry-after", ""))
        if status == 429:
            hint = f"Too many requests; it asks to wait {wait:g} s." if wait else "Too many requests; wait, or check the quota."
            return _Passing("too many requests (429)", StatusError(message, status, text, hint=hint), wait)
        return _Passing(f"status {status}", ModelUnreachable(message, hint="See the server's log."), wait)

    def _object(self, answer: Answer) -> dict[str, Any]:
        try:
            loaded = json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            kind = answer.headers.get("content-type", "").partition(";")[0] or "no content type"
            begins = _short(redact(answer.body[:_SHOWN].decode("utf-8", "replace"))) or "nothing"
            what = "broken JSON" if kind.endswith("json") else f"not JSON but {kind}"
            raise ModelAnswerInvalid(f"The answer of {self.shown} is {what}: {begins}", hint=self._address_hint) from error
        if not isinstance(loaded, dict):
            raise ModelAnswerInvalid(f"The answer of {self.shown} is JSON, but not an object.", hint=self._address_hint)
        return loaded

    @property
    def _address_hint(self) -> str:
        return f'Check that target_url of "{self._options.name}" is the address of the model, and its protocol.'


def _split(options: ModelOptions) -> SplitResult:
    try:
        parts = urlsplit(options.target_url.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError(
            f'The target_url of "{options.name}" is not an HTTP address: "{redact(options.target_url)}".',
            hint="It looks like http://127.0.0.1:40000/worker_generate or https://host/v1.",
        )
    if parts.password:
        hide(parts.password)
    return parts


def _causes(error: BaseException) -> Iterator[BaseException]:
    step: BaseException | None = error
    while step is not None:
        yield step
        step = step.__cause__ or step.__context__


def _delay(attempt: int) -> float:
    """Seconds before the try that follows `attempt`: doubled each time, and spread so that callers do not march in step."""
    return min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** (attempt - 1)) * random.uniform(0.6, 1.0)


def _retry_after(value: str) -> float | None:
    """Return the seconds of a Retry-After header: a number, or a date (RFC 9110, section 10.2.3)."""
    if re.fullmatch(r"\d{1,6}(\.\d{1,6})?", value.strip()):
        return float(value)
    try:
        date = email.utils.parsedate_to_datetime(value)
        return max(0.0, date.timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None


def _server_text(answer: Answer) -> str:
    """Return what the server says about its error, in one short line."""
    text = answer.body[:100_000].decode("utf-8", "replace")
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        said = re.sub(r"<(script|style)\b[^<]*|<[^>]{0,500}>", " ", text[:10_000])
    for _ in range(3):
        if not isinstance(said, dict):
            break
        said = next((said[key] for key in ("error", "message", "detail", "text") if said.get(key)), "")
    return _short(redact(said if isinstance(said, str) else json.dumps(said)))


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
