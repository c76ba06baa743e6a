"""The settings of the desktop image: every mistake has its sentence, and all are told at once."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

FILE = Path(__file__).parents[3] / "docker/desktop/settings.py"
GOOD = {"VNC_PASSWORD": "Zk3-fw8q", "CLIPBOARD_SERVER_SECRET_TOKEN": "Wq8sfk2LmN5vTz"}


@pytest.fixture(scope="module")
def image():
    """The image's module; it is no package's."""
    spec = importlib.util.spec_from_file_location("desktop_image_settings", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def test_what_is_left_out_has_a_sensible_value(image):
    settings = image.Settings.from_environment(GOOD)
    assert settings.size == (1024, 768)
    assert settings.tls is image.Tls.OFF
    assert settings.language == "C.UTF-8"
    assert settings.notices == ()
    assert not any(secret in repr(settings) for secret in GOOD.values())


@pytest.mark.parametrize(("text", "size"), [("800x600", (800, 600)), ("1920X1080", (1920, 1080)), ("1024x768x24", (1024, 768))])
def test_resolutions_as_people_write_them(image, text, size):
    assert image.Settings.from_environment({**GOOD, "RESOLUTION": text}).size == size


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"VNC_PASSWORD": ""}, "VNC_PASSWORD is not set"),
        ({"VNC_PASSWORD": "  "}, "VNC_PASSWORD is not set"),
        ({"VNC_PASSWORD": "short"}, "VNC_PASSWORD is shorter than 6"),
        ({"VNC_PASSWORD": "password"}, "VNC_PASSWORD is one that anybody would try first"),
        ({"VNC_PASSWORD": "password-Kq93fj"}, "of which the first 8 characters count, is one that anybody would try first"),
        ({"VNC_PASSWORD": "vncpassword"}, "anybody would try first"),
        ({"VNC_PASSWORD": "screenagent"}, "anybody would try first"),
        ({"VNC_PASSWORD": "12345678"}, "anybody would try first"),
        ({"VNC_PASSWORD": "aaaaaaaa"}, "repeats the same few characters"),
        ({"VNC_PASSWORD": "<VNC_PASSWORD>"}, "still holds a placeholder"),
        ({"VNC_PASSWORD": "${VNC_PASSWORD}"}, "still holds a placeholder"),
        ({"VNC_PASSWORD": "密码密码密码密码"}, "must be of printable ASCII characters"),
        ({"CLIPBOARD_SERVER_SECRET_TOKEN": ""}, "CLIPBOARD_SERVER_SECRET_TOKEN is empty"),
        ({"CLIPBOARD_SERVER_SECRET_TOKEN": "<TOKEN>"}, "CLIPBOARD_SERVER_SECRET_TOKEN still holds a placeholder"),
        ({"CLIPBOARD_SERVER_SECRET_TOKEN": "changeme"}, "CLIPBOARD_SERVER_SECRET_TOKEN is one that anybody would try first"),
        ({"CLIPBOARD_SERVER_SECRET_TOKEN": "k3J9"}, "CLIPBOARD_SERVER_SECRET_TOKEN is shorter than 8"),
        ({"RESOLUTION": "1024"}, 'RESOLUTION is "1024"'),
        ({"RESOLUTION": "100x9000"}, "each 200 to 8192"),
        ({"VNC_TLS": "on"}, "must be off, offered or required"),
        ({"VNC_TLS": "required", "VNC_TLS_CERT": str(FILE)}, "VNC_TLS_CERT and VNC_TLS_KEY go together"),
        (
            {"VNC_TLS": "required", "VNC_TLS_CERT": "/no", "VNC_TLS_KEY": str(FILE)},
            "VNC_TLS_CERT names /no, which cannot be read",
        ),
        ({"VNC_TLS_CERT": str(FILE), "VNC_TLS_KEY": str(FILE)}, "VNC_TLS is off"),
        ({"VNC_PASSWORD_FILE": "/no"}, "VNC_PASSWORD and VNC_PASSWORD_FILE are both set"),
        ({"VNC_PASSWORD": "", "VNC_PASSWORD_FILE": "/no"}, "VNC_PASSWORD_FILE names /no, which cannot be read: No such file"),
    ],
)
def test_each_mistake_has_its_sentence(image, variables, sentence):
    with pytest.raises(image.Refused) as caught:
        image.Settings.from_environment({**GOOD, **variables})
    assert len(caught.value.problems) >= 1
    assert sentence in " ".join(caught.value.problems)
    given = [value for value in {**GOOD, **variables}.values() if len(value) > 8 and value not in (str(FILE), "100x9000")]
    assert not any(secret in " ".join(caught.value.problems) for secret in given)


def test_all_mistakes_are_told_at_once(image):
    with pytest.raises(image.Refused) as caught:
        image.Settings.from_environment({"RESOLUTION": "huge", "VNC_TLS": "maybe"})
    assert len(caught.value.problems) == 4


def test_a_password_that_is_cut_is_told_and_cut(image):
    settings = image.Settings.from_environment({**GOOD, "VNC_PASSWORD": "Zk3-fw8qREST"})
    assert settings.password == "Zk3-fw8q"
    assert "the other 4 of VNC_PASSWORD protect nothing" in settings.notices[0]


def test_secrets_from_files(image, tmp_path):
    for name in GOOD:
        (tmp_path / name).write_text(f"{GOOD[name]}\n")
    settings = image.Settings.from_environment({f"{name}_FILE": str(tmp_path / name) for name in GOOD})
    assert (settings.password, settings.token) == tuple(GOOD.values())


def test_a_locale_that_is_not_there_is_told_and_not_used(image):
    settings = image.Settings.from_environment({**GOOD, "LANG": "xx_YY.UTF-8"})
    assert settings.language == "C.UTF-8"
    assert 'LANG is "xx_YY.UTF-8"' in settings.notices[0]
