"""The settings of the desktop image: every mistake has its sentence, and all are told at once."""

from __future__ import annotations

import locale
from pathlib import Path

import pytest

FILE = Path(__file__).parents[3] / "docker/desktop/settings.py"
GOOD = {"VNC_PASSWORD": "Zk3-fw8q", "CLIPBOARD_SERVER_SECRET_TOKEN": "Wq8sfk2LmN5vTz"}


@pytest.fixture
def image(module):
    return module("settings")


def installed(language: str) -> bool:
    before = locale.setlocale(locale.LC_ALL)
    try:
        return bool(locale.setlocale(locale.LC_ALL, language))
    except locale.Error:
        return False
    finally:
        locale.setlocale(locale.LC_ALL, before)


def test_what_is_left_out_has_a_sensible_value(image):
    settings = image.Settings.from_environment(GOOD)
    assert settings.size == (1024, 768)
    assert settings.tls is image.Tls.OFF
    assert settings.zone == ""
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
        ({"VNC_PASSWORD": "administrative"}, "of which the first 8 characters count, is one that anybody would try first"),
        ({"VNC_PASSWORD": "vncpassw"}, "anybody would try first"),
        ({"VNC_PASSWORD": "p@ssw0rd"}, "anybody would try first"),
        ({"VNC_PASSWORD": "abc123"}, "anybody would try first"),
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
        ({"VNC_PASSWORD": "", "VNC_PASSWORD_FILE": "/dev/zero"}, "VNC_PASSWORD_FILE names /dev/zero, which is neither"),
        ({"VNC_PASSWORD": "", "VNC_PASSWORD_FILE": "/no"}, "VNC_PASSWORD_FILE names /no, which cannot be read: No such file"),
    ],
)
def test_each_mistake_has_its_sentence(image, variables, sentence):
    with pytest.raises(image.Refused) as caught:
        image.Settings.from_environment({**GOOD, **variables})
    assert len(caught.value.problems) >= 1
    assert sentence in " ".join(caught.value.problems)
    given = [
        value for value in {**GOOD, **variables}.values() if len(value) > 8 and value not in (str(FILE), "100x9000", "/dev/zero")
    ]
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


@pytest.mark.parametrize("given", [{}, {"LANG": ""}, {"LANG": " "}])
def test_no_locale_means_the_image_s_own(image, given):
    settings = image.Settings.from_environment({**GOOD, **given})
    assert settings.language == ("en_US.UTF-8" if installed("en_US.UTF-8") else "C.UTF-8")
    assert settings.notices == ()


@pytest.mark.parametrize("zone", ["Asia/Shanghai", ":Europe/Berlin", "UTC", "CST-8", "CET-1CEST,M3.5.0,M10.5.0/3", "<+08>-8"])
def test_time_zones_as_people_write_them(image, zone):
    settings = image.Settings.from_environment({**GOOD, "TZ": zone})
    assert settings.zone == zone
    assert settings.notices == ()


@pytest.mark.parametrize("zone", ["Asia/Shanghia", "Asia", "Shanghai time", "/etc/passwd", "/dev/zero", "x" * 300])
def test_a_time_zone_that_is_not_known_is_told_and_utc_is_used(image, zone):
    settings = image.Settings.from_environment({**GOOD, "TZ": zone})
    assert settings.zone == "UTC"
    assert settings.notices == (f'TZ is "{zone}", which is not known; UTC is used.',)
