"""A real VNC server for whoever needs one."""

import os
import secrets
import select
import shutil
import subprocess
from dataclasses import dataclass, field

import pytest

from screenagent.rfb.security.vncauth import encrypt_challenge

PATIENCE = 30.0
# A VNC password file holds the password, encrypted with a key that is the same everywhere.
FILE_KEY = "\x17Rk\x06#NX\x07"


@dataclass
class VncServer:
    """A running Xtigervnc that listens on the loopback interface only."""

    host: str
    port: int
    password: str
    display: str
    process: subprocess.Popen = field(repr=False)

    def environment(self):
        """The environment for an X program on its display."""
        return {**os.environ, "DISPLAY": self.display}

    def stop(self):
        """End it; a second time does nothing."""
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _start(folder, size, *arguments):
    password = secrets.token_hex(4)
    file = folder / "password"
    file.write_bytes(encrypt_challenge(FILE_KEY, password.encode()))
    reading, writing = os.pipe()
    command = ["Xtigervnc", "-displayfd", str(writing), "-localhost", "-nolisten", "tcp", "-noreset", "-depth", "24"]
    command += ["-geometry", f"{size[0]}x{size[1]}", "-PasswordFile", str(file), *arguments]
    process = subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL, cwd=folder)
    os.close(writing)
    number = b""
    try:
        while not number.endswith(b"\n"):
            ready, _, _ = select.select([reading], [], [], PATIENCE)
            piece = os.read(reading, 16) if ready else b""
            if not piece:
                raise RuntimeError("Xtigervnc did not start")
            number += piece
    except BaseException:
        process.kill()
        process.wait()
        raise
    finally:
        os.close(reading)
    return VncServer("127.0.0.1", 5900 + int(number), password, f":{int(number)}", process)


@pytest.fixture(scope="session")
def start_xtigervnc(tmp_path_factory):
    """Start real VNC servers: ``start_xtigervnc(size=(1024, 768), *more_arguments)``; they end with the session at the latest."""
    if shutil.which("Xtigervnc") is None:
        pytest.skip("Xtigervnc is not installed")
    started = []

    def start(size=(1024, 768), *arguments):
        started.append(_start(tmp_path_factory.mktemp("xtigervnc"), size, *arguments))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def xtigervnc(start_xtigervnc):
    """The same, ending with the test."""
    started = []

    def start(size=(1024, 768), *arguments):
        started.append(start_xtigervnc(size, *arguments))
        return started[-1]

    yield start
    for server in started:
        server.stop()
