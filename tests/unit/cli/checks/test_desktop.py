"""What stands between us and a desktop is named, each cause in its own words, with what to do."""

import hashlib
import socket
import ssl
import struct
import subprocess
from types import SimpleNamespace

import pytest

from screenagent.cli.checks import Verdict
from screenagent.cli.checks.desktop import desktop

HELLO = b"RFB 003.008\n"


@pytest.fixture
def look(examine):
    """The findings for a desktop at a port."""

    def run(port, host="127.0.0.1", **more):
        more = {"connect_timeout": 30, **more}
        keys = "".join(f", {key}: {value!r}" for key, value in more.items())
        return examine(desktop, f"llm_api: {{use: OCR}}\nremote_vnc_server: {{host: '{host}', port: {port}{keys}}}\n")

    return run


@pytest.fixture
def certificate(tmp_path):
    """One that its server has signed itself."""
    make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=desk"]
    subprocess.run([*make, "-keyout", tmp_path / "key", "-out", tmp_path / "crt"], check=True, capture_output=True)
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert((tmp_path / "crt").read_text())).digest()
    options = ("-X509Cert", str(tmp_path / "crt"), "-X509Key", str(tmp_path / "key"))
    return SimpleNamespace(options=options, fingerprint=digest.hex(":").upper())


def reason(text):
    return struct.pack("!I", len(text)) + text


def only(findings):
    assert [finding.verdict for finding in findings] == [Verdict.PROBLEM], findings
    assert findings[0].fix
    return findings[0]


def test_a_closed_port(look):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    found = only(look(port))
    assert found.text == f"Nothing listens on 127.0.0.1:{port}: the machine is there and refused the connection."
    assert "Start the VNC server" in found.fix
    assert found.status == 11


def test_a_name_that_nobody_has(look):
    found = only(look(5900, host="no-such-host.invalid"))
    assert 'There is no machine named "no-such-host.invalid"' in found.text or "looked up" in found.text
    assert found.status == 11


def test_a_network_that_cannot_be_reached(look):
    found = only(look(5900, host="ff02::1"))
    assert "[ff02::1]:5900 cannot be reached" in found.text
    assert found.status == 11


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "an SSH server"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "a web server"),
        (b"220 mail.example.org ESMTP\r\n", "a mail or FTP server"),
    ],
)
def test_another_server_that_speaks_first_is_quoted(look, speaker, line, kind):
    server = speaker(line)
    found = only(look(server.port))
    assert found.text == f'127.0.0.1:{server.port} is not a VNC server: it answered "{line.split(bytes([13]))[0].decode()}".'
    assert kind in found.fix
    assert found.status == 13


def test_a_web_server_that_waits_to_be_asked_is_found_out(look, site):
    found = only(look(site.port, connect_timeout=1))
    assert found.text.startswith(f"127.0.0.1:{site.port} is not a VNC server: a web server (BaseHTTP")
    assert "remote_vnc_server.port" in found.fix
    assert found.status == 13


def test_a_server_that_wants_tls_is_found_out(look, speaker):
    server = speaker(18, b"\x15\x03\x01\x00\x02\x02\x46", close=True)
    assert "a server that speaks TLS only" in only(look(server.port, connect_timeout=1)).text


def test_a_server_that_accepts_and_says_nothing(look, speaker):
    server = speaker()
    found = only(look(server.port, connect_timeout=1))
    assert found.text == f"127.0.0.1:{server.port} accepted the connection but did not send its greeting within 1 s."
    assert found.status == 11


def test_a_server_that_hangs_up_at_once(look, speaker):
    assert "closed the connection instead of sending its greeting" in only(look(speaker(close=True).port)).text


@pytest.mark.parametrize("offered", [b"\x04\x1e\x21\x24\x23", b"\x02\x1e\x23"])
def test_macos_screen_sharing_that_wants_a_macos_login(look, speaker, offered):
    server = speaker(b"RFB 003.889\n", 12, offered)
    found = only(look(server.port, password="secret-one"))
    assert found.text.startswith(f"127.0.0.1:{server.port} asks for a user name and none was given; it offers: Apple")
    assert "remote_vnc_server.username" in found.fix
    assert '"VNC viewers may control screen with password"' in found.fix
    assert "macOS holds 5900 itself" in found.fix
    assert found.status == 12


def test_macos_screen_sharing_that_wants_what_is_not_spoken(look, speaker):
    found = only(look(speaker(b"RFB 003.889\n", 12, b"\x02\x21\x23").port, username="anna", password="secret-one"))
    assert "wants a macOS login of a kind that is not spoken" in found.text
    assert '"VNC viewers may control screen with password"' in found.fix


def test_macos_screen_sharing_with_a_vnc_password_that_we_lack(look, speaker):
    found = only(look(speaker(b"RFB 003.889\n", 12, b"\x03\x1e\x02\x23").port))
    assert "asks for a password and none was given" in found.text
    assert "VNC viewers may control screen" in found.fix


def test_a_wrong_password(look, xtigervnc):
    screen = xtigervnc((64, 48))
    found = only(look(screen.port, password="not-that-one"))
    assert found.text.startswith(f"127.0.0.1:{screen.port} refused the password: ")
    assert "remote_vnc_server.password" in found.fix
    assert "not-that-one" not in repr(found)
    assert found.status == 12


def test_a_password_that_is_wanted_and_missing(look, xtigervnc):
    screen = xtigervnc((64, 48))
    found = only(look(screen.port))
    offered = "VeNCrypt TLSVnc (258), VNC password (2)"
    assert found.text == f"127.0.0.1:{screen.port} asks for a password and none was given; it offers: {offered}."
    assert "remote_vnc_server.password" in found.fix
    assert found.status == 12


def test_too_many_attempts(look, xtigervnc):
    screen = xtigervnc((64, 48), "-BlacklistThreshold=1", "-BlacklistTimeout=600")
    for _ in range(2):
        look(screen.port, password="not-that-one")
    found = only(look(screen.port, password=screen.password))
    assert "refuses the connection: Too many security failures" in found.text
    assert "wait a minute" in found.fix
    assert found.status == 12


def test_a_server_s_own_reason_for_refusing(look, speaker):
    found = only(look(speaker(HELLO, 12, b"\x00" + reason(b"The licence has run out")).port))
    assert "refuses the connection: The licence has run out" in found.text
    assert found.status == 12


@pytest.mark.parametrize(
    ("offered", "names", "fix"),
    [
        (b"\x01\x14", "SASL (20)", "leave sasl out of -vnc"),
        (b"\x02\x05\x81", "RealVNC RA2 (5), RealVNC RA2 (256 bit) (129)", "RealVNC: Options, Security"),
        (b"\x02\x11\x71", "UltraVNC (17), UltraVNC MS-Logon II (113)", "MS-Logon"),
        (b"\x01\xc8", "number 200", "Switch on VeNCrypt (19)"),
    ],
)
def test_security_types_that_are_not_spoken_are_named(look, speaker, offered, names, fix):
    found = only(look(speaker(HELLO, 12, offered).port, password="secret-one"))
    assert found.text.endswith(f"offers no security type that can be used, only: {names}.")
    assert fix in found.fix
    assert found.status == 12


def test_a_certificate_that_nobody_vouches_for(look, xtigervnc, certificate):
    screen = xtigervnc((64, 48), "-SecurityTypes", "X509Vnc", *certificate.options)
    found = only(look(screen.port, password=screen.password))
    assert "shows a certificate that cannot be trusted: self-signed certificate" in found.text
    assert f'remote_vnc_server.tls_fingerprint: "{certificate.fingerprint}"' in found.fix
    assert found.status == 12
    seen = look(screen.port, password=screen.password, tls_fingerprint=certificate.fingerprint)
    assert seen[0].verdict is Verdict.OK


def test_less_encryption_than_the_settings_ask_for(look, xtigervnc):
    screen = xtigervnc((64, 48), "-SecurityTypes", "TLSVnc")
    found = only(look(screen.port, password=screen.password, tls="verified"))
    assert "offers no TLS with a certificate" in found.text
    assert "remote_vnc_server.tls" in found.fix
    assert found.status == 12
    assert look(screen.port, password=screen.password, tls="unverified")[0].verdict is Verdict.OK


def test_a_server_that_breaks_the_protocol(look, speaker):
    assert only(look(speaker(HELLO, 12, b"\x01\x01", 1, b"\x00\x00\x00\x09").port)).status == 13


def test_a_desktop_of_a_single_colour(look, xtigervnc):
    screen = xtigervnc((320, 240), "-SecurityTypes", "None", "-br")
    first, second = look(screen.port)
    assert (first.verdict, first.text) == (Verdict.OK, f"127.0.0.1:{screen.port} shows 320x240")
    assert second.text == "The desktop is blank: the picture is of a single colour (black)."
    assert "locked" in second.fix
    assert "startxfce4" in second.fix
    assert second.status == 10


def test_a_bare_x_server(look, xtigervnc):
    screen = xtigervnc((320, 240), "-SecurityTypes", "None", "-retro")
    assert look(screen.port)[1].text == "The desktop is blank: the bare pattern of an X server without a session."


def test_a_desktop_on_a_socket_is_named_by_its_path(look, xtigervnc, tmp_path):
    path = tmp_path / "vnc"
    screen = xtigervnc((320, 240), "-rfbunixpath", str(path))
    first, _ = look(5900, host=str(path), password=screen.password)
    assert (first.verdict, first.text) == (Verdict.OK, f"{path} shows 320x240")


@pytest.mark.parametrize("backend", ["rfb", "vncdotool"])
def test_a_desktop_that_shows_something(look, xtigervnc, backend):
    screen = xtigervnc((320, 240))
    subprocess.run(["xsetroot", "-mod", "5", "7"], env=screen.environment(), check=True)
    found = look(screen.port, password=screen.password, backend=backend)
    assert {finding.verdict for finding in found} == {Verdict.OK}
    assert len(found) == (1 if backend == "rfb" else 2)
