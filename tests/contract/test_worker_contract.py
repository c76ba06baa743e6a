"""The controller's own words reach the OCR worker, and its replies are read by the controller: the real two over HTTP."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import screenagent_workers
from screenagent.cli.checks import Patient, Verdict
from screenagent.cli.checks.models import models
from screenagent.dialects.screenagent import ScreenAgentDialect
from screenagent.domain.exchange import Role, Situation
from screenagent.domain.plan import Plan
from screenagent.domain.screen import Screenshot
from screenagent.flow.cancel import CancelToken
from screenagent.models import ModelOptions, make
from screenagent.settings import Settings
from screenagent_workers.contract import Context

SOURCES = str(Path(screenagent_workers.__file__).parent.parent)
PLAN = Plan.of(["Open the text editor", "Type 'Hello'"])


@pytest.fixture(scope="module")
def worker() -> Iterator[str]:
    command = [sys.executable, "-m", "screenagent_workers.server", "ocr", "--port", "0", "--announce"]
    environment = {**os.environ, "PYTHONPATH": SOURCES}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.terminate()


def dialect(language: str = "en") -> ScreenAgentDialect:
    return ScreenAgentDialect(language=language, send_context=True, launcher=("Alt+F3", "{app}", "Return"))


def situation(role: Role) -> Situation:
    screenshot = Screenshot(np.full((240, 320, 3), 240, np.uint8), 0.0)
    plan = Plan() if role is Role.PLANNER else PLAN
    return Situation(role, "Open the text editor and type 'Hello'", screenshot, plan, advice="", done=("clicked",))


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_context_that_is_sent_is_the_context_that_is_taken(role: Role, language: str) -> None:
    sent = dialect(language).prompt(situation(role)).context
    assert sent is not None
    assert Context.model_validate(sent).model_dump() == sent


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("protocol", "page"), [("worker_generate", "/worker_generate"), ("chat_completions", "/v1")])
def test_a_reply_is_read_without_a_problem(worker: str, role: Role, protocol: str, page: str) -> None:
    family = dialect()
    prompt = family.prompt(situation(role))
    model = make(protocol, ModelOptions("OCR", worker + page, temperature=1.0, top_p=0.9, max_tokens=500))
    reply = model.complete(prompt, CancelToken(), lambda _: None)
    reading = family.read(reply.text, prompt)
    assert reading.problems == ()
    assert reading.actions


def test_the_doctor_lets_the_worker_find_digits_on_a_picture(worker: str, tmp_path: Path) -> None:
    file = tmp_path / "config.yml"
    file.write_text(f"llm_api: {{OCR: {{target_url: '{worker}/worker_generate'}}}}\nremote_vnc_server: {{host: desk}}\n")
    settings = Settings.load(file)
    patient = Patient(lambda: settings, settings=settings, backends={found.name: found for found in settings.backends.values()})
    [found] = list(models(patient, CancelToken()))
    assert found.verdict is Verdict.OK
    assert "reads pictures" in found.text
