"""What the settings say about logging in and encryption, and where it ends up."""

from dataclasses import replace
from pathlib import Path

import pytest

from screenagent.app import Controller
from screenagent.desktop.login import name_setting, tls_of
from screenagent.desktop.make import make_desktop
from screenagent.desktop.options import DesktopOptions
from screenagent.domain.geometry import Size
from screenagent.errors import AuthenticationFailed, SettingsError
from screenagent.flow.cancel import CancelToken
from screenagent.rfb import Tls
from screenagent.rfb.errors import CertificateRefused, EncryptionMissing, PasswordMissing, UserNameMissing, WrongPassword
from screenagent.settings import Settings

PRINT = ":".join(["AB"] * 32)


@pytest.fixture
def load(tmp_path):
    def load(keys):
        file = tmp_path / "config.yml"
        file.write_text(f"llm_api: {{use: OCR}}\nremote_vnc_server: {{host: box{keys}}}\n", encoding="utf-8")
        return Settings.load(file)

    return load


def test_a_certificate_is_checked_where_there_is_one_and_nothing_is_insisted_on(load):
    settings = load("").desktop

    assert settings.username is None
    assert tls_of(settings) == Tls("offered")
    assert not tls_of(settings).verified


@pytest.mark.parametrize(
    ("keys", "meant"),
    [
        (", tls: off", Tls("off")),
        (", tls: 'off'", Tls("off")),
        (", tls: unverified", Tls("unverified")),
        (", tls: verified, tls_server_name: desk", Tls("verified", server_name="desk")),
        (f", tls_fingerprint: '{PRINT}'", Tls(fingerprint=PRINT)),
        (f", tls: verified, tls_fingerprint: {PRINT.replace(':', '').lower()}", Tls("verified", "ab" * 32)),
    ],
)
def test_it_can_be_more_or_less(load, keys, meant):
    assert tls_of(load(keys).desktop) == meant


def test_authorities_are_a_file_beside_the_settings(load, tmp_path):
    tls = tls_of(load(", tls_authorities: ca.pem, username: anna").desktop)

    assert tls == Tls(authorities=Path(tmp_path / "ca.pem"))
    assert tls.verified


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (", tls: required", ['cannot be "required"', "off or offered or unverified or verified"]),
        (", tls: true", ["remote_vnc_server.tls", "off or offered or unverified or verified"]),
        (", tls_fingerprint: 'AB:CD'", ["remote_vnc_server.tls_fingerprint", "64 hexadecimal digits"]),
        (f", tls: off, tls_fingerprint: '{PRINT}'", ["remote_vnc_server has tls_fingerprint", "tls: off", "Leave one"]),
        (", tls: unverified, tls_authorities: ca.pem", ["has tls_authorities", "tls: unverified"]),
        (f", tls_authorities: ca.pem, tls_fingerprint: '{PRINT}'", ["tls_fingerprint and tls_authorities", "Keep one"]),
        (", tls_server_name: ''", ["remote_vnc_server.tls_server_name", "must not be empty"]),
    ],
)
def test_what_makes_no_sense_is_named_with_its_mend(load, keys, said):
    with pytest.raises(SettingsError) as caught:
        load(keys)
    for words in said:
        assert words in str(caught.value)


@pytest.mark.parametrize(
    ("error", "setting"),
    [
        (PasswordMissing("m", hint="h"), "remote_vnc_server.password"),
        (UserNameMissing("m", hint="h"), "remote_vnc_server.username"),
        (WrongPassword("m", hint="h"), "remote_vnc_server.password"),
        (EncryptionMissing("m", hint="h"), "remote_vnc_server.tls"),
        (CertificateRefused("m", hint="h", fingerprint=PRINT), f'remote_vnc_server.tls_fingerprint: "{PRINT}"'),
        (CertificateRefused("m", hint="h"), "tls_authorities"),
    ],
)
def test_a_failed_login_names_the_setting_that_mends_it(error, setting):
    named = name_setting(error)

    assert named is error
    first, _, second = named.hint.partition("\n")
    assert first == "h"
    assert setting in second


def test_other_failures_are_left_as_they_are():
    assert name_setting(AuthenticationFailed("m", hint="h")).hint == "h"


@pytest.mark.parametrize("tls", [Tls("unverified"), Tls("verified"), Tls(fingerprint=PRINT)])
def test_the_other_backend_does_not_go_without_the_encryption_that_is_asked_for(tls):
    with pytest.raises(SettingsError, match="vncdotool does not speak TLS"):
        make_desktop(DesktopOptions(backend="vncdotool", tls=tls))


def test_a_socket_may_be_written_with_its_kind(load):
    assert load("").desktop.host == "box"
    file = load(", port: 5901").path
    file.write_text("llm_api: {use: OCR}\nremote_vnc_server: {host: 'unix:/run/vnc'}\n")
    assert Settings.load(file).desktop.host == "/run/vnc"


@pytest.fixture
def controller_for(load, xtigervnc):
    """Make a controller for a server that encrypts and shows no certificate."""
    screen = xtigervnc((64, 48), "-SecurityTypes", "TLSVnc")
    made = []

    def make(tls):
        settings = load(f", port: {screen.port}, password: {screen.password}, tls: {tls}")
        made.append(Controller(replace(settings, desktop=settings.desktop.model_copy(update={"host": "127.0.0.1"}))))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_the_controller_asks_of_a_server_what_the_settings_ask_for(controller_for):
    encrypted = controller_for("unverified")
    encrypted.open(CancelToken())
    assert encrypted.desktop.screenshot().size == Size(64, 48)
    certified = controller_for("verified")
    with pytest.raises(EncryptionMissing, match=r"remote_vnc_server\.tls"):
        certified.open(CancelToken())
