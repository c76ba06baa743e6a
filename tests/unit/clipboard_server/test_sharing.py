"""Many callers, one clipboard."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from screenagent_clipboard.budget import Budget
from screenagent_clipboard.limits import Limits
from screenagent_clipboard.sharing import SharedClipboard
from unit.clipboard_server.crowd import ask, connected, getting, head, setting, statuses


@pytest.fixture(scope="module")
def hasty(display: str, run_service: Callable[..., Any]) -> Iterator[Any]:
    """A service that gives a program that holds the clipboard one second to answer."""
    with run_service({"DISPLAY": display}, limits=Limits(clipboard_time=1.0)) as running:
        yield running


def test_sets_at_once_do_not_read_back_each_other_s_text(service: Any) -> None:
    texts = [f"text {number}" * 1000 for number in range(50)]
    assert statuses(ask(service.url, [setting(text, service.token) for text in texts])) == {200}
    assert service.get().json()["text"] in texts


def test_a_program_that_holds_the_clipboard_and_hangs_costs_one_deadline_however_many_ask(
    hasty: Any, owner: subprocess.Popen[bytes]
) -> None:
    owner.send_signal(signal.SIGSTOP)
    answers = ask(hasty.url, [getting(hasty.token), head("GET", "/health")] * 100, patience=20)
    assert statuses(answers) == {503}
    assert {"did not answer" in str(answer.json()) for answer in answers} == {True}
    assert hasty.works()


def test_a_text_whose_sender_has_gone_is_not_set_any_more(hasty: Any, owner: subprocess.Popen[bytes]) -> None:
    owner.send_signal(signal.SIGSTOP)
    with connected(hasty.url) as reader:
        reader.sendall(getting(hasty.token))
        _until_it_calls_xclip(hasty.process.pid)
        with connected(hasty.url) as gone:
            gone.sendall(setting("too late", hasty.token))
        assert reader.recv(1000).startswith(b"HTTP/1.1 503")
    owner.send_signal(signal.SIGCONT)
    limit = time.monotonic() + 30
    while (answer := hasty.get()).status_code == 503:  # its deadline is short, and the owner has just woken up
        assert time.monotonic() < limit
    assert answer.json()["text"] != "too late"


def _until_it_calls_xclip(service: int) -> None:
    """Wait until a call of the clipboard is under way: it has its turn then."""
    pause, limit = threading.Event(), time.monotonic() + 30
    while not any(_read(f"/proc/{child}/comm") == "xclip" for child in _children(service)):
        assert time.monotonic() < limit
        pause.wait(0.005)


def _children(process: int) -> list[str]:
    return [child for task in Path(f"/proc/{process}/task").iterdir() for child in _read(f"{task}/children").split()]


def _read(file: str) -> str:
    try:
        return Path(file).read_text().strip()
    except OSError:  # what it tells of has ended
        return ""


class _Scripted:
    """A clipboard whose pastes take as long as a test wants."""

    name = "scripted"

    def __init__(self) -> None:
        self.text = "first"
        self.pastes = 0
        self.begun = threading.Semaphore(0)
        self.go_on = threading.Semaphore(0)

    def check(self) -> None:
        pass

    def copy(self, text: str) -> None:
        self.text = text

    def paste(self) -> str:
        self.pastes += 1
        text = self.text
        self.begun.release()
        self.go_on.acquire()
        return text


def test_a_read_is_shared_by_those_who_ask_before_it_begins_and_by_no_later_one() -> None:
    clipboard = _Scripted()

    async def story() -> list[bytes]:
        shared = SharedClipboard(clipboard, Budget(Limits.room), Limits())
        early = [asyncio.create_task(shared.read()) for _ in range(2)]
        await asyncio.to_thread(clipboard.begun.acquire)
        clipboard.text = "second"
        late = [asyncio.create_task(shared.read()) for _ in range(2)]
        clipboard.go_on.release(2)
        return [reading.answer for reading in await asyncio.gather(*early, *late)]

    first, second = b'{"success": true, "text": "first"}', b'{"success": true, "text": "second"}'
    assert asyncio.run(story()) == [first, first, second, second]
    assert clipboard.pastes == 2


def test_the_last_to_leave_a_read_gives_its_room_back() -> None:
    clipboard = _Scripted()
    clipboard.text = "x" * 100
    clipboard.go_on.release(10)

    async def story() -> None:
        budget = Budget(1000)
        limits = Limits(body=1000, small=10, turn_time=0.1)
        shared = SharedClipboard(clipboard, budget, limits)
        mine, yours = await asyncio.gather(shared.read(), shared.read())
        assert mine is yours
        (await budget.take(850, 0)).shrink(0)
        mine.leave()
        with pytest.raises(Exception, match="try again"):
            await budget.take(1000, 0)
        yours.leave()
        await budget.take(1000, 0)

    asyncio.run(story())


def test_readers_who_went_away_leave_no_room_taken() -> None:
    clipboard = _Scripted()

    async def story() -> None:
        budget = Budget(1000)
        shared = SharedClipboard(clipboard, budget, Limits(body=1000, small=10))
        reader = asyncio.create_task(shared.read())
        await asyncio.to_thread(clipboard.begun.acquire)
        reader.cancel()
        await asyncio.wait({reader})
        clipboard.go_on.release()
        await budget.take(1000, 60)

    asyncio.run(story())
