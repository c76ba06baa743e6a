"""A conversation with a server, written down for golden tests."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from pathlib import Path

import typer

from screenagent.cli.progress import Progress
from screenagent.cli.signals import ending_on_signals
from screenagent.cli.vnc.where import Where
from screenagent.errors import AuthenticationFailed, Cancelled, DesktopError, SettingsError
from screenagent.rfb import Options
from screenagent.rfb.offer import LOSSLESS
from screenagent.rfb.recorder import Recorder
from screenagent.rfb.security import security_name

_TICK = 0.5
_VNC_PASSWORD = 2
_ON_THE_WIRE = ("encodings", "quality", "compression", "pixel_format", "updates")
"""The options that change what the session sends."""


def record(where: Where, out: Path, *, seconds: float | None) -> None:
    """Record until `seconds` have passed, a signal comes, or the connection ends; say what was written.

    A connection that ends in an error is recorded up to there.

    Raises:
        SettingsError: the options ask for what cannot be recorded, or the files cannot be written.
        DesktopError
    """
    if where.user is not None or where.options.tls.use in ("unverified", "verified") or where.options.tls.verified:
        raise SettingsError(
            "What goes through TLS or a user's login cannot be recorded: it could not be replayed.",
            hint="Leave --user and the TLS options out; the server must offer a VNC password, or None.",
        )
    if where.options.encodings is None:
        where = where.altered(encodings=LOSSLESS.encodings)
    recorder = Recorder(where.host, where.port, out, password=where.password, options=where.options)
    try:
        with recorder, ending_on_signals(lambda _: recorder.stop(), recorder.stop):
            failure = _converse(recorder, where.peer, seconds)
            files = recorder.save()
    except OSError as error:
        raise SettingsError(f"The recording cannot be written to {out}: {error.strerror or error}.") from None
    _say(recorder, files, where)
    if failure is not None:
        raise failure


def _converse(recorder: Recorder, peer: str, seconds: float | None) -> DesktopError | None:
    """Let the session go on until it is time to end; return what has ended it before, if anything came by then.

    Raises AuthenticationFailed; DesktopError and Cancelled as long as nothing has come.
    """
    progress = Progress()
    progress.say(f"connecting to {peer}")
    try:
        recorder.connect()
        width, height = recorder.session.framebuffer.width, recorder.session.framebuffer.height
        progress.say(f"recording {width}x{height} from {peer}; Ctrl+C ends it")
        end = math.inf if seconds is None else time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            recorder.converse(min(left, _TICK))
            progress.tick()
    except Cancelled:
        if not recorder.session.ready:
            raise
    except AuthenticationFailed:
        raise
    except DesktopError as failure:
        if not any(recorder.sizes):
            raise
        return failure
    finally:
        progress.clear()
    return None


def _say(recorder: Recorder, files: Sequence[Path], where: Where) -> None:
    for file in files:
        typer.echo(file)
    server, client = recorder.sizes
    typer.echo(f"{server} bytes from the server, {client} from the session", err=True)
    typer.echo(f"Replay it with: {_as_python(where.options)}", err=True)
    if recorder.session.security == security_name(_VNC_PASSWORD):
        told = "The password is not in it, but its challenge and response are: guesses can be tried on them."
        typer.echo(told, err=True)


def _as_python(options: Options) -> str:
    usual = Options()
    changed = {name: getattr(options, name) for name in _ON_THE_WIRE if getattr(options, name) != getattr(usual, name)}
    return f"Options({', '.join(f'{name}={value!r}' for name, value in changed.items())})"
