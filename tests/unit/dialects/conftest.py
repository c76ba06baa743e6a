"""Goldens and values that the dialect tests share."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from screenagent.domain import actions as act
from screenagent.domain.exchange import Picture, Prompt, Role
from screenagent.domain.geometry import Point, Size
from screenagent.domain.screen import Screenshot


@pytest.fixture(scope="session")
def goldens() -> Path:
    """Where the golden files lie."""
    return Path(__file__).resolve().parents[2] / "goldens" / "dialects" / "screenagent"


@pytest.fixture(scope="session")
def plain() -> Callable[[act.Action], dict[str, Any]]:
    """Turn an action into the form that golden files use: its kind, and the fields that differ from their defaults."""

    def value(thing: Any) -> Any:
        if isinstance(thing, Point):
            return [thing.x, thing.y]
        if isinstance(thing, Enum):
            return thing.value
        return [value(part) for part in thing] if isinstance(thing, tuple) else thing

    def turn(action: act.Action) -> dict[str, Any]:
        assert is_dataclass(action)
        told = [item for item in fields(action) if item.compare]
        return {
            type(action).__name__: {
                item.name: value(getattr(action, item.name)) for item in told if getattr(action, item.name) != item.default
            }
        }

    return turn


@pytest.fixture(scope="session")
def make_prompt() -> Callable[..., Prompt]:
    """Make the prompt that a reply answers, for a picture of one size and a screen of another."""

    def make(picture: Size = Size(1024, 768), screen: Size | None = None, role: Role = Role.ACTOR) -> Prompt:
        return Prompt(role, "", Picture(b"", "image/jpeg", picture), screen or picture)

    return make


@pytest.fixture(scope="session")
def make_screenshot() -> Callable[[int, int], Screenshot]:
    """Make a screenshot with a gradient and a sharp red square."""

    def make(width: int, height: int) -> Screenshot:
        pixels = np.zeros((height, width, 3), np.uint8)
        pixels[:, :, 1] = np.linspace(0, 255, width, dtype=np.uint8)
        pixels[height // 4 : height // 2, width // 4 : width // 2] = (255, 0, 0)
        return Screenshot(pixels, 0.0)

    return make


@pytest.fixture(scope="session")
def render() -> Callable[[list[act.Action]], str]:
    """Write actions down as a model that follows the grammar does."""

    def place(point: Point | None) -> dict[str, Any]:
        return {"mouse_position": {"width": point.x, "height": point.y}} if point else {}

    def one(action: act.Action) -> dict[str, Any]:
        mouse, keyboard = {"action_type": "MouseAction"}, {"action_type": "KeyboardAction"}
        verdict = {"action_type": "EvaluateSubTaskAction"}
        match action:
            case act.Move(point=point):
                return {**mouse, "mouse_action_type": "move", **place(point)}
            case act.Click(point=point, button=button, count=count):
                kind = ("click", "double_click", "triple_click")[count - 1]
                return {**mouse, "mouse_action_type": kind, "mouse_button": button, **place(point)}
            case act.MouseDown(button=button, point=point):
                return {**mouse, "mouse_action_type": "down", "mouse_button": button, **place(point)}
            case act.MouseUp(button=button, point=point):
                return {**mouse, "mouse_action_type": "up", "mouse_button": button, **place(point)}
            case act.Drag(path=path, button=button):
                return {**mouse, "mouse_action_type": "drag", "mouse_button": button, **place(path[-1])}
            case act.Scroll(point=point, dy=dy):
                kind = "scroll_down" if dy > 0 else "scroll_up"
                return {**mouse, "mouse_action_type": kind, "scroll_repeat": abs(dy), **place(point)}
            case act.Key(chord=chord):
                return {**keyboard, "keyboard_action_type": "press", "keyboard_key": list(chord)}
            case act.KeyDown(key=key):
                return {**keyboard, "keyboard_action_type": "down", "keyboard_key": key}
            case act.KeyUp(key=key):
                return {**keyboard, "keyboard_action_type": "up", "keyboard_key": key}
            case act.TypeText(text=text):
                return {**keyboard, "keyboard_action_type": "text", "keyboard_text": text}
            case act.Wait(seconds=seconds):
                return {"action_type": "WaitAction", "wait_time": seconds}
            case act.PlanItem(text=text):
                return {"action_type": "PlanAction", "element": text}
            case act.Verdict(judgement=judgement, advice=advice):
                word = {"success": "sub_task_success", "retry": "need_retry", "replan": "need_reformulate"}[judgement.value]
                return {**verdict, "situation": word, "advice": advice}
            case act.Status(text=text):
                return {**verdict, "situation": "impossible", "advice": text}
        raise AssertionError(f"{action} has no form in this grammar")

    def write(actions: list[act.Action]) -> str:
        return "Here is what to do:\n```json\n" + json.dumps([one(action) for action in actions], indent=1) + "\n```\n"

    return write
