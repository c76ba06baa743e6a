"""Sessions: what is written while a run goes on, and what is left of it after a crash."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from screenagent.domain import events as ev
from screenagent.domain.actions import Click, TypeText, Wait
from screenagent.domain.exchange import Picture, Prompt, Role
from screenagent.domain.geometry import Point, Size
from screenagent.domain.machine import Signal, State
from screenagent.domain.screen import Screenshot
from screenagent.errors import SettingsError
from screenagent.log import hide
from screenagent.recording.recorder import Recorder, RecordingStopped
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


class FullDisk:
    """An events file on a disk that takes `room` more bytes, and then none."""

    def __init__(self, file, room):
        self._file = file
        self._room = room

    def write(self, data):
        if self._room == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        taken = self._file.write(data[: self._room])
        self._room -= taken
        return taken

    def __getattr__(self, name):
        return getattr(self._file, name)


def test_a_full_disk_ends_the_recording_with_one_sentence_and_whole_lines(recorder):
    recorder(ev.Stamped(1, 0.0, ev.Warned("one")))
    recorder._file = FullDisk(recorder._file, room=30)
    with pytest.raises(RecordingStopped, match="No space left"):
        recorder(ev.Stamped(2, 0.0, ev.Warned("two")))
    recorder(ev.Stamped(3, 0.0, ev.Warned("three")))
    recorder.close()
    assert [line["number"] for line in written(recorder)] == [1]


def test_a_disk_that_takes_a_line_in_pieces_gets_the_whole_line(recorder):
    class Slow(FullDisk):
        def write(self, data):
            return self._file.write(data[:7])

    recorder._file = Slow(recorder._file, room=0)
    recorder(ev.Stamped(1, 0.0, ev.Warned("one")))
    recorder(ev.Stamped(2, 0.0, ev.Warned("two")))
    assert [line["number"] for line in written(recorder)] == [1, 2]


def test_a_picture_that_cannot_be_kept_ends_the_recording_with_one_sentence(recorder):
    (recorder.folder / IMAGES).rmdir()
    shot = ev.ScreenshotTaken(Screenshot(np.zeros((2, 2, 3), np.uint8), 0.0), Role.ACTOR)
    with pytest.raises(RecordingStopped, match="cannot be recorded any further"):
        recorder(ev.Stamped(1, 0.0, shot))
    recorder(ev.Stamped(2, 0.0, shot))
    recorder.close()


def test_closing_on_a_broken_disk_harms_nobody(recorder, caplog):
    class Broken(FullDisk):
        def fileno(self):
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    recorder._file = Broken(recorder._file, room=10**6)
    recorder(ev.Stamped(1, 0.0, ev.RunEnded(State.FINISHED, "", 1, 2.0)))
    recorder.close()
    assert recorder._file.closed


def test_a_secret_in_the_task_or_a_field_name_is_masked_everywhere(tmp_path):
    hide("hunter2hunter2")
    recorder = Recorder(tmp_path, "Log in with hunter2hunter2", {"hunter2hunter2": 1})
    recorder.close()
    assert "hunter2hunter2" not in str(recorder.folder)
    assert "hunter2hunter2" not in (recorder.folder / META).read_text()


def test_numbers_that_json_does_not_have_are_written_as_words(recorder):
    recorder(ev.Stamped(1, 0.0, ev.ActionsQueued((Wait(float("inf")), Wait(float("nan"))))))
    first, second = written(recorder)[0]["event"]["actions"]
    assert (first["seconds"], second["seconds"]) == ("inf", "nan")
