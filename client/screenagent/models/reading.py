"""Reading text off a picture by our own worker: ``POST /read``."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PIL import Image

from screenagent.domain.screen import Screenshot
from screenagent.errors import ModelAnswerInvalid
from screenagent.models.http import JsonClient
from screenagent.models.options import ModelOptions
from screenagent.ports import Cancel

_SECONDS = 5.0


class WorkerReader:
    """Implements `ports.Reader` at the worker whose ``/worker_generate`` the options name. A reading is not tried again."""

    def __init__(self, options: ModelOptions) -> None:
        """Raises SettingsError when the address or the key cannot be used."""
        quick = replace(options, timeout=min(options.timeout, _SECONDS), retries=0)
        self._client = JsonClient(quick, lambda path: path.removesuffix("/worker_generate") + "/read")

    def read(self, screenshot: Screenshot, cancel: Cancel) -> str:
        """Return the text seen, a line each. Raises ModelError, Cancelled."""
        size = screenshot.size
        file = io.BytesIO()
        Image.fromarray(screenshot.bare()).save(file, "PNG", compress_level=1)
        # With a box, the worker does not take the picture for a screen that it should remember.
        body = {"image": base64.b64encode(file.getvalue()).decode("ascii"), "box": [0, 0, size.width, size.height]}
        answer, _ = self._client.post(body, cancel, lambda event: None)
        return "\n".join(self._texts(answer))

    def _texts(self, answer: Mapping[str, Any]) -> Sequence[str]:
        lines = answer.get("lines")
        if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
            raise ModelAnswerInvalid(f"The answer of {self._client.shown} has no lines of text.")
        return [str(line.get("text", "")) for line in lines]
