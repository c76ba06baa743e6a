"""Which folders are taken for those of a killed private engine: nothing of a living one, nor of anybody else, is ever removed."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[3] / "scripts"


@pytest.fixture
def remains(tmp_path, monkeypatch):
    """The script's module, whose engines live in the test's own folder."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    module = importlib.import_module("engine_remains")
    monkeypatch.setattr(module, "place", lambda: tmp_path)
    yield module
    del sys.modules["engine_remains"]


def folder(place, pid, start):
    made = place / f"screenagent-engine-{pid}-{start}-a_b1c2d3"
    made.mkdir()
    return made


def test_an_engine_that_just_got_its_folder_is_alive(remains, tmp_path):
    folder(tmp_path, os.getpid(), remains.started(os.getpid()))
    assert remains.forsaken() == []


def test_another_process_under_the_same_number_owns_nothing(remains, tmp_path):
    old = folder(tmp_path, os.getpid(), int(remains.started(os.getpid())) - 1)
    assert remains.forsaken() == [old]


def test_a_process_that_ended_owns_nothing_even_before_it_is_waited_for(remains, tmp_path):
    child = subprocess.Popen([sys.executable, "-c", ""], stdin=subprocess.PIPE)
    old = folder(tmp_path, child.pid, remains.started(child.pid))
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert remains.forsaken() == [old]
    child.communicate()
    assert remains.forsaken() == [old]


@pytest.mark.parametrize("name", ["screenagent-engine-", "screenagent-engine-abc", "screenagent-engine-1-x-y", "other-1-2-z"])
def test_other_names_are_left_alone(remains, tmp_path, name):
    (tmp_path / name).mkdir()
    assert remains.forsaken() == []


def test_a_link_is_not_followed(remains, tmp_path):
    (tmp_path / "precious").mkdir()
    (tmp_path / "screenagent-engine-1-2-abcdefgh").symlink_to(tmp_path / "precious")
    assert remains.forsaken() == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_what_another_user_put_there_is_left_alone(remains, tmp_path):
    os.chown(folder(tmp_path, 1, 2), 65534, 65534)
    assert remains.forsaken() == []


def test_clearing_removes_the_folder_and_ends_what_was_run_with_the_engine(remains, tmp_path):
    old = folder(tmp_path, 1, 2)
    environment = {**os.environ, "DOCKER_HOST": remains.address(old)}
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, env=environment) as left:
        remains.clear(old)
        assert left.wait(30) == -9
    assert not old.exists()
