"""The image's first program: what it starts with, and when it does not."""

from __future__ import annotations

import os

import pytest


@pytest.fixture
def start(module, tmp_path, monkeypatch):
    """The module, in an image with the web viewer."""
    module = module("start")
    (tmp_path / "websockify").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(module, "_NOVNC_FILES", tmp_path)
    return module


@pytest.mark.parametrize("tls", ["off", "offered"])
def test_the_web_viewer_is_started_where_it_gets_in(start, tls):
    assert [command[0] for command in start._web_viewer(start.Tls(tls))] == ["websockify"]


def test_the_web_viewer_is_not_started_where_it_cannot_get_in(start, capsys):
    assert start._web_viewer(start.Tls.REQUIRED) == ()
    assert "The web viewer (port 6080) is not started" in capsys.readouterr().err


def test_folders_and_settings_that_will_not_do_are_told_together_with_status_2(start, monkeypatch, capsys):
    monkeypatch.setattr(start.places, "problems", lambda *_: ["The home must be another."])
    monkeypatch.setattr(start.os, "environ", {"HOME": "/"})
    assert start.main() == 2
    said = capsys.readouterr().err
    assert "The home must be another." in said
    assert "VNC_PASSWORD is not set" in said
    assert said.endswith("Not started.\n")
