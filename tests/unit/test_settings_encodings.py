"""What the settings say about VNC encodings, and where it ends up."""

import pytest

from screenagent.app import Controller
from screenagent.desktop.make import make_desktop
from screenagent.desktop.options import DesktopOptions
from screenagent.domain.geometry import Size
from screenagent.errors import SettingsError
from screenagent.flow.cancel import CancelToken
from screenagent.settings import Settings


@pytest.fixture
def load(tmp_path):
    def load(keys, *, desktop="host: box"):
        file = tmp_path / "config.yml"
        file.write_text(f"llm_api: {{use: OCR}}\nremote_vnc_server: {{{desktop}{keys}}}\n", encoding="utf-8")
        return Settings.load(file)

    return load


def test_they_are_left_to_the_link_unless_something_is_said(load):
    options = load("").desktop
    assert (options.encodings, options.jpeg_quality, options.compression) == (None, None, None)


def test_what_is_said_is_what_the_server_is_asked_for(load, xtigervnc):
    server = xtigervnc((64, 48))
    where = f"host: 127.0.0.1, port: {server.port}, password: {server.password}"
    settings = load(", encodings: [zrle, copyrect], jpeg_quality: 3, compression: 9", desktop=where)
    controller = Controller(settings)
    wanted = controller._desktop_options()
    assert (wanted.encodings, wanted.quality, wanted.compression) == (("zrle", "copyrect"), 3, 9)
    desktop = make_desktop(wanted)
    try:
        desktop.connect(CancelToken())
        assert desktop.size == Size(64, 48)
        assert set(desktop._link._client.statistics().encodings) & {"ZRLE (16)", "Raw (0)"} == {"ZRLE (16)"}
    finally:
        desktop.close()


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (
            ", encodings: [tigt]",
            'must be one of raw, copyrect, rre, hextile, zlib, trle, zrle, tight, tight-png (did you mean "tight"?)',
        ),
        (", encodings: []", "encodings"),
        (", jpeg_quality: 10", "jpeg_quality must be at most 9"),
        (", compression: -1", "compression must be at least 0"),
    ],
)
def test_what_there_is_not_is_named(load, keys, said):
    with pytest.raises(SettingsError) as caught:
        load(keys)
    assert said in str(caught.value)


def test_vncdotool_cannot_be_asked_for_encodings():
    with pytest.raises(SettingsError, match="reads no encoding but Raw"):
        make_desktop(DesktopOptions(backend="vncdotool", encodings=("tight",)))
