"""The desktop's clipboard, read and set."""

from __future__ import annotations

import sys
from queue import Empty, SimpleQueue

import typer

from screenagent.cli.vnc.frames import WholeFrame
from screenagent.cli.vnc.visit import looking
from screenagent.cli.vnc.where import Where
from screenagent.errors import DesktopError, ScreenAgentError
from screenagent.rfb import State

_TAKEN_IN = 2.0


def get(where: Where, *, seconds: float) -> None:
    """Print the text that the desktop's clipboard holds, as it is; wait at most `seconds` to be told. Raises DesktopError."""
    heard: SimpleQueue[str | ScreenAgentError | None] = SimpleQueue()

    def changed(state: State, error: ScreenAgentError | None) -> None:
        if state is State.DISCONNECTED and error is not None:
            heard.put(error)

    with looking(where.client(on_cut_text=heard.put, on_state=changed)) as cancel, cancel.on_cancel(lambda: heard.put(None)):
        try:
            text = heard.get(timeout=seconds)
        except Empty:
            hint = (
                "Many servers tell only what is copied while somebody is connected: copy it again, with clipboard watch running."
            )
            raise DesktopError(f"{where.peer} told of no text within {seconds:g} s.", hint=hint) from None
        cancel.check()
    if isinstance(text, ScreenAgentError):
        raise text
    _print(text or "")


def put(where: Where, text: str, *, seconds: float | None) -> None:
    """Put a text on the desktop's clipboard and stay for `seconds`, or until a signal. Raises DesktopError."""
    frame = WholeFrame()
    ended: SimpleQueue[ScreenAgentError | None] = SimpleQueue()

    def changed(state: State, error: ScreenAgentError | None) -> None:
        frame.state_changed(state, error)
        if state is State.DISCONNECTED:
            ended.put(error)

    client = where.client(on_damage=frame.damaged, on_state=changed)
    with looking(client) as cancel, cancel.on_cancel(lambda: ended.put(None)):
        client.cut_text(text)
        frame.fetch(client.size, client.refresh, _TAKEN_IN, cancel)
        if seconds != 0:
            typer.echo("The desktop can paste it for as long as this runs; Ctrl+C ends it.", err=True)
        try:
            error = ended.get(timeout=seconds)
        except Empty:
            return
    if error is not None:
        raise error


def _print(text: str) -> None:
    """Print `text` byte for byte; at a terminal without what could steer it."""
    if sys.stdout.isatty():
        plain = "".join(mark if mark.isprintable() or mark in "\n\t" else "\N{REPLACEMENT CHARACTER}" for mark in text)
        typer.echo(plain, nl=not plain.endswith("\n"))
        return
    sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
    sys.stdout.buffer.flush()
