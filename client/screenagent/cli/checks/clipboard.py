"""The clipboard service on the controlled machine."""

from __future__ import annotations

from collections.abc import Iterator

from screenagent.cli.checks.findings import NO_SETTINGS, Finding, Patient, note, ok, problem, problem_of
from screenagent.desktop.clipboard import ClipboardClient
from screenagent.errors import ClipboardServiceError, ScreenAgentError
from screenagent.ports import Cancel

_SECONDS = 10.0


def clipboard(patient: Patient, cancel: Cancel) -> Iterator[Finding]:
    """Whether the service is there, knows our token, and reaches its clipboard."""
    if patient.settings is None:
        yield NO_SETTINGS
        return
    given = patient.settings.desktop
    if given.embedded and patient.running:
        client = ClipboardClient(patient.running.clipboard_url, patient.running.clipboard_token, timeout=_SECONDS)
    elif given.embedded:
        yield ok("it starts with the embedded desktop")
        return
    elif given.clipboard_url is None or given.remote_clipboard_secret_token is None:
        yield note("not used (use_remote_clipboard is false): text is typed, or goes through the VNC server's clipboard")
        return
    else:
        token = given.remote_clipboard_secret_token.get_secret_value()
        client = ClipboardClient(given.clipboard_url, token, timeout=_SECONDS)
    try:
        client.check(cancel)
        yield _there_and_back(client, cancel)
    except ScreenAgentError as error:
        yield problem_of(error)


def _there_and_back(client: ClipboardClient, cancel: Cancel) -> Finding:
    """Read the clipboard, and write what it holds anyway; an empty one may hold a picture and is left alone."""
    text = client.paste(cancel)
    if not text:
        return ok("it answers and knows our token; the clipboard holds no text now")
    client.copy(text, cancel)
    if client.paste(cancel) != text:
        return problem(
            "The clipboard service takes a text, but another one comes back.",
            "Another program, such as a clipboard manager, changes it: switch that off there.",
            status=ClipboardServiceError.exit_status,
        )
    return ok("it answers, knows our token, and keeps a text")
