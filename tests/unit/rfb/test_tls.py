"""TLS without a socket, against the server's side of `ssl`."""

from __future__ import annotations

import ssl
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screenagent.errors import SettingsError
from screenagent.rfb import Options, Tls, tls
from screenagent.rfb.errors import CertificateRefused, TlsFailed
from screenagent.rfb.session import Session
from unit.rfb.secured import Certificate, FarEnd, certify, server_context

PASSWORD = b"the password"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def own(folder: Path) -> Certificate:
    """One that its server has signed itself."""
    return certify(folder, "own")


def near_end(options: Tls, host: str = "desk") -> tls.TlsLayer:
    """The client's end, as a session makes it."""
    channel = Session(f"{host}:5900", options=Options(tls=options))._channel
    channel.outgoing.clear()
    return tls.certified(channel)


def anonymous_end() -> tls.TlsLayer:
    return tls.anonymous(Session("desk:5900")._channel)


def shake(near: tls.TlsLayer, far: FarEnd) -> None:
    """Carry bytes to and fro until neither end has more."""
    while True:
        there = near.send(b"")
        far.take(there)
        back = far.give()
        near.receive(back)
        if not there and not back:
            return


def refused(options: Tls, certificate: Certificate, host: str = "desk") -> CertificateRefused:
    """The error that ends the handshake; what was waiting to be sent must not have left."""
    near, far = near_end(options, host), FarEnd(server_context(certificate))
    far.take(near.send(PASSWORD))
    with pytest.raises(CertificateRefused) as caught:
        shake(near, far)
    for data in (b"", b"more"):
        with pytest.raises((CertificateRefused, TlsFailed)):
            far.take(near.send(data))
    assert far.heard == b""
    return caught.value


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_what_waits_is_sent_once_the_certificate_is_found_good(own: Certificate, version: ssl.TLSVersion) -> None:
    near, far = near_end(Tls(fingerprint=own.fingerprint)), FarEnd(server_context(own, version))
    assert near.waits_for == "its part of the TLS handshake"
    hello = near.send(PASSWORD)
    assert PASSWORD not in hello
    far.take(hello)
    shake(near, far)
    assert near.waits_for == ""
    assert far.heard == PASSWORD
    assert near.receive(far.give(b"welcome")) == b"welcome"
    assert far.take(near.send(b"thanks")) == b"thanks"


def test_without_a_certificate_nobody_can_listen_either() -> None:
    near, far = anonymous_end(), FarEnd(server_context(None))
    shake(near, far)
    wire = far.give(bytes(1000))
    assert bytes(100) not in wire
    assert near.receive(wire) == bytes(1000)


def test_a_server_with_a_certificate_is_not_taken_for_an_anonymous_one(own: Certificate) -> None:
    near, far = anonymous_end(), FarEnd(server_context(own))
    with pytest.raises(TlsFailed, match=r"The TLS handshake with desk:5900 failed: .*handshake failure"):
        shake(near, far)


@given(sizes=st.lists(st.integers(1, 700), min_size=1, max_size=20), text=st.binary(max_size=40_000))
@settings(max_examples=20, deadline=None)
def test_it_does_not_matter_how_the_bytes_are_cut(sizes: list[int], text: bytes) -> None:
    near, far = anonymous_end(), FarEnd(server_context(None))
    far.take(near.send(b""))
    wire, heard, unsent, turn = far.give(), b"", text, 0
    while wire:
        size = sizes[turn % len(sizes)]
        turn += 1
        heard += near.receive(memoryview(wire[:size]))
        far.take(near.send(b""))
        wire = wire[size:] + far.give()
        if not near.waits_for:
            wire, unsent = wire + far.give(unsent), b""
    assert near.waits_for == ""
    assert heard == text


def test_a_self_signed_certificate_is_refused_with_its_fingerprint(own: Certificate) -> None:
    error = refused(Tls(), own)
    assert "desk:5900 shows a certificate that cannot be trusted: self-signed certificate" in error.message
    assert own.fingerprint in error.message
    assert error.fingerprint == own.fingerprint


@pytest.mark.parametrize("shape", [str, str.lower, lambda text: text.replace(":", "")])
def test_a_pinned_certificate_is_good_whatever_else_it_says(own: Certificate, folder: Path, shape: object) -> None:
    old = certify(folder, "old", days=-1, host="another")
    for certificate in (own, old):
        near = near_end(Tls(fingerprint=shape(certificate.fingerprint)))  # type: ignore[operator]
        shake(near, FarEnd(server_context(certificate)))
        assert near.waits_for == ""


def test_another_certificate_than_the_pinned_one_is_refused(own: Certificate, folder: Path) -> None:
    signer = certify(folder, "signer", authority=True)
    changed = certify(folder, "changed", signer=signer)
    error = refused(Tls(fingerprint=own.fingerprint), changed)
    assert "another certificate than the one that is expected" in error.message
    assert error.fingerprint == changed.fingerprint


def test_an_authority_vouches_for_the_names_that_it_signed(folder: Path) -> None:
    authority = certify(folder, "authority", authority=True)
    trust = Tls(authorities=authority.file)
    for host, certificate in (("desk", "by-name"), ("192.0.2.7", "by-address"), ("[2001:db8::7]", "by-v6")):
        near = near_end(trust, host)
        shake(near, FarEnd(server_context(certify(folder, certificate, signer=authority, host=host.strip("[]")))))
        assert near.waits_for == ""
    elsewhere = certify(folder, "elsewhere", signer=authority, host="another")
    error = refused(trust, elsewhere)
    assert "not valid for 'desk'" in error.message
    assert "give that name" in error.hint
    assert "not valid for '192.0.2.7'" in refused(trust, elsewhere, "192.0.2.7").message
    near = near_end(Tls(authorities=authority.file, server_name="another"))
    shake(near, FarEnd(server_context(elsewhere)))
    assert near.waits_for == ""


def test_what_an_authority_signed_can_run_out_or_be_another_s(folder: Path, own: Certificate) -> None:
    authority, other = certify(folder, "first", authority=True), certify(folder, "second", authority=True)
    late = certify(folder, "late", signer=authority, days=-1)
    assert "has expired" in refused(Tls(authorities=authority.file), late).message
    foreign = certify(folder, "foreign", signer=other)
    assert "unable to get local issuer certificate" in refused(Tls(authorities=authority.file), foreign).message
    near = near_end(Tls(authorities=own.file))
    shake(near, FarEnd(server_context(own)))
    assert near.waits_for == ""


def test_the_system_s_authorities_count_unless_others_are_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = certify(folder, "system", authority=True)
    certificate = certify(folder, "known", signer=authority)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    for options in (Tls(), Tls("verified")):
        near = near_end(options)
        shake(near, FarEnd(server_context(certificate)))
        assert near.waits_for == ""


def test_an_unverified_certificate_is_taken_where_that_is_asked_for(folder: Path) -> None:
    near = near_end(Tls("unverified"))
    shake(near, FarEnd(server_context(certify(folder, "whoever", days=-1, host="another"))))
    assert near.waits_for == ""


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_farewell_is_answered_and_ends_all_reading_and_sending(own: Certificate, version: ssl.TLSVersion) -> None:
    near, far = near_end(Tls("unverified")), FarEnd(server_context(own, version))
    shake(near, far)
    assert near.receive(far.give(b"last words") + far.farewell()) == b"last words"
    assert far.is_left(near.send(b"too late"))
    assert far.heard == b""
    assert near.receive(b"") == near.send(b"far too late") == b""


@pytest.mark.parametrize(
    "answer", [b"RFB 003.008\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", bytes(100), b"\x16\x03\x03\x00\x04\x02\x00\x00\x00"]
)
def test_an_answer_that_is_not_tls_is_said_so(answer: bytes) -> None:
    near = near_end(Tls())
    near.send(b"")
    with pytest.raises(TlsFailed, match="desk:5900"):
        near.receive(answer)


def test_bytes_that_were_changed_on_their_way_are_noticed(own: Certificate) -> None:
    near, far = near_end(Tls("unverified")), FarEnd(server_context(own))
    shake(near, far)
    wire = bytearray(far.give(b"to the left"))
    wire[-1] ^= 1
    with pytest.raises(TlsFailed, match="desk:5900 broke the encryption"):
        near.receive(wire)


def test_many_threads_may_send_while_another_reads(own: Certificate) -> None:
    near, far = near_end(Tls("unverified")), FarEnd(server_context(own))
    shake(near, far)
    downwards = [far.give(bytes([number]) * 5000) for number in range(100)]
    upwards: list[bytes] = []
    order = threading.Lock()

    def send(number: int) -> None:
        for _ in range(50):
            with order:
                upwards.append(near.send(bytes([number]) * 500))

    threads = [threading.Thread(target=send, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    heard = b"".join(near.receive(wire) for wire in downwards)
    for thread in threads:
        thread.join()
    assert heard == b"".join(bytes([number]) * 5000 for number in range(100))
    sent = far.take(b"".join(upwards))
    assert [sent.count(bytes([number])) for number in range(4)] == [50 * 500] * 4


@pytest.mark.parametrize(
    "wrong",
    [
        {"fingerprint": "AB:CD"},
        {"fingerprint": "g" * 64},
        {"fingerprint": "ä" * 64},
        {"fingerprint": "0" * 64, "authorities": Path("ca.pem")},
        {"use": "off", "fingerprint": "0" * 64},
        {"use": "unverified", "authorities": Path("ca.pem")},
    ],
)
def test_wishes_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Tls(**wrong)  # type: ignore[arg-type]


def test_a_file_without_authorities_and_a_name_that_is_none_are_named(folder: Path) -> None:
    (folder / "junk.pem").write_text("no certificate\n")
    with pytest.raises(SettingsError, match=r"junk\.pem holds no certificates"):
        near_end(Tls(authorities=folder / "junk.pem"))
    with pytest.raises(SettingsError, match=r"gone\.pem cannot be read: No such file"):
        near_end(Tls(authorities=folder / "gone.pem"))
    with pytest.raises(SettingsError, match="is not a name"):
        near_end(Tls(server_name=".desk"))


def test_who_needs_no_encryption_does_not_load_it() -> None:
    heavy = "{'ssl', 'cryptography', 'PIL'}"
    asked = f"import sys, screenagent.rfb; print(sorted({heavy} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
