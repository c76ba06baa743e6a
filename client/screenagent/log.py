"""Named loggers whose records never hold a secret.

Secrets are told to `hide` when they are read (settings, environment); from then on every record that goes through a logger of
ours has them replaced. `redact` does the same for any other text (error messages, recordings).
"""

from __future__ import annotations

import logging
import threading

_MASK = "***"
_secrets: set[str] = set()
_lock = threading.Lock()
_formatter = logging.Formatter()


def hide(secret: str) -> None:
    """Replace `secret` in everything logged or redacted from now on; very short strings are left alone."""
    if len(secret) >= 4:
        with _lock:
            _secrets.add(secret)


def redact(text: str) -> str:
    """Return `text` with every known secret masked."""
    with _lock:
        secrets = sorted(_secrets, key=len, reverse=True)
    for secret in secrets:
        text = text.replace(secret, _MASK)
    return text


class _Redacting(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = redact(record.getMessage())
        record.args = None
        if record.exc_info:
            record.exc_text = redact(_formatter.formatException(record.exc_info))
            record.exc_info = None
        return True


def get_logger(name: str) -> logging.Logger:
    """Return the logger ``screenagent.<name>`` with redaction attached."""
    logger = logging.getLogger(f"screenagent.{name}")
    if not any(isinstance(entry, _Redacting) for entry in logger.filters):
        logger.addFilter(_Redacting())
    return logger


def configure(level: int = logging.WARNING) -> None:
    """Send our records at `level` and above to stderr; called once by a front end."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    logging.getLogger("screenagent").setLevel(level)
