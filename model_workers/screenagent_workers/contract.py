"""The JSON bodies that the worker takes; the controller holds the same shapes in its own words (tests/contract)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class Context(BaseModel):
    """What the controller knows besides the prompt, sent by backends with ``send_context: true``."""

    role: Literal["planner", "actor", "evaluator"]
    task: str
    sub_tasks: list[str] = []
    sub_task: str = ""
    sub_task_index: int = 0
    advice: str = ""
    language: Literal["en", "zh"] = "en"
    operation_system: str = "linux"
    launcher: list[str] = []
    """Keys in order and, where ``{app}`` stands, the text typed: ``["Alt+F3", "{app}", "Return"]``."""
    history: list[str] = []
    """Short texts of what was done for this sub-task so far, oldest first."""


class GenerateRequest(BaseModel):
    """Body of ``POST /worker_generate``. `image` is bare base64 of a JPEG or PNG file."""

    prompt: str
    image: str
    model: str = ""
    temperature: float = 1.0
    top_p: float = 1.0
    max_new_tokens: int = Field(default=500, ge=1)
    history: list[tuple[str, str]] = []
    """Earlier [question, answer] pairs; taken for compatibility, not used by this worker."""
    image_mode: Literal["copy", "resize"] = "copy"
    """How a model with a fixed canvas fits the picture; text is read at full size either way."""
    context: Context | None = None
