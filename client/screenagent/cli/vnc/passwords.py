"""Where the password comes from: a file, the environment, or the person at the terminal. Never the command line: it is seen."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

from screenagent.errors import SettingsError
from screenagent.log import hide

VARIABLE = "VNC_PASSWORD"
HOW = f"Put it into the environment as {VARIABLE}, or into a file: --password-file FILE."

_LARGEST = 4096
_FILE_KEY = bytes.fromhex("e84ad660c4721ae0")
"""The key of all files that vncpasswd writes, its bits in the order in which DES takes them."""
_SCRAMBLED_SIZES = (8, 16)
"""Bytes of such a file; with a second password, for those who may only look, it is twice as long."""


def given_password(file: Path | None) -> str | None:
    """Return the password of the file, else of the environment, else None. Raises SettingsError."""
    password = _in_file(file) if file is not None else os.environ.get(VARIABLE) or None
    if password:
        hide(password)
    return password


def ask_password(peer: str) -> str:
    """Ask at the terminal."""
    password = getpass.getpass(f"Password for {peer}: ")
    hide(password)
    return password


def can_ask() -> bool:
    """Whether somebody sits at a terminal."""
    return sys.stdin is not None and sys.stdin.isatty()


def _in_file(file: Path) -> str:
    """Return the first line of a text file, or the password that vncpasswd put into one."""
    try:
        with file.open("rb") as opened:
            data = opened.read(_LARGEST)
    except OSError as error:
        raise SettingsError(f"--password-file {file} cannot be read: {error.strerror}.") from None
    try:
        line = data.decode().partition("\n")[0].rstrip("\r")
    except UnicodeDecodeError:
        line = ""
    if line and line.isprintable():
        return line
    if len(data) in _SCRAMBLED_SIZES:
        return _unscrambled(data[:8])
    hint = "Its first line is the password; or it is a file that vncpasswd made."
    raise SettingsError(f"--password-file {file} holds no password.", hint=hint)


def _unscrambled(data: bytes) -> str:
    from cryptography.hazmat.primitives.ciphers import Cipher, modes

    try:
        from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
    except ImportError:  # cryptography before 43
        from cryptography.hazmat.primitives.ciphers.algorithms import TripleDES

    decryptor = Cipher(TripleDES(_FILE_KEY * 3), modes.ECB()).decryptor()
    return (decryptor.update(data) + decryptor.finalize()).rstrip(b"\0").decode("utf-8", "replace")
