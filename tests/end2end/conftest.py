"""Whole runs: an embedded desktop, the OCR worker over HTTP, the controller, and a look at what came of it."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from PIL import Image

from screenagent.app import Controller
from screenagent.domain.events import RunEnded
from screenagent.flow.cancel import CancelToken
from screenagent.settings import Settings

RUN_SECONDS = 300


@dataclass(frozen=True)
class Result:
    """What is there when a run has ended: the desktop's home, and the text that an independent look at the screen reads."""

    ended: RunEnded
    home: Path
    session: Path
    screen: str

    def shows(self, *texts: str) -> bool:
        """Whether all texts are on the screen, spaces and case aside."""
        return all(_plain(text) in _plain(self.screen) for text in texts)

    def file(self, name: str) -> str | None:
        """The text of a file in the desktop's home, without the newline that editors put at the end."""
        path = self.home / name
        return path.read_text("utf-8").removesuffix("\n") if path.is_file() else None


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()


@pytest.fixture
def run_task(tmp_path: Path) -> Callable[..., Result]:
    """Run a task on a fresh embedded desktop: ``run_task(task, backend="rfb")``."""
    return lambda task, backend="rfb": run_whole(task, tmp_path, backend)


def run_whole(task: str, folder: Path, backend: str = "rfb") -> Result:
    """Run a task on a fresh embedded desktop whose home, and the session's recording, are in `folder`."""
    home = folder / "desktop-home"
    settings = Settings.load(
        None,
        {
            "remote_vnc_server.home": str(home),
            "remote_vnc_server.backend": backend,
            "recording.folder": str(folder / "sessions"),
            "automaton.limits.seconds": RUN_SECONDS,
        },
    )
    controller = Controller(settings)
    try:
        controller.open(CancelToken())
        handle = controller.start(task)
        ended = handle.wait(RUN_SECONDS + 60)
        assert ended is not None, "the run did not end by its own limit"
        return Result(ended, home, handle.session, _read(controller))
    finally:
        controller.close()


def _read(controller: Controller) -> str:
    picture = io.BytesIO()
    Image.fromarray(controller.desktop.screenshot().pixels).save(picture, "PNG")
    assert controller.provided is not None
    answer = requests.post(
        f"{controller.provided.worker_url}/read",
        json={"image": base64.b64encode(picture.getvalue()).decode()},
        timeout=60,
    )
    answer.raise_for_status()
    return "\n".join(line["text"] for line in answer.json()["lines"])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Report how the unseen tasks went, whatever the tests' outcome."""
    reports = [*terminalreporter.stats.get("passed", ()), *terminalreporter.stats.get("failed", ())]
    lines = [value for report in reports for name, value in getattr(report, "user_properties", ()) if name == "unseen"]
    if lines:
        done = sum(line.startswith("done") for line in lines)
        terminalreporter.section(f"unseen tasks: {done} of {len(lines)} done")
        for line in lines:
            terminalreporter.line(line)
