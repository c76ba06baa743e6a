"""Typing, keys, clicks and drags."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import typer

from screenagent.cli.vnc.places import parse_point
from screenagent.cli.vnc.visit import acting
from screenagent.cli.vnc.where import Where
from screenagent.desktop import keys
from screenagent.desktop.gestures import pause
from screenagent.desktop.text.paste import AUTO
from screenagent.desktop.vnc import VncDesktop
from screenagent.domain import actions as act
from screenagent.errors import ActionRefused, SettingsError
from screenagent.ports import Cancel

LARGEST_TEXT = 1_000_000
"""Characters, of a text that is typed or put on a clipboard."""

_WAYS: dict[str, dict[str, Any]] = {
    "auto": {},
    "keys": {"keysym_limit": LARGEST_TEXT, "use_cut_text": False},
    "clipboard": {"keysym_limit": 0},
}


def read_text(text: str) -> str:
    """Return the text, or what comes on standard input when it is ``-``. Raises SettingsError."""
    if text != "-":
        return text
    data = sys.stdin.buffer.read(4 * LARGEST_TEXT + 1)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise SettingsError(f"The text on standard input is not UTF-8 (byte {error.start}).") from None
    if len(text) > LARGEST_TEXT:
        raise SettingsError(f"The text on standard input is too long; at most {LARGEST_TEXT} characters are taken.")
    return text


def type_text(where: Where, text: str, *, by: str, paste: str) -> None:
    """Enter `text` where the focus is, and say by which way. Raises DesktopError, SettingsError."""
    chord = AUTO if paste == AUTO[0] else _chord(paste)
    with acting(where, paste_chord=chord, **_WAYS[by]) as (desktop, cancel):
        ways, *troubles = desktop.perform(act.TypeText(text), cancel).splitlines()
    for trouble in troubles:
        typer.echo(trouble, err=True)
    typer.echo(f"{len(text)} character{'' if len(text) == 1 else 's'} by {ways}")


def strike(where: Where, chords: Sequence[str], *, hold: float | None) -> None:
    """Strike the chords one after another, each held for `hold` seconds. Raises DesktopError, SettingsError."""
    wanted = [_chord(chord) for chord in chords]
    with acting(where) as (desktop, cancel):
        for chord in wanted:
            if hold is None:
                desktop.perform(act.Key(chord), cancel)
            else:
                _hold(desktop, chord, hold, cancel)


def click(where: Where, place: str, *, button: act.Button, count: int) -> None:
    """Click. Raises DesktopError, SettingsError."""
    point = parse_point(place)
    with acting(where) as (desktop, cancel):
        desktop.perform(act.Click(point, button, count), cancel)


def drag(where: Where, places: Sequence[str], *, button: act.Button) -> None:
    """Press at the first place, follow the others, release at the last. Raises DesktopError, SettingsError."""
    path = tuple(parse_point(place) for place in places)
    if len(path) < 2:
        raise SettingsError("A drag needs two points or more.", hint="For example: screenagent vnc HOST drag 10,10 200,80")
    with acting(where) as (desktop, cancel):
        desktop.perform(act.Drag(path, button), cancel)


def _chord(text: str) -> tuple[str, ...]:
    chord = keys.parse_chord(text)
    try:
        keys.strokes(chord)
    except ActionRefused as refusal:
        raise SettingsError(refusal.message, hint="Keys are named as X names them, joined by +: ctrl+s, Return, F5.") from None
    return chord


def _hold(desktop: VncDesktop, chord: tuple[str, ...], seconds: float, cancel: Cancel) -> None:
    strokes = keys.strokes(chord)
    for keysym in strokes:
        cancel.check()
        desktop.key_event(keysym, True)
    pause(seconds, cancel)
    for keysym in reversed(strokes):
        desktop.key_event(keysym, False)
