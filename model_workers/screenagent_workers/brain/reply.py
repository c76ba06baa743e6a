"""Answers in the ScreenAgent grammar: a sentence, and one fenced JSON list."""

from __future__ import annotations

import json
from typing import Any

Action = dict[str, Any]


def reply(sentence: str, actions: list[Action]) -> str:
    """The whole answer. Backticks in the sentence could end a fence and are made straight marks."""
    body = json.dumps(actions, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")
    plain = sentence.replace("`", "'").replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    return f"{plain}\n```json\n{body}\n```"


def plan_item(element: str) -> Action:
    """One sub-task."""
    return {"action_type": "PlanAction", "element": element}


def verdict(situation: str, advice: str = "") -> Action:
    """A judgement: sub_task_success, need_retry, need_reformulate or impossible."""
    action: Action = {"action_type": "EvaluateSubTaskAction", "situation": situation}
    if advice:
        action["advice"] = advice
    return action


def mouse(kind: str, x: int, y: int, button: str = "left", repeat: int = 0) -> Action:
    """A mouse action at pixel (x, y) of the picture."""
    action: Action = {"action_type": "MouseAction", "mouse_action_type": kind}
    if kind in ("click", "double_click", "down", "up", "drag"):
        action["mouse_button"] = button
    action["mouse_position"] = {"width": x, "height": y}
    if repeat:
        action["scroll_repeat"] = repeat
    return action


def press(chord: str) -> Action:
    """A key or chord, pressed and released."""
    return {"action_type": "KeyboardAction", "keyboard_action_type": "press", "keyboard_key": chord}


def write(text: str) -> Action:
    """A text of any script; a newline is Return."""
    return {"action_type": "KeyboardAction", "keyboard_action_type": "text", "keyboard_text": text}


def wait(seconds: float) -> Action:
    """Let time pass."""
    return {"action_type": "WaitAction", "wait_time": seconds}
