"""A secret from a file: one line of it, bounded, and no sentence that repeats it."""

from __future__ import annotations

import os
import threading

import pytest

SECRET = "Zk3-fw8q"


@pytest.fixture
def image(module):
    return module("secret_file")


def refusal(image, file) -> str:
    with pytest.raises(image.Unreadable) as caught:
        image.read("VNC_PASSWORD_FILE", str(file))
    return str(caught.value)


@pytest.mark.parametrize("content", ["Zk3-fw8q", "Zk3-fw8q\n", " Zk3-fw8q \r\n\n", "\ufeffZk3-fw8q\r\n"])
def test_it_is_the_line_in_the_file(image, tmp_path, content):
    (tmp_path / "secret").write_bytes(content.encode())
    assert image.read("VNC_PASSWORD_FILE", str(tmp_path / "secret")) == SECRET


def test_it_is_the_line_in_a_pipe(image, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_text, args=(f"{SECRET}\n",))
    writer.start()
    assert image.read("VNC_PASSWORD_FILE", str(tmp_path / "pipe")) == SECRET
    writer.join()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "which is empty"),
        (b" \n\n", "which is empty"),
        (b"Zk3-fw8q\nZk3-fw8q\n", "which holds several lines; the secret must stand there alone"),
        (b"Zk3-fw8q\xff", "which cannot be read: it is no text"),
        (b"Zk3-fw8q" * 1000, "which holds more than 4096 bytes"),
    ],
)
def test_a_file_without_a_secret_is_refused_with_the_reason(image, tmp_path, content, reason):
    (tmp_path / "secret").write_bytes(content)
    assert refusal(image, tmp_path / "secret") == f"VNC_PASSWORD_FILE names {tmp_path / 'secret'}, {reason}."


def test_a_file_that_is_not_there_is_refused(image):
    assert refusal(image, "/no") == "VNC_PASSWORD_FILE names /no, which cannot be read: No such file or directory."


@pytest.mark.parametrize("endless", ["/dev/zero", "/"])
def test_what_is_no_file_is_not_read(image, endless):
    assert refusal(image, endless) == f"VNC_PASSWORD_FILE names {endless}, which is neither a file nor a pipe."


def test_a_secret_in_the_place_of_its_file_s_name_is_not_repeated(image):
    assert refusal(image, SECRET) == "VNC_PASSWORD_FILE must name a file by its whole path, which begins with /."
