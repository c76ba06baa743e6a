"""Sessions: what is written while a run goes on, and what is left of it after a crash."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from screenagent.domain import events as ev
from screenagent.domain.actions import Click, TypeText
from screenagent.domain.exchange import Picture, Prompt, Role
from screenagent.domain.geometry import Point, Size
from screenagent.domain.machine import Signal, State
from screenagent.domain.screen import Screenshot
from screenagent.errors import SettingsError
from screenagent.log import hide
from screenagent.recording.recorder import Recorder
from screenagent.recording.session import EVENTS, IMAGES, META, new_folder, read_events, slug


@pytest.fixture
def recorder(tmp_path):
    made = Recorder(tmp_path / "sessions", "Open the editor", {"language": "en"})
    yield made
    made.close()


def written(recorder: Recorder) -> list[dict]:
    return list(read_events(recorder.folder))


def test_every_event_is_on_disk_as_soon_as_it_was_told(recorder):
    recorder(ev.Stamped(1, 1.5, ev.RunStarted("Open the editor", {"planner": "m"}, "host:5900")))
    recorder(ev.Stamped(2, 2.5, ev.StateChanged(State.PREPARE, Signal.READY, State.PLANNING)))
    assert written(recorder) == [
        {
            "number": 1,
            "time": 1.5,
            "event": {"type": "RunStarted", "task": "Open the editor", "models": {"planner": "m"}, "desktop": "host:5900"},
        },
        {
            "number": 2,
            "time": 2.5,
            "event": {"type": "StateChanged", "before": "prepare", "signal": "ready", "after": "planning", "reason": ""},
        },
    ]


def test_the_picture_the_model_got_is_kept_byte_for_byte(recorder):
    picture = Picture(b"\xff\xd8jpeg bytes", "image/jpeg", Size(4, 3))
    recorder(ev.Stamped(1, 0.0, ev.PromptSent(1, Prompt(Role.PLANNER, "text", picture, Size(8, 6)))))
    named = written(recorder)[0]["event"]["prompt"]["picture"]
    assert (named["width"], named["height"]) == (4, 3)
    assert (recorder.folder / named["image"]).read_bytes() == picture.data


def test_screenshots_are_kept_without_loss(recorder):
    pixels = np.random.default_rng(1).integers(0, 255, (6, 8, 3), np.uint8)
    recorder(ev.Stamped(1, 0.0, ev.ScreenshotTaken(Screenshot(pixels, 0.0), Role.ACTOR)))
    named = written(recorder)[0]["event"]["screenshot"]
    assert np.array_equal(np.asarray(Image.open(recorder.folder / named["image"])), pixels)


def test_actions_are_written_with_their_points(recorder):
    recorder(ev.Stamped(1, 0.0, ev.ActionsQueued((Click(Point(1.5, 2)), TypeText("你好")))))
    click, text = written(recorder)[0]["event"]["actions"]
    assert click["point"] == {"type": "Point", "x": 1.5, "y": 2}
    assert text["text"] == "你好"


def test_secrets_are_masked_in_settings_and_events(tmp_path):
    secret = 'pa"ss\\word-1'
    hide(secret)
    recorder = Recorder(tmp_path, "t", {"password": secret})
    recorder(ev.Stamped(1, 0.0, ev.Warned(f"the key {secret} was refused")))
    recorder.close()
    assert "***" in written(recorder)[0]["event"]["text"]
    for path in recorder.folder.rglob("*.json*"):
        assert "word-1" not in path.read_text()


def test_the_last_event_closes_the_session(recorder):
    recorder(ev.Stamped(1, 0.0, ev.RunEnded(State.FINISHED, "", 1, 2.0)))
    recorder(ev.Stamped(2, 0.0, ev.Warned("too late")))
    assert [line["event"]["type"] for line in written(recorder)] == ["RunEnded"]


def test_a_killed_writer_leaves_whole_lines(tmp_path):
    program = (
        "import sys; from pathlib import Path\n"
        "from screenagent.recording.recorder import Recorder\n"
        "from screenagent.domain import events as ev\n"
        "recorder = Recorder(Path(sys.argv[1]), 'endless', {})\n"
        "print(recorder.folder, flush=True)\n"
        "number = 0\n"
        "while True:\n"
        "    number += 1\n"
        "    recorder(ev.Stamped(number, 0.0, ev.Warned('x' * 5000)))\n"
        "    if number == 50: print('busy', flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        folder = tmp_path / process.stdout.readline().strip()
        assert process.stdout.readline() == "busy\n"
        os.kill(process.pid, signal.SIGKILL)
    numbers = [line["number"] for line in read_events(folder)]
    assert len(numbers) >= 50
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_torn_last_line_is_left_out_and_a_damaged_one_in_the_middle_is_named(tmp_path):
    path = tmp_path / EVENTS
    path.write_bytes(b'{"number": 1}\n{"numb')
    assert [line["number"] for line in read_events(tmp_path)] == [1]
    path.write_bytes(b'{"number": 1}\n{"numb\n{"number": 3}\n')
    with pytest.raises(SettingsError, match="line 2"):
        list(read_events(tmp_path))


def test_a_folder_without_a_session_is_named(tmp_path):
    with pytest.raises(SettingsError, match=EVENTS):
        list(read_events(tmp_path))


def test_two_sessions_of_one_task_in_one_second_get_two_folders(tmp_path):
    folders = {new_folder(tmp_path, "same") for _ in range(3)}
    assert len(folders) == 3
    assert all((folder / IMAGES).is_dir() for folder in folders)


def test_a_folder_that_cannot_be_made_says_which_setting_to_change(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(SettingsError, match=r"recording\.folder"):
        new_folder(blocked, "t")


def test_meta_names_versions_task_and_settings(recorder):
    meta = json.loads((recorder.folder / META).read_text())
    assert (meta["task"], meta["settings"], meta["format"]) == ("Open the editor", {"language": "en"}, 1)
    assert meta["screenagent"]


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        ("Open the text editor!", "open-the-text-editor"),
        ("打开 终端", "打开-终端"),
        ("../../etc/passwd", "etc-passwd"),
        ("???", "task"),
        ("x" * 500, "x" * 40),
    ],
)
def test_slugs_are_safe_file_names(task, expected):
    assert slug(task) == expected
