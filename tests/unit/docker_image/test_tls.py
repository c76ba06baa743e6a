"""A certificate and its key for VNC: used only when they can be."""

from __future__ import annotations

import subprocess

import pytest

GOOD = {"VNC_PASSWORD": "Zk3-fw8q", "CLIPBOARD_SERVER_SECRET_TOKEN": "Wq8sfk2LmN5vTz"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two pairs, one's key with a passphrase, junk, and nothing."""
    folder = tmp_path_factory.mktemp("tls")
    make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=desk"]
    for name in ("one", "other"):
        made = ["-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.crt"]
        subprocess.run([*make, *made], check=True, capture_output=True)
    shut = ["openssl", "pkey", "-in", f"{folder}/one.key", "-aes256", "-passout", "pass:Zk3-fw8q", "-out", f"{folder}/shut.key"]
    subprocess.run(shut, check=True, capture_output=True)
    (folder / "junk").write_text("no certificate\n")
    (folder / "empty").touch()
    return folder


@pytest.fixture
def read(module, folder):
    """Read the settings with a certificate and a key."""

    def read(certificate, key, tls="required"):
        pair = {"VNC_TLS": tls, "VNC_TLS_CERT": str(folder / certificate), "VNC_TLS_KEY": str(folder / key)}
        return module("settings").Settings.from_environment({**GOOD, **pair})

    return read


def test_a_pair_that_belongs_together_is_used(read, folder):
    settings = read("one.crt", "one.key")
    assert (settings.certificate, settings.key) == (str(folder / "one.crt"), str(folder / "one.key"))


@pytest.mark.parametrize("tls", ["offered", "required"])
@pytest.mark.parametrize(
    ("certificate", "key", "reason"),
    [
        ("one.crt", "other.key", "the key belongs to another certificate"),
        ("one.crt", "shut.key", "the key has a passphrase, which nobody could type here"),
        ("junk", "one.key", "a certificate and its key are wanted, both as PEM"),
        ("one.crt", "junk", "a certificate and its key are wanted, both as PEM"),
        ("one.key", "one.crt", "a certificate and its key are wanted, both as PEM"),
        ("empty", "empty", "a certificate and its key are wanted, both as PEM"),
    ],
)
def test_one_that_cannot_be_used_is_refused_with_the_reason(module, read, certificate, key, reason, tls):
    with pytest.raises(module("settings").Refused) as caught:
        read(certificate, key, tls)
    assert caught.value.problems == [f"VNC_TLS_CERT and VNC_TLS_KEY cannot be used: {reason}."]


@pytest.mark.parametrize("name", ["/no", "/", "/dev/zero"])
def test_what_is_no_file_is_not_read(module, read, name):
    with pytest.raises(module("settings").Refused) as caught:
        read("one.crt", name)
    assert caught.value.problems == [f"VNC_TLS_KEY names {name}, which cannot be read."]
