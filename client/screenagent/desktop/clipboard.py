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
        if exchange.problem:
            hint = "Start it on the controlled machine with screenagent-clipboard, or set use_remote_clipboard: false."
            raise ClipboardServiceError(f"{self._where} cannot be used: {exchange.problem}.", hint=hint)
        return self._read(exchange.status, exchange.answer)

    def _connection(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        return kind(self._host, self._port, timeout=self._timeout)

    def _read(self, status: int, answer: bytes) -> dict[str, Any]:
        try:
            value = json.loads(answer)
        except (ValueError, RecursionError):
            value = None
        found = value if isinstance(value, dict) else {}
        said = str(found.get("message") or found.get("reason") or f"status {status}")
        if status == 401:
            hint = "remote_clipboard_secret_token must equal its CLIPBOARD_SERVER_SECRET_TOKEN."
            raise ClipboardServiceError(f"{self._where} refused our token.", hint=hint)
        if status != 200:
            raise ClipboardServiceError(f"{self._where} could not do it: {said}")
        if not found:
            raise ClipboardServiceError(f"{self._where} did not answer with a JSON object.", hint="Is another program there?")
        return found


class _Exchange:
    """One request and its answer, abandoned from any thread."""

    def __init__(
        self, connection: http.client.HTTPConnection, method: str, path: str, token: str, body: dict[str, str] | None
    ) -> None:
        self._connection = connection
        self._request = (method, path, json.dumps(body).encode() if body is not None else None)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Connection": "close"}
        self._over = threading.Event()
        self.status, self.answer, self.problem = 0, b"", ""

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
        except TimeoutError:
            self.problem = "it did not answer in time"
        except (OSError, http.client.HTTPException) as error:
            self.problem = getattr(error, "strerror", None) or str(error) or type(error).__name__
        finally:
            self._connection.close()
            self._over.set()
