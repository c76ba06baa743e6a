"""Client of the clipboard service on the controlled machine.

`POST /clipboard {"text", "token"}` sets, `GET /clipboard` with a bearer token reads, `GET /health` tells whether it works.
"""

from __future__ import annotations

import http.client
import json
import socket
import threading
from typing import Any
from urllib.parse import urlsplit

from screenagent.errors import ClipboardServiceError, SettingsError
from screenagent.log import hide
from screenagent.ports import Cancel

_LARGEST_ANSWER = 16 * 1024 * 1024


class ClipboardClient:
    """Sets and reads the clipboard. Every call ends within a few seconds, and at once on cancelling."""

    def __init__(self, url: str, token: str, *, timeout: float = 5.0) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SettingsError(f'"{url}" is not the address of a clipboard service; it looks like http://127.0.0.1:8001.')
        hide(token)
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname, parts.port or (443 if self._secure else 80)
        self._path = parts.path.rstrip("/").removesuffix("/clipboard")
        self._where = f"The clipboard service at {parts.hostname}:{self._port}"
        self._token = token
        self._timeout = timeout

    def copy(self, text: str, cancel: Cancel) -> None:
        """Make `text` the content of the clipboard. Raises ClipboardServiceError, Cancelled."""
        self._call("POST", "/clipboard", cancel, {"text": text, "token": self._token})

    def paste(self, cancel: Cancel) -> str:
        """Return the text on the clipboard, empty when it holds none. Raises ClipboardServiceError, Cancelled."""
        text = self._call("GET", "/clipboard", cancel).get("text")
        if not isinstance(text, str):
            raise ClipboardServiceError(f"{self._where} answered without a text.")
        return text

    def check(self, cancel: Cancel) -> None:
        """Raise ClipboardServiceError unless the service is up and reaches its clipboard; Cancelled."""
        self._call("GET", "/health", cancel)

    def _call(self, method: str, path: str, cancel: Cancel, body: dict[str, str] | None = None) -> dict[str, Any]:
        """Run the request on a thread of its own, so that cancelling need not wait even for a name server."""
        exchange = _Exchange(self._connection(), method, self._path + path, self._token, body)
        with cancel.on_cancel(exchange.abandon):
            exchange.run()
        cancel.check()
        if exchange.problem is not None:
            raise self._no_answer(exchange.problem)
        return self._read(exchange)

    def _connection(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        return kind(self._host, self._port, timeout=self._timeout)

    def _no_answer(self, problem: Exception) -> ClipboardServiceError:
        """What to raise for a request that got no answer."""
        start = "Start screenagent-clipboard on the controlled machine, or set use_remote_clipboard: false."
        if isinstance(problem, ConnectionRefusedError):
            hint = f"{start} It listens on its own machine only unless started with --host."
            return ClipboardServiceError(f"{self._where} is missing: nothing listens there.", hint=hint)
        if isinstance(problem, TimeoutError):
            hint = "Is that machine on, and the service's port open in its firewall? If it hangs, start it again."
            return ClipboardServiceError(f"{self._where} did not answer in time ({self._timeout:g} s).", hint=hint)
        if isinstance(problem, socket.gaierror):
            hint = "Correct remote_clipboard_host, or check the network."
            return ClipboardServiceError(f"{self._where} cannot be found: its name cannot be looked up.", hint=hint)
        if isinstance(problem, http.client.HTTPException):
            return self._stranger(f"it does not speak HTTP ({type(problem).__name__})")
        said = getattr(problem, "strerror", None) or str(problem) or type(problem).__name__
        return ClipboardServiceError(f"{self._where} cannot be used: {said}.", hint=start)

    def _stranger(self, why: str) -> ClipboardServiceError:
        hint = (
            "Correct remote_clipboard_host and remote_clipboard_port, or start screenagent-clipboard there. The clipboard server "
            "of the original ScreenAgent can only be written to: replace it by screenagent-clipboard."
        )
        return ClipboardServiceError(f"{self._where} is not ours: {why}.", hint=hint)

    def _read(self, exchange: _Exchange) -> dict[str, Any]:
        status = exchange.status
        try:
            value = json.loads(exchange.answer)
        except (ValueError, RecursionError):
            value = None
        found = value if isinstance(value, dict) else {}
        if status == 200 and found:
            return found
        if status == 401:
            hint = "remote_clipboard_secret_token must equal its CLIPBOARD_SERVER_SECRET_TOKEN."
            raise ClipboardServiceError(f"{self._where} refused our token.", hint=hint)
        if status == 503 and "reason" in found:
            reason = str(found["reason"]).rstrip(".")
            hint = (
                "It must run inside the desktop's session (DISPLAY or WAYLAND_DISPLAY as there), with xclip, xsel or "
                "wl-clipboard installed."
            )
            raise ClipboardServiceError(f"{self._where} runs, but reaches no clipboard: {reason}.", hint=hint)
        if "message" in found:
            raise ClipboardServiceError(f"{self._where} could not do it: {found['message']}", hint="Its log tells more.")
        if status >= 500:
            raise ClipboardServiceError(f"{self._where} answered with the error status {status}.", hint="Its log tells more.")
        raise self._stranger(f"it answered with status {status} and {exchange.kind or 'no content'}")


class _Exchange:
    """One request and its answer, abandoned from any thread."""

    def __init__(
        self, connection: http.client.HTTPConnection, method: str, path: str, token: str, body: dict[str, str] | None
    ) -> None:
        self._connection = connection
        self._request = (method, path, json.dumps(body).encode() if body is not None else None)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Connection": "close"}
        self._over = threading.Event()
        self.status, self.answer, self.kind = 0, b"", ""
        self.problem: Exception | None = None

    def run(self) -> None:
        """Return once answered, failed or abandoned."""
        threading.Thread(target=self._talk, name="clipboard request", daemon=True).start()
        self._over.wait()

    def abandon(self) -> None:
        """Stop waiting; the request's thread ends as soon as its socket lets it."""
        self._over.set()
        link = self._connection.sock
        if link is not None:
            try:
                link.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _talk(self) -> None:
        method, path, body = self._request
        try:
            self._connection.request(method, path, body, self._headers)
            response = self._connection.getresponse()
            self.status, self.answer = response.status, response.read(_LARGEST_ANSWER)
            self.kind = response.getheader("Content-Type", "").partition(";")[0].strip()
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.problem = error
        finally:
            self._connection.close()
            self._over.set()
