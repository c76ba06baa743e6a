"""Each model: its server answers, takes our key, knows the model, and the model sees pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests

from screenagent import models as adapters
from screenagent.cli.checks.eyesight import Chart, is_blind, new_chart, refuses_pictures
from screenagent.cli.checks.findings import NO_SETTINGS, Finding, Patient, note, ok, problem, problem_of
from screenagent.dialects.screenagent import ScreenAgentDialect
from screenagent.domain.actions import Click
from screenagent.domain.exchange import Reply, Role, Situation
from screenagent.domain.plan import Plan
from screenagent.domain.text import shortened
from screenagent.errors import ModelAnswerInvalid, ModelRefused, ModelTimeout, ModelUnreachable, ScreenAgentError, did_you_mean
from screenagent.log import redact
from screenagent.models import ModelOptions
from screenagent.ports import Cancel
from screenagent.settings import EMBEDDED, Backend

_LOOK_SECONDS = 5.0
_SHOWN = 160
_NAMES_SHOWN = 8


def models(patient: Patient, cancel: Cancel) -> Iterator[Finding]:
    """Ask every model in use one small question, through the adapter that runs use."""
    if patient.settings is None:
        yield NO_SETTINGS
    for backend in patient.backends.values():
        try:
            yield _examine(patient, backend, cancel)
        except ScreenAgentError as error:
            yield _named(backend, problem_of(error))


def _examine(patient: Patient, backend: Backend, cancel: Cancel) -> Finding:
    name, options = backend.name, ModelOptions.of(backend)
    if backend.target_url == EMBEDDED:
        here = patient.settings is not None and patient.settings.desktop.embedded
        if here and patient.running is None:
            return ok(f"{name}: starts with the embedded desktop")
        worker = patient.running.worker_url if patient.running else None
        if worker is None:
            left = "the embedded desktop that is running has none" if here else "these settings use no embedded desktop"
            return problem(
                f"{name}: target_url is embedded, the worker beside the embedded desktop, but {left}.",
                "Start screenagent-worker and give its address, or set remote_vnc_server.embedded: true "
                "(screenagent desktop stop ends one that is running).",
            )
        options = options.beside(worker, patient.running.worker_token if patient.running else "")
    url = options.target_url
    limit = min(backend.timeout, patient.ask_seconds)
    model = adapters.make(backend.protocol, _unhurried(options, limit))
    if backend.protocol == "scripted":
        return ok(f"{name}: scripted, from {backend.replies}")
    chart = new_chart()
    patient.say(f"asking {name} what it sees on a small picture, at most {limit:g} s")
    try:
        if not backend.send_context:
            return _judge(backend, chart, model.complete(chart.question(backend.image_format), cancel, lambda event: None))
        failed = _failed_start(backend, url)
        if failed:
            return failed
        return _judge_worker(backend, chart, model, cancel)
    except ModelTimeout as error:
        return problem(
            f"{name}: {error.message}",
            "It may still be loading its model, or be slow: see its log, and try again. "
            f"Runs wait {backend.timeout:g} s (timeout).",
            status=error.exit_status,
        )
    except (ModelRefused, ModelUnreachable) as error:
        return _refused(backend, url, error)


def _unhurried(options: ModelOptions, seconds: float) -> ModelOptions:
    return replace(options, timeout=seconds, connect_timeout=min(options.connect_timeout, seconds), retries=0)


def _judge(backend: Backend, chart: Chart, reply: Reply) -> Finding:
    if chart.is_read_by(reply.text):
        return ok(f"{backend.name}: answers in {reply.seconds:.1f} s and sees pictures")
    said = f'it replied "{_short(reply.text)}"' if reply.text.strip() else "its reply was empty"
    blind = is_blind(reply.text)
    if blind or (backend.dialect == "screenagent" and backend.protocol == "chat_completions"):
        return problem(
            f"{backend.name}: it does not see pictures. Asked for the digits {chart.digits} on a test picture, {said}.",
            f"Choose a vision-language model for llm_api.{backend.name}.model_name. If it is one, its server drops the picture: "
            "llama.cpp needs --mmproj, others a chat template for pictures.",
            status=ModelRefused.exit_status,
        )
    return note(
        f"{backend.name}: answers in {reply.seconds:.1f} s, but does not name the digits {chart.digits} on a test picture; "
        f"{said}.",
        "Nothing is wrong if this family was trained only to act; else see that its model gets pictures.",
    )


def _judge_worker(backend: Backend, chart: Chart, model: Any, cancel: Cancel) -> Finding:
    """Let our own worker find the digits on the picture: it answers by rules, and only to tasks."""
    task = f'Click "{chart.digits}"'
    dialect = ScreenAgentDialect(send_context=True)
    prompt = dialect.prompt(Situation(Role.ACTOR, task, chart.screenshot, Plan.of([task])))
    reply = model.complete(prompt, cancel, lambda event: None)
    box, clicks = chart.where, [action for action in dialect.read(reply.text, prompt).actions if isinstance(action, Click)]
    if any(box.left <= click.point.x < box.right and box.top <= click.point.y < box.bottom for click in clicks if click.point):
        return ok(f"{backend.name}: answers in {reply.seconds:.1f} s and reads pictures")
    return problem(
        f'{backend.name}: it did not find the digits {chart.digits} on a test picture; it replied "{_short(reply.text)}".',
        "Is it our own worker (screenagent-worker ocr)? Other servers want send_context: false.",
        status=ModelAnswerInvalid.exit_status,
    )


def _failed_start(backend: Backend, url: str) -> Finding | None:
    """What our own worker's ``GET /health`` tells about an engine that could not be loaded."""
    parts = urlsplit(url)
    health = _get(urlunsplit(parts._replace(path="/health", query="")), {})
    if health.get("status") != "failed":
        return None
    said = _short(str(health.get("error") or "it does not say why"))
    fix = "Install what it reads with: pip install 'screenagent[ocr]', and start it again."
    return problem(f"{backend.name}: the worker runs, but could not be loaded: {said}", fix, status=ModelRefused.exit_status)


def _refused(backend: Backend, url: str, error: ModelRefused | ModelUnreachable) -> Finding:
    status = getattr(error, "status", 0)
    if status not in (401, 403, 404) and refuses_pictures(str(getattr(error, "text", error.message))):
        return problem(
            f"{backend.name}: a text-only model: the server refuses the picture. {error.message}",
            f"Choose a vision-language model for llm_api.{backend.name}.model_name; llama.cpp needs its --mmproj file.",
            status=ModelRefused.exit_status,
        )
    start = "screenagent-worker ocr starts our own." if backend.send_context and not status else ""
    found = _named(backend, problem_of(error, start))
    names = _known_names(backend, url) if backend.protocol == "chat_completions" and status in (400, 404) else ()
    if not names or backend.model_name in names:
        return found
    shown = ", ".join(names[:_NAMES_SHOWN]) + (f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else "")
    return problem(
        f'{backend.name}: the server does not know the model "{backend.model_name}"{did_you_mean(backend.model_name, names)}.',
        f"Correct llm_api.{backend.name}.model_name; it knows: {shown}.",
        status=error.exit_status,
    )


def _known_names(backend: Backend, url: str) -> Sequence[str]:
    parts = urlsplit(url)
    path = parts.path.rstrip("/").removesuffix("/chat/completions") or "/v1"
    key = backend.api_key.get_secret_value() if backend.api_key else ""
    listed = _get(urlunsplit(parts._replace(path=f"{path}/models")), {"Authorization": f"Bearer {key}"} if key else {})
    entries = listed.get("data")
    return (
        [str(entry["id"]) for entry in entries if isinstance(entry, dict) and "id" in entry] if isinstance(entries, list) else ()
    )


def _get(url: str, headers: dict[str, str]) -> dict[str, Any]:
    """The JSON object at an address; an empty one when there is none, whatever the reason."""
    try:
        with adapters.session_to(urlsplit(url).hostname or "") as session:
            answer = session.get(url, headers=headers, timeout=_LOOK_SECONDS, allow_redirects=False)
        found = answer.json() if answer.status_code == 200 else {}
    except (requests.RequestException, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _named(backend: Backend, finding: Finding) -> Finding:
    return problem(f"{backend.name}: {finding.text}", finding.fix, status=finding.status)


def _short(text: str) -> str:
    return shortened(" ".join(redact(text).split()), _SHOWN)
