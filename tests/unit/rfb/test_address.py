"""VNC addresses as people write them."""

from __future__ import annotations

import pytest

from screenagent.errors import SettingsError
from screenagent.rfb.address import host_of, is_this_machine, parse_address, show_address


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("desk", "desk", 5900),
        ("desk:0", "desk", 5900),
        ("desk:3", "desk", 5903),
        ("desk:5901", "desk", 5901),
        ("desk::3", "desk", 3),
        ("desk::15900", "desk", 15900),
        ("  192.168.1.7:1 ", "192.168.1.7", 5901),
        (":2", "localhost", 5902),
        ("", "localhost", 5900),
        ("[::1]", "::1", 5900),
        ("[::1]:1", "::1", 5901),
        ("[fe80::1%eth0]::6000", "fe80::1%eth0", 6000),
        ("fe80::1:2:3", "fe80::1:2:3", 5900),
        ("2001:db8::1", "2001:db8::1", 5900),
        ("fe80::1%eth0", "fe80::1%eth0", 5900),
        ("::1", "::1", 5900),
        ("::5901", "localhost", 5901),
        ("cafe::5901", "cafe", 5901),
        ("/run/user/1000/vnc", "/run/user/1000/vnc", 5900),
        (" unix:/run/vnc:1 ", "/run/vnc:1", 5900),
    ],
)
def test_every_common_form_is_understood(text: str, host: str, port: int) -> None:
    assert parse_address(text) == (host, port)


@pytest.mark.parametrize(
    "text", ["desk:x", "desk:-1", "desk::0", "desk::70000", "desk:65536", "[::1", "[]:1", "[::1]1", "d:", "a:b:c", "unix:vnc"]
)
def test_anything_else_is_an_error_that_quotes_it(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_address(text)
    assert text in caught.value.message


def test_addresses_are_shown_with_brackets_where_they_need_them() -> None:
    assert show_address("::1", 5900) == "[::1]:5900"
    assert show_address("desk", 5901) == "desk:5901"
    assert show_address("/run/vnc", 5900) == show_address("unix:/run/vnc", 5900) == "/run/vnc"


@pytest.mark.parametrize(
    ("host", "named"),
    [("desk", "desk"), ("192.0.2.7", "192.0.2.7"), ("::1", "::1"), ("fe80::1%eth0", "fe80::1"), ("/run/vnc", "localhost")],
)
def test_a_certificate_would_name_the_host_alone(host: str, named: str) -> None:
    assert host_of(show_address(host, 5900)) == named


@pytest.mark.parametrize(
    ("shown", "here"),
    [
        ("localhost:5900", True),
        ("127.0.0.2:1", True),
        ("[::1]:5900", True),
        ("/run/vnc", True),
        ("desk:5900", False),
        ("10.0.0.1:5900", False),
    ],
)
def test_the_local_machine_is_known_by_its_address(shown: str, here: bool) -> None:
    assert is_this_machine(shown) is here
