"""`screenagent vnc HOST record`: what it writes can be replayed without the server."""

from __future__ import annotations

import gzip
import signal
import socketserver

import numpy as np
import pytest
from PIL import Image

from screenagent.rfb import Options
from screenagent.rfb.offer import LOSSLESS
from screenagent.rfb.session import Session
from support.rfb_wire import HANDSHAKE, raw, server_init, update
from support.serving import serving
from support.vnc_command import ending, start_vnc, vnc

PASSWORD = "sesame42"


def replayed(out, **options):
    """Feed what the server sent to a session of the same options; return what it sends, and what it shows as RGB."""
    session = Session("replay", password=PASSWORD, options=Options(**options))
    session.feed(gzip.decompress(out.with_name(f"{out.name}.server.gz").read_bytes()))
    return session.to_send(), session.framebuffer.snapshot().pixels[:, :, 2::-1]


def written(out):
    with Image.open(out.with_name(f"{out.name}.png")) as image:
        shown = np.asarray(image.convert("RGB"))
    return gzip.decompress(out.with_name(f"{out.name}.client.gz").read_bytes()), shown


def names(folder):
    return sorted(path.name for path in folder.glob("menu*"))


@pytest.mark.parametrize("encodings", [None, "zrle"])
def test_a_recording_is_replayed_to_the_same_answers_and_the_same_picture(encodings, xserver, tmp_path):
    xserver.run("xsetroot", "-mod", "5", "7", "-fg", "#123456", "-bg", "#fedcba")
    out = tmp_path / "menu"
    chosen = ["--encodings", encodings] if encodings else []

    done = vnc(f"127.0.0.1::{xserver.port}", "record", out, "--seconds", "0.3", *chosen, password=PASSWORD)

    assert done.exit_code == 0, done.stderr
    assert names(tmp_path) == ["menu.client.gz", "menu.png", "menu.server.gz"]
    sent, shown = replayed(out, encodings=(encodings,) if encodings else LOSSLESS.encodings)
    assert sent == written(out)[0]
    assert np.array_equal(shown, written(out)[1])
    assert np.array_equal(shown[100:, :300], xserver.pixels()[100:, :300])  # the pointer is in the middle
    assert PASSWORD.encode() not in sent
    assert "The password is not in it, but its challenge and response are" in done.stderr


def test_a_signal_ends_a_recording_in_order(xserver, tmp_path):
    out = tmp_path / "menu"
    with start_vnc(f"127.0.0.1::{xserver.port}", "record", out, password=PASSWORD) as process:
        while "recording 800x600" not in process.stderr.readline():
            assert process.poll() is None
        status, printed, _ = ending(process, signal.SIGINT)

    assert status == 0
    assert printed.split()[:2] == [f"{out}.server.gz", f"{out}.client.gz"]
    assert replayed(out, encodings=LOSSLESS.encodings)[0] == gzip.decompress((tmp_path / "menu.client.gz").read_bytes())


def test_what_goes_through_tls_is_refused_and_leaves_nothing(start_xtigervnc, tmp_path):
    server = start_xtigervnc((64, 48), "-SecurityTypes", "TLSVnc")
    try:
        done = vnc(f"127.0.0.1::{server.port}", "record", tmp_path / "menu", "--seconds", "5", password=server.password)
    finally:
        server.stop()

    assert done.exit_code == 12
    assert "ways that cannot be replayed" in done.stderr
    assert names(tmp_path) == []


class Babbling(socketserver.ThreadingTCPServer):
    """A server that shows a picture and then says what no server may."""

    daemon_threads = True
    block_on_close = True
    SAID = HANDSHAKE + server_init(20, 10) + update(raw(0, 0, 20, 10, 0x40)) + b"\x63 and so on"

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Babbling.Visit)

    class Visit(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.sendall(Babbling.SAID)
            while self.request.recv(4096):
                pass


def test_what_a_faulty_server_said_is_kept(tmp_path):
    out = tmp_path / "menu"
    with serving(Babbling()) as server:
        done = vnc(f"127.0.0.1::{server.server_address[1]}", "record", out, "--encodings", "raw")

    assert done.exit_code == 13
    assert "unknown type 99" in done.stderr
    assert gzip.decompress((tmp_path / "menu.server.gz").read_bytes()) == Babbling.SAID
    assert (written(out)[1] == 0x40).all()
