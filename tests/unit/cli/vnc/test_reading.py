"""How `screenagent vnc` reads its command line; no server is needed for that."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screenagent.cli.vnc.passwords import given_password
from screenagent.cli.vnc.places import parse_point, parse_region
from screenagent.domain.geometry import Point
from screenagent.errors import SettingsError
from screenagent.rfb.security.vncauth import encrypt_challenge
from support.vnc_command import vnc

NOBODY = "127.0.0.1::9"
COMMANDS = ("screenshot", "type", "key", "click", "drag", "clipboard", "watch", "stats", "record")


def test_help_teaches_with_examples():
    done = vnc("--help")

    assert done.exit_code == 0
    for word in (*COMMANDS, "screenagent vnc localhost:1 screenshot", "--password-file", "VNC_PASSWORD", "Exit status"):
        assert word in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("host", [[], ["box:1"]])
def test_every_command_has_help_with_or_without_a_desktop(command, host):
    done = vnc(*host, command, "--help")

    assert done.exit_code == 0
    assert f"vnc {{HOST}} {command}" in done.stdout or f"vnc HOST {command}" in done.stdout


@pytest.mark.parametrize("words", [["screenshot"], ["type", "hello"], ["click", "1,2"], ["--tls", "off", "watch"]])
def test_a_forgotten_desktop_is_asked_for(words):
    done = vnc(*words)

    assert done.exit_code == 2
    assert "Which desktop?" in done.stderr


@pytest.mark.parametrize(
    "words", [[], ["box:1", "explode"], ["box:1", "click", "1,2", "--count", "9"], ["box:1", "--nope", "watch"]]
)
def test_a_wrong_command_line_ends_with_2(words):
    assert vnc(*words).exit_code == 2


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["box:x", "screenshot"], '"box:x" is not a VNC address'),
        ([NOBODY, "screenshot", "picture.gif"], '"picture.gif" is not a picture that can be written'),
        ([NOBODY, "screenshot", "--region", "1,2,3"], '"1,2,3" is not a region'),
        ([NOBODY, "click", "here"], '"here" is not a point'),
        ([NOBODY, "drag", "1,2"], "A drag needs two points"),
        ([NOBODY, "key", "cntrl+s"], 'There is no key named "cntrl" (did you mean "ctrl"?)'),
        ([NOBODY, "type", "x", "--paste", "hyper"], "There is no key named"),
        ([NOBODY, "stats", "--encodings", "tigth"], 'There is no VNC encoding "tigth" (did you mean "tight"?)'),
        ([NOBODY, "watch", "--only", "bel"], 'There is no kind of event "bel" (did you mean "bell"?)'),
        ([NOBODY, "screenshot", "--password-file", "/nowhere/secret"], "--password-file /nowhere/secret cannot be read"),
        ([NOBODY, "screenshot", "--fingerprint", "1234"], '--fingerprint "1234" is not a SHA-256 fingerprint'),
        ([NOBODY, "screenshot", "--tls", "off", "--authorities", "ca.pem"], "contradict each other"),
        ([NOBODY, "record", "out", "--tls", "verified"], "cannot be recorded"),
        ([NOBODY, "record", "out", "--user", "anna"], "cannot be recorded"),
        ([NOBODY, "record", "/nowhere/out"], "The recording cannot be written to /nowhere/out: No such file or directory"),
    ],
)
def test_what_cannot_be_meant_is_said_before_anything_is_connected(words, wanted):
    done = vnc(*words)

    assert done.exit_code == 2
    assert wanted in done.stderr


def test_a_password_on_the_command_line_is_refused_and_not_repeated():
    done = vnc(NOBODY, "screenshot", "--password", "geheim77")

    assert done.exit_code == 2
    assert "everybody on this machine can read a command line" in done.stderr
    assert "VNC_PASSWORD" in done.stderr
    assert "geheim77" not in done.stderr + done.stdout


@pytest.mark.parametrize(
    "words", [["--timeout", "3", NOBODY, "key", "a"], [NOBODY, "--timeout=3", "key", "a"], [NOBODY, "key", "a", "--timeout", "3"]]
)
def test_options_of_the_connection_stand_anywhere(words):
    done = vnc(*words)

    assert done.exit_code == 11
    assert "Nothing listens on 127.0.0.1:9" in done.stderr


def test_after_two_dashes_everything_is_text():
    assert vnc(NOBODY, "type", "--", "--timeout").exit_code == 11
    assert vnc(NOBODY, "type", "--timeout").exit_code == 2


def test_text_that_is_not_utf_8_is_refused():
    done = vnc(NOBODY, "type", "-", stdin=b"caf\xe9")

    assert done.exit_code == 2
    assert "not UTF-8 (byte 3)" in done.stderr


@given(st.integers(0, 65535), st.integers(0, 65535), st.integers(1, 65535), st.integers(1, 65535))
def test_points_and_regions_are_read(x, y, width, height):
    assert parse_point(f"{x}, {y}") == Point(x, y)
    assert parse_region(f"{x},{y},{width},{height}") == (x, y, width, height)


@given(st.text(st.characters(codec="utf-8"), max_size=12))
def test_whatever_is_written_for_a_place_is_read_or_refused(text):
    for read in (parse_point, parse_region):
        with contextlib.suppress(SettingsError):
            read(text)


@pytest.fixture
def password_file(tmp_path):
    def write(data):
        file = tmp_path / "password"
        file.write_bytes(data)
        return file

    return write


@pytest.mark.parametrize("data", [b"sesame42", b"sesame42\n", b"sesame42\r\nmore\n"])
def test_a_password_file_is_text(password_file, data):
    assert given_password(password_file(data)) == "sesame42"


@pytest.mark.parametrize("second", [b"", bytes(range(200, 208))])
def test_a_password_file_may_be_one_of_vncpasswd(password_file, second):
    scrambled = encrypt_challenge("\x17Rk\x06#NX\x07", b"sesame\0\0")

    assert given_password(password_file(scrambled + second)) == "sesame"


@pytest.mark.parametrize("data", [b"", b"\nsesame42", b"\xff" * 7, b"\0\0\0"])
def test_a_file_without_a_password_is_an_error(password_file, data):
    with pytest.raises(SettingsError, match="holds no password"):
        given_password(password_file(data))


def test_the_file_goes_before_the_environment(password_file, monkeypatch):
    monkeypatch.setenv("VNC_PASSWORD", "from outside")

    assert given_password(None) == "from outside"
    assert given_password(password_file(b"from the file")) == "from the file"
