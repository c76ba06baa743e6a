"""The tasks of tasks.txt, each judged by what it left behind: a file, a folder, the screen; never by the model's own word."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from screenagent.domain.machine import State
from screenagent.settings import read_tasks

Check = Callable[..., bool]
XSETTINGS = ".config/xfce4/xfconf/xfce-perchannel-xml/xsettings.xml"

CHECKS: tuple[Check, ...] = (
    lambda result: result.file("hello.txt") == "Hello from ScreenAgent, 你好",
    lambda result: result.file("report.txt") == "the terminal works",
    lambda result: result.shows("408"),
    lambda result: (result.home / "Holiday photos").is_dir(),
    lambda result: result.shows("Tuesday to Friday", "18:30"),
    lambda result: result.file("笔记.txt") == "今天天气很好",
    lambda result: result.file("fruit.txt") == "green apples and green plums",
    lambda result: result.file("work/numbers.txt") == "1\n2\n3",
    lambda result: result.file("result.txt") == "1000",
    lambda result: {path.name for path in (result.home / "Documents").iterdir()} == {"Old letters"},
    lambda result: '"EnableEventSounds" type="bool" value="true"' in (result.file(XSETTINGS) or ""),
    lambda result: result.shows("We have received your message", "name=Ada&city=Paris"),
    lambda result: result.file("河流.txt") == "长江",
    lambda result: result.shows("5535"),
    lambda result: result.shows("阅览室"),
)
TASKS = read_tasks(None)


def test_every_task_of_the_list_has_a_check():
    assert len(TASKS) == len(CHECKS)


@pytest.mark.timeout(420)
@pytest.mark.parametrize("number", range(1, len(CHECKS) + 1))
def test_task(run_task, number):
    result = run_task(TASKS[number - 1])
    assert CHECKS[number - 1](result), (result.ended.reason, result.screen)
    assert result.ended.state is State.FINISHED, result.ended.reason


@pytest.mark.timeout(420)
def test_the_first_task_through_vncdotool(run_task):
    result = run_task(TASKS[0], backend="vncdotool")
    assert CHECKS[0](result), (result.ended.reason, result.screen)
    assert result.ended.state is State.FINISHED, result.ended.reason
