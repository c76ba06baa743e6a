"""QEMU as a server to record: its guest is a program in the boot sector that shows the scene, the next picture at every key."""

from __future__ import annotations

import contextlib
import io
import json
import socket
import struct
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from goldens.rfb import scene
from goldens.rfb.servers import PATIENCE, Stage, process, until_speaking

_ORIGIN = 0x7C00
_SECTOR = 512
_SECTORS = scene.WIDTH * scene.HEIGHT * 4 // _SECTOR
_FIRST_PORT = 5900
# The registers of the Bochs display: disable; width, height, bits a pixel; enable (docs/specs/standard-vga.rst of QEMU).
_DISPLAY = ((4, 0), (1, scene.WIDTH), (2, scene.HEIGHT), (3, 32), (4, 1))


def disk() -> bytes:
    """Return a bootable disk: the program, then the pictures, each smaller than the 64 KiB that a guest sees of video memory."""
    pictures = b"".join(picture.tobytes() for picture in scene.frames())
    return _program().ljust(_SECTOR - 2, b"\0") + b"\x55\xaa" + pictures


def _program() -> bytes:
    """Return 16-bit code: set the display up, then for ever read a picture into the video memory and wait for a key."""
    code = b"\x31\xc0\x8e\xd8"  # xor ax, ax; mov ds, ax
    for index, value in _DISPLAY:  # mov dx, 0x1ce; mov ax, index; out dx, ax; inc dx; mov ax, value; out dx, ax
        code += b"\xba\xce\x01\xb8" + struct.pack("<H", index) + b"\xef\x42\xb8" + struct.pack("<H", value) + b"\xef"
    loop = 3 + 2 + 2 + 2 + 5 + 2 + 2 + 2
    packet = _ORIGIN + len(code) + loop
    code += b"\xbe" + struct.pack("<H", packet)  # mov si, packet
    code += b"\xb4\x42\xb2\x80\xcd\x13"  # mov ah, 0x42; mov dl, 0x80; int 0x13 (extended read)
    code += b"\x83\x06" + struct.pack("<HB", packet + 8, _SECTORS)  # add word [packet + 8], sectors
    code += b"\x31\xc0\xcd\x16"  # xor ax, ax; int 0x16 (wait for a key)
    code += struct.pack("<Bb", 0xEB, -loop)  # jmp loop
    return code + struct.pack("<BBHHHQ", 16, 0, _SECTORS, 0, 0xA000, 1)  # packet: read to A000:0000 from block 1 on


class _Monitor:
    """QEMU's machine protocol."""

    def __init__(self, path: Path) -> None:
        limit = time.monotonic() + PATIENCE
        while not path.exists() and time.monotonic() < limit:
            time.sleep(0.05)
        self._link = socket.socket(socket.AF_UNIX)
        self._link.settimeout(PATIENCE)
        self._link.connect(str(path))
        self._lines = self._link.makefile("r")
        self._lines.readline()
        self.ask("qmp_capabilities")

    def ask(self, command: str, **arguments: Any) -> Any:
        self._link.sendall(json.dumps({"execute": command, "arguments": arguments}).encode())
        while True:
            answer = json.loads(self._lines.readline())
            if "error" in answer:
                raise RuntimeError(f"QEMU refused {command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]

    def close(self) -> None:
        self._lines.close()
        self._link.close()


@contextlib.contextmanager
def qemu(*, lossy: bool = False) -> Iterator[Stage]:
    """A virtual machine; `lossy` lets it use JPEG, and the gradient filter of Tight."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "disk").write_bytes(disk())
        number = next(number for number in range(60, 200) if _is_free(_FIRST_PORT + number))
        command = ["qemu-system-x86_64", "-nodefaults", "-no-user-config", "-name", "golden", "-m", "16", "-vga", "std"]
        command += ["-drive", f"file={folder / 'disk'},format=raw,if=ide,snapshot=on", "-display", "none"]
        command += ["-qmp", f"unix:{folder / 'monitor'},server=on,wait=off"]
        command += ["-vnc", f"127.0.0.1:{number},lossy={'on' if lossy else 'off'}"]
        with process(command):
            until_speaking(_FIRST_PORT + number)
            monitor = _Monitor(folder / "monitor")
            with contextlib.closing(monitor):

                def truth() -> np.ndarray:
                    monitor.ask("screendump", filename=str(folder / "picture"))
                    return np.asarray(Image.open(io.BytesIO((folder / "picture").read_bytes())).convert("RGB"))

                def paint(_: np.ndarray, after: np.ndarray) -> None:
                    monitor.ask("send-key", keys=[{"type": "qcode", "data": "spc"}])
                    _until_shown(after, truth)

                _until_shown(scene.frames()[0], truth)
                yield Stage(_FIRST_PORT + number, paint, truth)


def _until_shown(picture: np.ndarray, truth: Any) -> None:
    limit = time.monotonic() + PATIENCE
    while not np.array_equal(truth(), picture[:, :, 2::-1]):
        if time.monotonic() > limit:
            raise RuntimeError("QEMU's guest does not show the scene")
        time.sleep(0.05)


def _is_free(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
        return True
    return False
