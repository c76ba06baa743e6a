"""VeNCrypt, and TLS (18): what is chosen, what is refused, and that both work with real servers."""

from __future__ import annotations

import contextlib
import os
import re
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from screenagent.errors import AuthenticationFailed, DesktopError, DesktopProtocolError, DesktopUnreachable, ScreenAgentError
from screenagent.rfb import Client, Options, State, Tls
from screenagent.rfb.errors import (
    CertificateRefused,
    EncryptionMissing,
    PasswordMissing,
    TlsFailed,
    UnsupportedSecurity,
    UserNameMissing,
    WrongPassword,
)
from screenagent.rfb.session import Session
from unit.rfb.secured import (
    PASSWORD,
    PLAIN,
    TLS_NONE,
    TLS_PLAIN,
    TLS_VNC,
    USERS,
    X509_NONE,
    X509_PLAIN,
    X509_VNC,
    Certificate,
    Server,
    certify,
    server_context,
)

_PATIENCE = 30.0
_ALL = (TLS_NONE, TLS_VNC, TLS_PLAIN, X509_NONE, X509_VNC, X509_PLAIN)
_LOGIN = {"username": "anna", "password": USERS["anna"]}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certify(tmp_path_factory.mktemp("certificate"), "own")


@pytest.fixture
def pinned(own: Certificate) -> Options:
    return Options(tls=Tls(fingerprint=own.fingerprint))


def converse(session: Session, server: Server, piece: int = 1 << 16) -> None:
    """Carry bytes to and fro, in pieces, until neither has more to say."""
    while True:
        there = session.to_send()
        server.feed(there)
        back = server.to_send()
        for start in range(0, len(back), piece):
            session.feed(back[start : start + piece])
        if not there and not back:
            return


def failure(server: Server, peer: str = "desk:5900", **arguments: Any) -> DesktopError:
    with pytest.raises(DesktopError) as caught:
        converse(Session(peer, **arguments), server)
    assert not server.entered
    return caught.value


@pytest.mark.parametrize("minor", [7, 8])
@pytest.mark.parametrize("kind", _ALL)
@pytest.mark.parametrize("piece", [1, 1 << 16])
def test_every_kind_lets_us_in(own: Certificate, kind: int, minor: int, piece: int) -> None:
    server = Server(kind, certificate=own, minor=minor)
    login = _LOGIN if kind in (TLS_PLAIN, X509_PLAIN) else {"password": PASSWORD}
    options = Options(tls=Tls(fingerprint=own.fingerprint) if kind >= X509_NONE else Tls())
    session = Session("desk:5900", options=options, **login)
    converse(session, server, piece)
    assert server.entered
    assert session.ready
    assert session.name == "name"
    assert server.chosen == [19, kind]
    assert server.clear == b"RFB 003.%03d\n" % minor + b"\x13\0\2" + struct.pack("!I", kind)
    assert session.security.startswith("VeNCrypt (19) with VeNCrypt ")
    assert session.security.endswith(f"({kind})")


@pytest.mark.parametrize(
    ("login", "offered", "chosen"),
    [
        (_LOGIN, _ALL, X509_PLAIN),
        ({"password": PASSWORD}, _ALL, X509_VNC),
        ({}, _ALL, X509_NONE),
        (_LOGIN, (TLS_NONE, TLS_PLAIN, TLS_VNC), TLS_PLAIN),
        ({"password": PASSWORD}, (TLS_NONE, TLS_PLAIN, TLS_VNC), TLS_VNC),
        ({}, (TLS_VNC, TLS_NONE), TLS_NONE),
        ({"password": PASSWORD}, (TLS_PLAIN, 2), 2),
        ({"password": PASSWORD}, (X509_PLAIN, TLS_VNC, 2, 1), TLS_VNC),
    ],
)
def test_the_strongest_that_we_have_the_login_for_is_chosen(
    own: Certificate, login: dict[str, str], offered: tuple[int, ...], chosen: int
) -> None:
    server = Server(*offered, certificate=own)
    options = Options(tls=Tls("unverified") if X509_NONE in offered else Tls())
    converse(Session("desk:5900", options=options, **login), server)
    assert server.chosen == [19, chosen]
    assert server.entered


@pytest.mark.parametrize(
    ("wanted", "top", "chosen"),
    [
        (Tls(), (1, 2, 18, 19), 19),
        (Tls(), (1, 2, 18), 18),
        (Tls(), (1, 2), 2),
        (Tls("unverified"), (1, 2, 18), 18),
        (Tls("off"), (1, 2, 18, 19), 2),
    ],
)
def test_encryption_is_used_where_it_is_offered_unless_switched_off(wanted: Tls, top: tuple[int, ...], chosen: int) -> None:
    server = Server(TLS_VNC, top=top)
    session = Session("desk:5900", password=PASSWORD, options=Options(tls=wanted))
    converse(session, server)
    assert server.chosen[0] == chosen
    assert server.entered


@pytest.mark.parametrize(
    ("wanted", "top", "said"),
    [
        (Tls("verified"), (1, 2, 18), "no TLS with a certificate, .*: None \\(1\\), VNC password \\(2\\), TLS \\(18\\)"),
        (Tls(fingerprint="00" * 32), (1,), "no TLS with a certificate, .*: None \\(1\\)"),
        (Tls("verified"), (2, 19), "no TLS with a certificate, .*: VeNCrypt TLSVnc \\(258\\)"),
        (Tls("unverified"), (1, 2, 30), "no TLS, .*: None \\(1\\), VNC password \\(2\\), Apple Remote Desktop \\(30\\)"),
        (Tls("off"), (18, 19), "TLS is switched off here; it offers: TLS \\(18\\), VeNCrypt \\(19\\)"),
    ],
)
def test_less_encryption_than_is_asked_for_is_refused(wanted: Tls, top: tuple[int, ...], said: str) -> None:
    server = Server(TLS_VNC, top=top)
    error = failure(server, password=PASSWORD, options=Options(tls=wanted))
    assert type(error) is EncryptionMissing
    assert re.search(said, error.message)
    assert server.far is None


def test_a_refused_certificate_is_the_end_though_weaker_kinds_are_offered(own: Certificate) -> None:
    server = Server(*_ALL, certificate=own, top=(1, 2, 19))
    error = failure(server, **_LOGIN)
    assert type(error) is CertificateRefused
    assert error.fingerprint == own.fingerprint
    assert server.chosen == [19, X509_PLAIN]
    assert server.logins == []
    assert server.far is not None
    assert server.far.heard == b""


@pytest.mark.parametrize(
    ("offered", "login", "kind", "said"),
    [
        ((X509_PLAIN, TLS_PLAIN), {"password": "x"}, UserNameMissing, "asks for a user name .*X509Plain .262., .*TLSPlain .259."),
        ((X509_PLAIN, TLS_PLAIN), {}, UserNameMissing, "asks for a user name .*X509Plain"),
        ((X509_PLAIN,), {"username": "anna"}, PasswordMissing, "asks for a password .*X509Plain"),
        ((TLS_PLAIN, TLS_VNC), {}, PasswordMissing, "asks for a password .*TLSVnc"),
        ((263, 264), _LOGIN, UnsupportedSecurity, "only: VeNCrypt TLSSASL .263., VeNCrypt X509SASL .264."),
        ((300,), _LOGIN, UnsupportedSecurity, "only: number 300"),
        ((), _LOGIN, UnsupportedSecurity, "only: nothing"),
    ],
)
def test_what_is_lacking_is_named_with_the_offer(
    offered: tuple[int, ...], login: dict[str, str], kind: type[DesktopError], said: str
) -> None:
    error = failure(Server(*offered), **login)
    assert type(error) is kind
    assert re.search(said, error.message)


def test_wrong_logins_are_refused_in_the_server_s_words(own: Certificate, pinned: Options) -> None:
    error = failure(Server(X509_PLAIN, certificate=own), username="anna", password="hunter22", options=pinned)
    assert type(error) is WrongPassword
    assert "desk:5900 refused the user name or the password: no" in error.message
    assert "VeNCrypt (19)" in error.hint
    assert "hunter22" not in str(error)
    error = failure(Server(TLS_VNC, minor=7), password="hunter22")
    assert "desk:5900 refused the password: the password is wrong" in error.message


@pytest.mark.parametrize(("peer", "told"), [("localhost:5900", True), ("/run/vnc", True), ("desk:5900", False)])
def test_user_name_and_password_are_shown_to_nobody_on_the_network(peer: str, told: bool) -> None:
    server = Server(PLAIN)
    if told:
        converse(Session(peer, **_LOGIN), server)
        assert server.logins == [("anna", USERS["anna"])]
    else:
        error = failure(server, peer, **_LOGIN)
        assert type(error) is EncryptionMissing
        assert "in the clear" in error.message
        assert "SSH tunnel" in error.hint
        assert server.logins == []


@pytest.mark.parametrize("minor", [7, 8])
@pytest.mark.parametrize(("inner", "password"), [((1,), None), ((1, 2), PASSWORD)])
@pytest.mark.parametrize("piece", [1, 1 << 16])
def test_plain_tls_has_its_own_choice_inside(minor: int, inner: tuple[int, ...], password: str | None, piece: int) -> None:
    server = Server(top=(18,), inner=inner, minor=minor)
    session = Session("desk:5900", password=password)
    converse(session, server, piece)
    assert server.chosen == [18, inner[-1]]
    assert server.clear == b"RFB 003.%03d\n" % minor + b"\x12"
    assert session.ready
    assert session.security.startswith("TLS (18) with ")


def test_a_refusal_inside_tls_is_told() -> None:
    assert type(failure(Server(top=(18,), inner=(16,)), password="x")) is UnsupportedSecurity
    assert type(failure(Server(top=(18,), inner=(2,)))) is PasswordMissing
    assert type(failure(Server(top=(18,), inner=(2,)), password="x")) is WrongPassword


_HELLO = b"RFB 003.008\n\x01\x13"


@pytest.mark.parametrize(
    ("sent", "kind", "said"),
    [
        (_HELLO + b"\0\1", UnsupportedSecurity, "VeNCrypt 0.1; 0.2 is the oldest"),
        (_HELLO + b"\0\2\1", DesktopProtocolError, "does not agree to VeNCrypt 0.2"),
        (_HELLO + b"\0\2\0\1\0\0\1\2" + b"\0", TlsFailed, "offers TLS and cannot do it"),
        (_HELLO + b"\0\2\0\1\0\0\1\2" + b"\1" + bytes(40), TlsFailed, "TLS handshake"),
        (_HELLO + b"\0\2\0\1\0\0\1\2" + b"\1" + bytes(16) + bytes(4), TlsFailed, "TLS handshake"),
        (b"RFB 003.008\n\x01\x12" + b"\x01\x01" + bytes(20), TlsFailed, "TLS handshake"),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_a_server_that_goes_wrong_or_speaks_ahead_of_tls_is_believed_in_nothing(
    sent: bytes, kind: type[DesktopError], said: str, size: int
) -> None:
    session = Session("desk:5900", password="x")

    def feed_all() -> None:
        for start in range(0, len(sent), size):
            session.feed(sent[start : start + size])
            session.to_send()

    with pytest.raises(DesktopError) as caught:
        feed_all()
    assert type(caught.value) is kind
    assert said in caught.value.message
    assert not session.ready


@pytest.mark.parametrize(
    ("sent", "missing"),
    [
        (_HELLO, "its version of VeNCrypt"),
        (_HELLO + b"\0\2", "its consent to VeNCrypt 0.2"),
        (_HELLO + b"\0\2\0", "its kinds of VeNCrypt"),
        (_HELLO + b"\0\2\0\xff\0\0\1", "its kinds of VeNCrypt"),
        (_HELLO + b"\0\2\0\1\0\0\1\2", "its consent to TLS"),
        (_HELLO + b"\0\2\0\1\0\0\1\2\1", "its part of the TLS handshake"),
        (_HELLO + b"\0\2\0\1\0\0\1\2\1\x16\x03\x03\0\x30", "its part of the TLS handshake"),
        (b"RFB 003.008\n\x01\x12", "its part of the TLS handshake"),
    ],
)
def test_an_end_or_silence_on_the_way_names_what_is_missing(sent: bytes, missing: str) -> None:
    session = Session("desk:5900", password="x")
    session.feed(sent)
    session.to_send()
    for error in (session.end(), session.silence(3)):
        assert type(error) is DesktopUnreachable
        assert missing in error.message


def test_a_handshake_that_never_ends_is_ended_at_the_deadline(scripted_server: Any, client_for: Any) -> None:
    def script(peer: Any) -> None:
        stopped = threading.Event()
        peer.send(_HELLO + b"\0\2\0\1\0\0\1\2\1\x16\x03\x03\x40\0")
        trickle = threading.Thread(target=_trickle, args=(peer, stopped))
        trickle.start()
        peer.hold()
        stopped.set()
        trickle.join()

    options = Options(connect_timeout=0.4, reconnect=False)
    client = client_for(scripted_server(script).port, password="x", options=options)
    with pytest.raises(DesktopUnreachable, match=r"did not send its part of the TLS handshake within 0\.4 s"):
        client.connect()


def _trickle(peer: Any, stopped: threading.Event) -> None:
    while not stopped.wait(0.02):
        peer.send(b"x")


def _x509_none(certificate: Certificate, after: Callable[[Any], None]) -> Callable[[Any], None]:
    """A script that lets everybody in over TLS, shows a picture, and then does what `after` says."""

    def script(peer: Any) -> None:
        peer.send(b"RFB 003.008\n")
        peer.read(12)
        peer.send(b"\x01\x13")
        peer.read(1)
        peer.send(b"\0\2")
        peer.read(2)
        peer.send(b"\0\1" + struct.pack("!I", X509_NONE))
        peer.read(4)
        peer.send(b"\1")
        with contextlib.suppress(OSError), server_context(certificate).wrap_socket(peer._link, server_side=True) as link:
            link.sendall(bytes(4) + struct.pack("!HH16xI", 4, 3, 0))
            link.recv(1)
            link.sendall(struct.pack("!BxHHHHHi", 0, 1, 0, 0, 4, 3, 0) + b"\x05" * 48)
            after(link)

    return script


class _States:
    """What a client says of itself, to be waited for."""

    def __init__(self) -> None:
        self._told: list[tuple[State, ScreenAgentError | None]] = []
        self._changed = threading.Condition()

    def __call__(self, state: State, error: ScreenAgentError | None) -> None:
        with self._changed:
            self._told.append((state, error))
            self._changed.notify_all()

    def end(self) -> ScreenAgentError | None:
        """Wait for the end of the client's attempts and return their error."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._told[-1:] and self._told[-1][0] is State.DISCONNECTED, _PATIENCE)
            return self._told[-1][1]


def test_a_certificate_that_changed_over_a_lost_connection_ends_it(
    scripted_server: Any, client_for: Any, own: Certificate, tmp_path: Path
) -> None:
    go = threading.Event()
    server = scripted_server(
        _x509_none(own, lambda link: go.wait(_PATIENCE)), _x509_none(certify(tmp_path, "new"), lambda link: link.recv(1))
    )
    states = _States()
    options = Options(tls=Tls(fingerprint=own.fingerprint))
    client = client_for(server.port, options=options, on_state=states)
    client.connect()
    assert client.snapshot().pixels[0, 0, 0] == 5
    go.set()
    assert type(states.end()) is CertificateRefused
    assert server.connections == 2


def test_a_connection_that_ends_without_tls_s_farewell_is_lost_like_any_other(
    scripted_server: Any, client_for: Any, own: Certificate
) -> None:
    for ending in (lambda link: link.unwrap(), lambda link: None):
        go, states = threading.Event(), _States()

        def after(link: Any, go: threading.Event = go, ending: Callable[[Any], None] = ending) -> None:
            go.wait(_PATIENCE)
            ending(link)

        options = Options(tls=Tls("unverified"), reconnect=False)
        client_for(scripted_server(_x509_none(own, after)).port, options=options, on_state=states).connect()
        go.set()
        assert "closed the connection" in str(states.end())


@pytest.fixture(scope="module")
def everything(start_xtigervnc: Any, own: Certificate) -> Iterator[Any]:
    """An Xtigervnc with all that it has."""
    plain = ["-PlainUsers", "root", "-PAMService", "su"] if _plain_can_be_tried() else []
    types = "X509Plain,X509Vnc,X509None,TLSPlain,TLSVnc,TLSNone,Plain,VncAuth,None"
    more = ["-X509Cert", str(own.file), "-X509Key", str(own.key_file), "-BlacklistThreshold=1000", *plain]
    server = start_xtigervnc((64, 48), "-SecurityTypes", types, *more)
    yield server
    server.stop()


def _plain_can_be_tried() -> bool:
    """Plain asks PAM; to root, the service su says yes to any password."""
    return os.geteuid() == 0 and "pam_rootok" in (Path("/etc/pam.d/su").read_text() if Path("/etc/pam.d/su").exists() else "")


def test_a_real_server_is_entered_with_what_we_have(everything: Any, client_for: Any, pinned: Options) -> None:
    for login, tls, kind in (
        ({"password": everything.password}, pinned.tls, "X509Vnc"),
        ({}, pinned.tls, "X509None"),
        ({"password": everything.password}, Tls("off"), "VNC password"),
        ({}, Tls("off"), "None"),
    ):
        client: Client = client_for(everything.port, options=Options(tls=tls, reconnect=False), **login)
        client.connect()
        assert kind in client.statistics().security
        before = client.snapshot().number
        client.pointer(5, 5, 0)
        client.refresh()
        assert client.wait_update(before, _PATIENCE) > before
        client.close()


@pytest.mark.skipif(not _plain_can_be_tried(), reason="needs root and PAM's su")
def test_a_real_server_takes_user_names(everything: Any, client_for: Any, pinned: Options) -> None:
    client = client_for(everything.port, username="root", password="any", options=pinned)
    client.connect()
    assert "X509Plain" in client.statistics().security
    with pytest.raises(WrongPassword, match=r"refused the user name or the password: .*invalid password or username"):
        client_for(everything.port, username="somebody-else", password="any", options=pinned).connect()


def test_a_real_server_s_certificate_is_looked_at(everything: Any, client_for: Any, own: Certificate) -> None:
    with pytest.raises(CertificateRefused, match="self-signed certificate") as caught:
        client_for(everything.port, password=everything.password).connect()
    assert caught.value.fingerprint == own.fingerprint
    with pytest.raises(AuthenticationFailed, match=r"not valid for '127\.0\.0\.1'"):
        client_for(everything.port, password=everything.password, options=Options(tls=Tls(authorities=own.file))).connect()


def test_the_picture_comes_through_anonymous_tls_as_it_is(real_server: Any, client_for: Any) -> None:
    server = real_server("320x240", "-SecurityTypes", "TLSVnc")
    server.x("xsetroot", "-mod", "5", "7", "-fg", "#123456", "-bg", "#fedcba")
    client: Client = client_for(server.port, password=server.password)
    client.connect()
    assert "TLSVnc" in client.statistics().security
    assert np.array_equal(client.snapshot().pixels[:, :, :3], server.picture())
    with pytest.raises(WrongPassword):
        client_for(server.port, password="not that").connect()
    with pytest.raises(EncryptionMissing):
        client_for(server.port, password=server.password, options=Options(tls=Tls("verified"))).connect()
