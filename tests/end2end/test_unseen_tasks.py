"""Ten tasks that are not in tasks.txt and that nothing was tuned on. Their success rate is reported as it is, not asserted."""

from __future__ import annotations

from collections.abc import Callable

import pytest

UNSEEN: tuple[tuple[str, Callable[..., bool]], ...] = (
    (
        "Open the text editor, write 'Shopping: milk, eggs, bread' and save it as shopping.txt",
        lambda result: result.file("shopping.txt") == "Shopping: milk, eggs, bread",
    ),
    (
        "Open the terminal and run the command: mkdir -p reports/2026 && touch reports/2026/january.csv",
        lambda result: (result.home / "reports/2026/january.csv").is_file(),
    ),
    ("Use the calculator to compute 48 * 12", lambda result: result.shows("576")),
    (
        "Start the file manager, make a new folder called Invoices and open it",
        lambda result: (result.home / "Invoices").is_dir() and result.shows("0 items"),
    ),
    (
        "Open the web browser, click on New books, then go back to the start page by clicking Home",
        lambda result: result.shows("two cats"),
    ),
    (
        "打开终端，运行命令 echo 出去走走 > plan.txt",
        lambda result: result.file("plan.txt") == "出去走走",
    ),
    (
        "Write a note that says 'Meeting moved to Friday' in the text editor and save it in the Documents folder as meeting.txt",
        lambda result: result.file("Documents/meeting.txt") == "Meeting moved to Friday",
    ),
    (
        "Create a folder called Photos in the file manager, then rename it to Travel",
        lambda result: (result.home / "Travel").is_dir() and not (result.home / "Photos").exists(),
    ),
    ("Open the settings and go to Appearance", lambda result: result.shows("Appearance", "All Settings", "Set matching")),
    (
        "打开文本编辑器，输入“会议在星期五下午三点”，然后保存为 会议.txt",
        lambda result: result.file("会议.txt") == "会议在星期五下午三点",
    ),
)


@pytest.mark.unseen
@pytest.mark.timeout(420)
@pytest.mark.parametrize("number", range(1, len(UNSEEN) + 1))
def test_unseen(run_task, record_property, number):
    task, check = UNSEEN[number - 1]
    result = run_task(task)
    record_property("unseen", f"{'done' if check(result) else 'not done'} | {result.ended.state.value} | {task}")
    assert result.ended.state.terminal
